package dev.verbatim.spec;

import dev.verbatim.spec.Value.Entry;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Text to {@link Value}s over SnakeYAML's node tree: nothing is constructed, resolved or executed.
 */
final class YamlReader {
  private final String source;
  private final List<String> lines;

  private YamlReader(String source, List<String> lines) {
    this.source = source;
    this.lines = lines;
  }

  /** The one document of a text. */
  static Value read(String source, String text) {
    return read(source, text, text.lines().toList());
  }

  /** The same, where errors show other lines than those that are read. */
  static Value read(String source, String text, List<String> shown) {
    var reader = new YamlReader(source, shown);
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(20);
    try {
      Node node = new Yaml(options).compose(new StringReader(text));
      if (node == null) {
        throw new SpecException(
            reader.place(0, 0), "an experiment needs at least a name; the file is empty");
      }
      return reader.value(node);
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      throw new SpecException(
          mark == null ? reader.place(0, 0) : reader.place(mark), "not YAML: " + e.getProblem());
    } catch (YAMLException e) {
      throw new SpecException(
          reader.place(0, 0),
          "not YAML: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private Value value(Node node) {
    Place place = place(node.getStartMark());
    if (text(place).startsWith("!")) {
      throw new SpecException(place, "tags are not used in experiments; write the value alone");
    }
    if (node.getAnchor() != null) {
      throw new SpecException(
          place,
          "anchors and aliases are not used in experiments; write the value out, or use extends");
    }
    return switch (node) {
      case ScalarNode scalar ->
          new Value.Scalar(scalar.getValue(), scalar.getScalarStyle() == ScalarStyle.PLAIN, place);
      case SequenceNode sequence ->
          new Value.Sequence(sequence.getValue().stream().map(this::value).toList(), place);
      case MappingNode mapping -> mapping(mapping, place);
      default ->
          throw new SpecException(
              place, "an alias is not used in experiments; write the value out");
    };
  }

  private static String text(Place place) {
    return place.column() <= place.text().length()
        ? place.text().substring(place.column() - 1)
        : "";
  }

  private Value mapping(MappingNode node, Place place) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : new ArrayList<>(node.getValue())) {
      Place keyPlace = place(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new SpecException(keyPlace, "a key needs to be a word");
      }
      if (entries.put(key.getValue(), new Entry(keyPlace, value(tuple.getValueNode()))) != null) {
        throw new SpecException(keyPlace, "'" + key.getValue() + "' stands here twice");
      }
    }
    return new Value.Mapping(entries, place);
  }

  private Place place(Mark mark) {
    return place(mark.getLine(), mark.getColumn());
  }

  private Place place(int line, int column) {
    return new Place(source, line + 1, column + 1, line < lines.size() ? lines.get(line) : "");
  }
}
