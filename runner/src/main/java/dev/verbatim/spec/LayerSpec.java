package dev.verbatim.spec;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** One item of {@code layers:}. */
public sealed interface LayerSpec extends Canonical.Named {
  /** {@code {conv2d: {out: 8, kernel: 3, stride: 1, padding: 0, bias: true}}}. */
  record Conv2d(int out, int kernel, int stride, int padding, boolean bias) implements LayerSpec {}

  /** {@code {linear: {out: 128, bias: true}}}, or {@code {linear: 128}}. */
  record Linear(int out, boolean bias) implements LayerSpec {}

  /** {@code {max_pool: {kernel: 2, stride: 2}}}, or {@code {max_pool: 2}}. */
  record MaxPool(int kernel, int stride) implements LayerSpec {}

  /** {@code relu}. */
  record Relu() implements LayerSpec {}

  /** {@code flatten}. */
  record Flatten() implements LayerSpec {}

  /** {@code {reshape: {sizes: [4, 4, 8]}}}: sizes for each image. */
  record Reshape(List<Integer> sizes) implements LayerSpec {}

  /** {@code batch_norm}. */
  record BatchNorm() implements LayerSpec {}

  /** {@code {dropout: 0.5}}. */
  record Dropout(double rate) implements LayerSpec {}

  /** {@code {average_pool: {kernel: 2, stride: 2}}}, or {@code {average_pool: 2}}. */
  record AveragePool(int kernel, int stride) implements LayerSpec {}

  /** {@code global_average_pool}. */
  record GlobalAveragePool() implements LayerSpec {}

  /** {@code sigmoid}. */
  record Sigmoid() implements LayerSpec {}

  /** {@code tanh}. */
  record Tanh() implements LayerSpec {}

  /** {@code leaky_relu}. */
  record LeakyRelu() implements LayerSpec {}

  /** {@code selu}. */
  record Selu() implements LayerSpec {}

  /** {@code gelu}. */
  record Gelu() implements LayerSpec {}

  /**
   * {@code {residual: {layers: [...], shortcut: [...]}}}: the sum of two chains; a shortcut without
   * layers is the input itself.
   */
  record Residual(List<LayerSpec> layers, List<LayerSpec> shortcut) implements LayerSpec {}

  /** All layers that YAML can name. */
  Map<String, Function<Item, LayerSpec>> CATALOGUE =
      Map.ofEntries(
          entry("conv2d", LayerSpec::conv2d),
          entry("linear", LayerSpec::linear),
          entry("max_pool", LayerSpec::maxPool),
          entry("average_pool", LayerSpec::averagePool),
          entry("global_average_pool", item -> item.bare(new GlobalAveragePool())),
          entry("batch_norm", item -> item.bare(new BatchNorm())),
          entry("dropout", LayerSpec::dropout),
          entry("relu", item -> item.bare(new Relu())),
          entry("sigmoid", item -> item.bare(new Sigmoid())),
          entry("tanh", item -> item.bare(new Tanh())),
          entry("leaky_relu", item -> item.bare(new LeakyRelu())),
          entry("selu", item -> item.bare(new Selu())),
          entry("gelu", item -> item.bare(new Gelu())),
          entry("flatten", item -> item.bare(new Flatten())),
          entry("reshape", LayerSpec::reshape),
          entry("residual", LayerSpec::residual));

  private static LayerSpec conv2d(Item item) {
    Section s = item.section();
    return item.done(
        s,
        new Conv2d(
            s.integer("out", 1, 1 << 16),
            s.integer("kernel", 1, 1024),
            s.integer("stride", 1, 1, 1024),
            s.integer("padding", 0, 0, 1024),
            s.flag("bias", true)));
  }

  private static LayerSpec linear(Item item) {
    if (item.isSingle()) {
      return new Linear(item.single(1, 1 << 20), true);
    }
    Section s = item.section();
    return item.done(s, new Linear(s.integer("out", 1, 1 << 20), s.flag("bias", true)));
  }

  private static LayerSpec maxPool(Item item) {
    if (item.isSingle()) {
      int kernel = item.single(1, 1024);
      return new MaxPool(kernel, kernel);
    }
    Section s = item.section();
    int kernel = s.integer("kernel", 1, 1024);
    return item.done(s, new MaxPool(kernel, s.integer("stride", kernel, 1, 1024)));
  }

  private static LayerSpec averagePool(Item item) {
    if (item.isSingle()) {
      int kernel = item.single(1, 1024);
      return new AveragePool(kernel, kernel);
    }
    Section s = item.section();
    int kernel = s.integer("kernel", 1, 1024);
    return item.done(s, new AveragePool(kernel, s.integer("stride", kernel, 1, 1024)));
  }

  private static LayerSpec dropout(Item item) {
    if (item.isSingle()) {
      return new Dropout(item.singleDecimal(0, 0.99));
    }
    Section s = item.section();
    return item.done(s, new Dropout(s.decimal("rate", 0, 0.99)));
  }

  private static LayerSpec reshape(Item item) {
    Section s = item.section();
    return item.done(s, new Reshape(s.list("sizes", v -> Section.integer("sizes", v, 1, 1 << 20))));
  }

  private static LayerSpec residual(Item item) {
    Section s = item.section();
    return item.done(
        s, new Residual(s.list("layers", LayerSpec::read), s.list("shortcut", LayerSpec::read)));
  }

  /** Reads one item: a name, or a name with its options. */
  static LayerSpec read(Value value) {
    Item item = Item.of("layer", value, CATALOGUE.keySet());
    return Objects.requireNonNull(CATALOGUE.get(item.name())).apply(item);
  }
}
