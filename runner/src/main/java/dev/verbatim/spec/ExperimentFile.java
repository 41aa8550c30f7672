package dev.verbatim.spec;

import dev.verbatim.spec.Value.Entry;
import dev.verbatim.spec.Value.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The text of an experiment with that of its parents, and overrides from the command line. */
final class ExperimentFile {
  private static final int MAX_PARENTS = 8;

  private ExperimentFile() {}

  static Mapping read(Path file) {
    return withParents(file, 0);
  }

  /** {@code a.b=c} overrides, the last of a key winning. */
  static Mapping settings(List<String> sets, Place place) {
    Mapping changes = new Mapping(Map.of(), place);
    for (String set : sets) {
      changes = changes.overlaid(setting(set));
    }
    return changes;
  }

  private static Mapping withParents(Path file, int depth) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new SpecException(file + ": cannot be read: " + e);
    }
    Value value = YamlReader.read(file.getFileName().toString(), text);
    if (!(value instanceof Mapping own)) {
      throw new SpecException(
          value.place(), "an experiment needs a mapping with at least a name, got " + value.kind());
    }
    Entry parent = own.entries().get("extends");
    if (parent == null) {
      return own;
    }
    String parentName = Section.scalar("extends", parent.value()).text();
    Path parentFile =
        file.resolveSibling(parentName.endsWith(".yaml") ? parentName : parentName + ".yaml");
    if (!Files.isRegularFile(parentFile)) {
      throw new SpecException(
          parent.value().place(),
          "extends names " + parentFile.getFileName() + ", which is not there");
    }
    if (depth >= MAX_PARENTS) {
      throw new SpecException(
          parent.value().place(),
          "extends goes round in a circle, or deeper than " + MAX_PARENTS + " files");
    }
    Mapping inherited =
        withParents(parentFile, depth + 1)
            .without(
                "name",
                "published",
                "source",
                "extends",
                "variant",
                "ablations",
                "grid",
                "exclude",
                "compare");
    return inherited.overlaid(own);
  }

  /** {@code a.b=c} as a mapping of one dotted key. */
  private static Mapping setting(String set) {
    int equals = set.indexOf('=');
    if (equals < 1 || set.substring(equals + 1).isBlank()) {
      throw new SpecException(
          "--set needs key=value, as in --set optimizer.learning_rate=0.05, got '" + set + "'");
    }
    Value value =
        YamlReader.read(
                "--set " + set, " ".repeat(equals + 1) + set.substring(equals + 1), List.of(set))
            .at(set);
    Place key = new Place("--set " + set, 1, 1, set);
    return new Mapping(Map.of(set.substring(0, equals), new Entry(key, value)), key);
  }
}
