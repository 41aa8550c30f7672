package dev.verbatim.spec;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** {@code architecture:}. */
public sealed interface ArchitectureSpec {
  /** The name in YAML. */
  String kind();

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

  /**
   * A residual network: {@code resnet20}, {@code resnet32}, {@code resnet44}, {@code resnet56},
   * {@code resnet110}, {@code resnet18}, {@code resnet34}, {@code resnet50}. Options as in {@link
   * dev.verbatim.models.ResNet.Options}.
   */
  record ResNet(
      String kind,
      String init,
      int classes,
      boolean residual,
      String norm,
      String shortcut,
      String head,
      String stem,
      String activation,
      double dropout,
      double width)
      implements ArchitectureSpec {}

  /** {@code vgg11}, {@code vgg13}, {@code vgg16}, {@code vgg19}. */
  record Vgg(
      String kind,
      String init,
      int classes,
      String norm,
      String head,
      String activation,
      double dropout,
      double width)
      implements ArchitectureSpec {}

  /**
   * Report E's network.
   *
   * @param dropout {@code all}, {@code linear} or {@code none}
   */
  record C5l3(
      String kind,
      String init,
      int classes,
      String norm,
      String dropout,
      String activation,
      double width)
      implements ArchitectureSpec {}

  /** Initializers by name. */
  List<String> INITIALIZERS =
      List.of("kaiming_uniform", "kaiming_normal", "xavier_uniform", "xavier_normal");

  /** Activations by name. */
  List<String> ACTIVATIONS = List.of("relu", "sigmoid", "tanh", "leaky_relu", "selu", "gelu");

  /** All architectures that YAML can name. */
  Map<String, Function<Section, ArchitectureSpec>> CATALOGUE = catalogue();

  private static Map<String, Function<Section, ArchitectureSpec>> catalogue() {
    Map<String, Function<Section, ArchitectureSpec>> all = new TreeMap<>();
    all.put("sequential", s -> new Sequential("sequential", init(s), layers(s)));
    all.put(
        "mlp",
        s ->
            new Mlp(
                "mlp",
                init(s),
                s.list("hidden", v -> Section.integer("hidden", v, 1, 1 << 20)),
                classes(s)));
    for (int depth : new int[] {18, 20, 32, 34, 44, 50, 56, 110}) {
      all.put("resnet" + depth, s -> resNet("resnet" + depth, s));
    }
    for (int depth : new int[] {11, 13, 16, 19}) {
      all.put("vgg" + depth, s -> vgg("vgg" + depth, s));
    }
    all.put(
        "c5l3",
        s ->
            new C5l3(
                "c5l3",
                init(s),
                classes(s),
                norm(s, "none"),
                s.word("dropout", "all", List.of("all", "linear", "none")),
                activation(s),
                width(s)));
    return Map.copyOf(all);
  }

  private static ResNet resNet(String kind, Section s) {
    return new ResNet(
        kind,
        init(s),
        classes(s),
        s.flag("residual", true),
        norm(s, "batch"),
        s.word("shortcut", "projection", List.of("projection", "identity_pad")),
        s.word("head", "global_average", List.of("global_average", "dense")),
        s.word("stem", "cifar", List.of("cifar", "imagenet")),
        activation(s),
        s.decimal("dropout", 0, 0, 0.99),
        width(s));
  }

  private static Vgg vgg(String kind, Section s) {
    return new Vgg(
        kind,
        init(s),
        classes(s),
        norm(s, "batch"),
        s.word("head", "dense", List.of("global_average", "dense")),
        activation(s),
        s.decimal("dropout", 0.5, 0, 0.99),
        width(s));
  }

  private static int classes(Section s) {
    return s.integer("classes", 2, 1 << 20);
  }

  private static String norm(Section s, String usual) {
    return s.word("norm", usual, List.of("batch", "none"));
  }

  private static String activation(Section s) {
    return s.word("activation", "relu", ACTIVATIONS);
  }

  private static double width(Section s) {
    return s.decimal("width", 1, 0.01, 16);
  }

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
