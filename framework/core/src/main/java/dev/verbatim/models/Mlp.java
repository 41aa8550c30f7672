package dev.verbatim.models;

import dev.verbatim.nn.Apply;
import dev.verbatim.nn.Layer;
import dev.verbatim.nn.Linear;
import java.util.List;

/** Fully connected layers on the flattened image, ReLU between them. */
public final class Mlp {
  private Mlp() {}

  /**
   * A network.
   *
   * @param hidden widths of the layers before the last
   */
  public static Layer of(List<Integer> hidden, int classes) {
    List<Layer> layers = Blocks.empty();
    layers.add(Apply.flatten());
    for (int width : hidden) {
      layers.add(new Linear(width));
      layers.add(Apply.relu());
    }
    layers.add(new Linear(classes));
    return Blocks.chain(layers);
  }
}
