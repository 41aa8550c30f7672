package dev.verbatim.models;

import dev.verbatim.nn.Apply;
import dev.verbatim.nn.DropoutLayer;
import dev.verbatim.nn.Layer;
import dev.verbatim.nn.Linear;
import dev.verbatim.tensor.Window;
import java.util.List;

/**
 * The networks of Simonyan and Zisserman (2015) with 11, 13, 16 or 19 layers: 3x3 convolutions in
 * five stages, each ended by a 2x2 max pooling, then three linear layers (dense head) or the mean
 * of each channel and one (pooled head).
 */
public final class Vgg {
  /**
   * What ablations change.
   *
   * @param norm whether convolutions are normalized; they have a bias in any case
   * @param dense whether the head is dense
   * @param dropout rate after each hidden layer of the head
   * @param activation {@code relu} or the name of an {@link dev.verbatim.tensor.Activation}
   * @param width factor of all widths
   */
  public record Options(
      boolean norm, boolean dense, double dropout, String activation, double width) {}

  private static final int[] CHANNELS = {64, 128, 256, 512, 512};
  private static final int HIDDEN = 4096;

  private Vgg() {}

  /**
   * A network.
   *
   * @param depth 11, 13, 16 or 19
   */
  public static Layer of(int depth, int classes, Options options) {
    int[] convolutions =
        switch (depth) {
          case 11 -> new int[] {1, 1, 2, 2, 2};
          case 13 -> new int[] {2, 2, 2, 2, 2};
          case 16 -> new int[] {2, 2, 3, 3, 3};
          case 19 -> new int[] {2, 2, 4, 4, 4};
          default -> throw new IllegalArgumentException("no vgg has " + depth + " layers");
        };
    var blocks = new Blocks(options.norm, options.activation, options.width);
    List<Layer> layers = Blocks.empty();
    for (int stage = 0; stage < convolutions.length; stage++) {
      for (int i = 0; i < convolutions[stage]; i++) {
        int out = blocks.channels(CHANNELS[stage]);
        blocks.convolution(layers, out, Window.square(3, 1, 1), true, true);
      }
      layers.add(Apply.maxPool(2, 2));
    }
    if (options.dense) {
      layers.add(Apply.flatten());
      for (int i = 0; i < 2; i++) {
        layers.add(new Linear(blocks.channels(HIDDEN)));
        layers.add(blocks.activationLayer());
        if (options.dropout > 0) {
          layers.add(new DropoutLayer(options.dropout));
        }
      }
    } else {
      layers.add(Apply.globalAveragePool());
      if (options.dropout > 0) {
        layers.add(new DropoutLayer(options.dropout));
      }
    }
    layers.add(new Linear(classes));
    return Blocks.chain(layers);
  }
}
