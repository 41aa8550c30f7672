package dev.verbatim.cuda;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;

/**
 * Convolutions in tiles, {@link Kernels#inTiles}, on the GPU: {@code src/main/cuda/winograd.cu}.
 * Transformed weights and partial sums are in the scratch memory between two launches.
 */
final class CudaWinograd {
  private static final int POSITIONS = 16;

  /** Products of a position that a block of threads has. */
  private static final int PRODUCTS = 1024;

  /** Output channels of a block, at most. */
  private static final int MOST_WIDE = 32;

  /** Channels, and output channels, of a weight gradient's block, and pairs of them of its last. */
  private static final int TILE = 16;

  private final Launch launch;
  private final Scratch scratch;

  CudaWinograd(Launch launch, Scratch scratch) {
    this.launch = launch;
    this.scratch = scratch;
  }

  void forward(Tensor x, Tensor w, Tensor bias, Ending ending, Tensor y) {
    products(x, w, false, bias, false, ending, y);
  }

  void inputGradient(Tensor dY, Tensor w, boolean accumulate, Tensor dX) {
    products(dY, w, true, Tensor.none(), accumulate, Ending.NONE, dX);
  }

  private void products(
      Tensor x,
      Tensor w,
      boolean reversed,
      Tensor bias,
      boolean accumulate,
      Ending ending,
      Tensor y) {
    int pairs = pairs(w);
    long transformed = scratch.bytes((long) POSITIONS * pairs * Float.BYTES);
    launch
        .of("winogradWeights")
        .with(w)
        .with(w.shape().dim(2))
        .with(w.shape().dim(3))
        .with(reversed)
        .with(transformed)
        .over(pairs);
    int tiles = tiles(y.shape());
    int channels = y.shape().dim(3);
    int wide = channels % MOST_WIDE == 0 ? MOST_WIDE : MOST_WIDE / 2;
    launch
        .of("winogradProducts" + wide)
        .multiplying((long) POSITIONS * tiles * pairs)
        .with(y.shape())
        .with(x.shape())
        .with(x)
        .with(transformed)
        .with(bias)
        .with(accumulate)
        .with(y)
        .with(ending)
        .blocks((long) Math.ceilDiv(tiles, PRODUCTS / wide) * (channels / wide));
  }

  void weightGradient(Tensor x, Tensor dY, boolean accumulate, Tensor dW) {
    int pairs = pairs(dW);
    int weights = POSITIONS * pairs;
    int images = x.shape().dim(0);
    int perBlock = Kernels.imagesPerBlock(images, weights);
    int blocks = Math.ceilDiv(images, perBlock);
    long partial = scratch.bytes((long) blocks * weights * Float.BYTES);
    launch
        .of("winogradWeightSums")
        .multiplying((long) weights * tiles(x.shape()))
        .with(x.shape())
        .with(dY.shape())
        .with(perBlock)
        .with(x)
        .with(dY)
        .with(partial)
        .blocks((long) blocks * pairs / (TILE * TILE));
    launch
        .of("winogradWeightGradient")
        .with(partial)
        .with(blocks)
        .with(pairs)
        .with(accumulate)
        .with(dW)
        .blocks(pairs / TILE);
  }

  private static int pairs(Tensor w) {
    return w.shape().dim(2) * w.shape().dim(3);
  }

  private static int tiles(Shape images) {
    return images.dim(0) * (images.dim(1) / 2) * (images.dim(2) / 2);
  }
}
