package dev.verbatim.models;

import dev.verbatim.nn.Apply;
import dev.verbatim.nn.BatchNorm2d;
import dev.verbatim.nn.Conv2d;
import dev.verbatim.nn.Layer;
import dev.verbatim.nn.Sequential;
import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the networks are put together from.
 *
 * @param norm whether batch normalization follows each convolution
 * @param activation {@code relu} or the name of an {@link Activation}
 * @param width factor of all channel counts
 */
record Blocks(boolean norm, String activation, double width) {
  /** Channels at this width. */
  int channels(int atWidthOne) {
    return Math.max(1, (int) Math.rint(atWidthOne * width));
  }

  boolean isRelu() {
    return activation.equals("relu");
  }

  Layer activationLayer() {
    return isRelu()
        ? Apply.relu()
        : Apply.activation(Activation.valueOf(activation.toUpperCase(Locale.ROOT)));
  }

  /** A convolution, its normalization and, where asked, its activation. */
  void convolution(List<Layer> into, int out, Window window, boolean bias, boolean activated) {
    into.add(new Conv2d(out, window, bias));
    if (norm) {
      into.add(new BatchNorm2d());
    }
    if (activated) {
      into.add(activationLayer());
    }
  }

  static Sequential chain(List<Layer> layers) {
    return new Sequential(layers.toArray(Layer[]::new));
  }

  static List<Layer> empty() {
    return new ArrayList<>();
  }
}
