package dev.verbatim.spec;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;

/** {@code architecture:}. */
public sealed interface ArchitectureSpec {
  /**
   * How weights begin: {@code kaiming_uniform} (default), {@code kaiming_normal}, {@code
   * xavier_uniform}, {@code xavier_normal}.
   */
  String init();

  /** Layers one after another. */
  record Sequential(String kind, String init, List<LayerSpec> layers) implements ArchitectureSpec {}

  /**
   * Fully connected layers on the flattened image, ReLU between them, and one logit for each class.
   */
  record Mlp(String kind, String init, List<Integer> hidden, int classes)
      implements ArchitectureSpec {}

  /** Initializers by name. */
  List<String> INITIALIZERS =
      List.of("kaiming_uniform", "kaiming_normal", "xavier_uniform", "xavier_normal");

  /** All architectures that YAML can name. */
  Map<String, Function<Section, ArchitectureSpec>> CATALOGUE =
      Map.of(
          "sequential", s -> new Sequential("sequential", init(s), layers(s)),
          "mlp",
              s ->
                  new Mlp(
                      "mlp",
                      init(s),
                      s.list("hidden", v -> Section.integer("hidden", v, 1, 1 << 20)),
                      s.integer("classes", 2, 1 << 20)));

  private static List<LayerSpec> layers(Section s) {
    List<LayerSpec> layers = s.list("layers", LayerSpec::read);
    if (layers.isEmpty()) {
      throw new SpecException(
          s.value("layers").map(Value::place).orElse(s.place()),
          "a sequential architecture needs 'layers' with at least one layer");
    }
    return layers;
  }

  private static String init(Section s) {
    return s.word("init", "kaiming_uniform", INITIALIZERS);
  }

  /** Reads the section. */
  static ArchitectureSpec read(Section s) {
    String kind = s.word("kind", "", List.copyOf(new TreeSet<>(CATALOGUE.keySet())));
    ArchitectureSpec architecture = Objects.requireNonNull(CATALOGUE.get(kind)).apply(s);
    s.done();
    return architecture;
  }
}
