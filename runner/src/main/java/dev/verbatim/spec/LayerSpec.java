package dev.verbatim.spec;

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

  /** All layers that YAML can name. */
  Map<String, Function<Item, LayerSpec>> CATALOGUE =
      Map.of(
          "conv2d",
          item -> {
            Section s = item.section();
            return item.done(
                s,
                new Conv2d(
                    s.integer("out", 1, 1 << 16),
                    s.integer("kernel", 1, 1024),
                    s.integer("stride", 1, 1, 1024),
                    s.integer("padding", 0, 0, 1024),
                    s.flag("bias", true)));
          },
          "linear",
          item -> {
            if (item.isSingle()) {
              return new Linear(item.single(1, 1 << 20), true);
            }
            Section s = item.section();
            return item.done(s, new Linear(s.integer("out", 1, 1 << 20), s.flag("bias", true)));
          },
          "max_pool",
          item -> {
            if (item.isSingle()) {
              int kernel = item.single(1, 1024);
              return new MaxPool(kernel, kernel);
            }
            Section s = item.section();
            int kernel = s.integer("kernel", 1, 1024);
            return item.done(s, new MaxPool(kernel, s.integer("stride", kernel, 1, 1024)));
          },
          "relu",
          item -> item.bare(new Relu()),
          "flatten",
          item -> item.bare(new Flatten()),
          "reshape",
          item -> {
            Section s = item.section();
            return item.done(
                s, new Reshape(s.list("sizes", v -> Section.integer("sizes", v, 1, 1 << 20))));
          });

  /** Reads one item: a name, or a name with its options. */
  static LayerSpec read(Value value) {
    Item item = Item.of("layer", value, CATALOGUE.keySet());
    return Objects.requireNonNull(CATALOGUE.get(item.name())).apply(item);
  }
}
