package dev.verbatim.run;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;

/** How images that are stored on the device become a batch there. */
interface Gathering {
  /**
   * Makes a batch: kernels alone.
   *
   * @param images UINT8, all that are stored
   * @param indices INT32, which of them the batch has
   * @param random INT32, what random numbers of the step depend on
   * @param x FLOAT32, the batch
   */
  void gather(Kernels k, Tensor images, Tensor indices, Tensor random, Tensor x);
}
