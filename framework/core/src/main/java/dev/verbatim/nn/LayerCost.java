package dev.verbatim.nn;

import dev.verbatim.tensor.Shape;

/**
 * What one layer costs.
 *
 * @param layer path of names from the network down: {@code conv2d_1}, {@code
 *     stage2.block1.conv2d_1}
 * @param type what it is
 * @param output shape of its result for one image, without the batch axis
 * @param parameters trained values
 * @param macs multiply-accumulates of the forward pass for one image
 */
public record LayerCost(String layer, String type, Shape output, long parameters, long macs) {
  /** Floating-point operations: two for each multiply-accumulate. */
  public long flops() {
    return 2 * macs;
  }
}
