package dev.verbatim.cuda;

import dev.verbatim.tensor.Tensor;

/**
 * What is done to the outputs of a convolution before they are stored, as {@code struct Ending} of
 * endings.cuh has it; nothing where there is no scale.
 */
record Ending(Tensor scale, Tensor shift, Tensor residual, boolean relu) {
  static final Ending NONE = new Ending(Tensor.none(), Tensor.none(), Tensor.none(), false);
}
