package dev.verbatim.models;

import dev.verbatim.nn.Apply;
import dev.verbatim.nn.DropoutLayer;
import dev.verbatim.nn.Layer;
import dev.verbatim.nn.Linear;
import dev.verbatim.tensor.Window;
import java.util.List;

/**
 * C5L3 of report E: five 3x3 convolutions (128, 256, 512, 512, 256) with three 2x2 max poolings,
 * and linear layers of 512, 256 and 128 before the last.
 */
public final class C5l3 {
  /** Where dropout is: 0.3 after poolings, 0.5 between linear layers. */
  public enum DropoutPlaces {
    /** In both. */
    ALL,
    /** Between linear layers alone. */
    LINEAR,
    /** Nowhere. */
    NONE
  }

  private static final double AFTER_POOLING = 0.3;
  private static final double BETWEEN_LINEAR = 0.5;

  private C5l3() {}

  /**
   * A network.
   *
   * @param norm whether batch normalization follows each convolution
   * @param activation {@code relu} or the name of an {@link dev.verbatim.tensor.Activation}
   * @param width factor of all widths
   */
  public static Layer of(
      int classes, boolean norm, DropoutPlaces dropout, String activation, double width) {
    var blocks = new Blocks(norm, activation, width);
    List<Layer> layers = Blocks.empty();
    int[] channels = {128, 256, 512, 512, 256};
    for (int i = 0; i < channels.length; i++) {
      int out = blocks.channels(channels[i]);
      blocks.convolution(layers, out, Window.square(3, 1, 1), true, true);
      if (i < 2 || i == channels.length - 1) {
        layers.add(Apply.maxPool(2, 2));
        if (dropout == DropoutPlaces.ALL) {
          layers.add(new DropoutLayer(AFTER_POOLING));
        }
      }
    }
    layers.add(Apply.flatten());
    int[] widths = {512, 256, 128};
    for (int i = 0; i < widths.length; i++) {
      layers.add(new Linear(blocks.channels(widths[i])));
      layers.add(blocks.activationLayer());
      if (dropout != DropoutPlaces.NONE && i < 2) {
        layers.add(new DropoutLayer(BETWEEN_LINEAR));
      }
    }
    layers.add(new Linear(classes));
    return Blocks.chain(layers);
  }
}
