package dev.verbatim.cuda;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;

/**
 * Convolutions in tiles, {@link Kernels#inTiles}, on the GPU: {@code src/main/cuda/winograd.cu} and
 * {@code winogradgradients.cu}.
 */
final class CudaWinograd {
  private static final int POSITIONS = TransformedWeights.POSITIONS;

  /** Products of a position that a block of threads has. */
  private static final int PRODUCTS = 512;

  /** Output channels that it has, at most. */
  private static final int MOST_WIDE = 32;

  /** Channels, and output channels, of a weight gradient's block. */
  private static final int CHANNELS = 16;

  /** Of a block. */
  private static final int THREADS = POSITIONS * 16;

  private final Launch launch;
  private final BlockSums sums;
  private final BlockMoments blockMoments;
  private final TransformedWeights weights;

  CudaWinograd(
      Launch launch, BlockSums sums, BlockMoments blockMoments, TransformedWeights weights) {
    this.launch = launch;
    this.sums = sums;
    this.blockMoments = blockMoments;
    this.weights = weights;
  }

  void forward(Tensor x, Tensor w, Tensor bias, Ending ending, Tensor y) {
    int wide = wide(y);
    long transformed = weights.of(w);
    BlockMoments.Room moments =
        areWholeRows(tilesOfBlock(wide), y.shape())
            ? blockMoments.wanted(y, ending)
            : BlockMoments.Room.NONE;
    products("winogradProducts", wide, x, w, transformed, y)
        .with(bias)
        .with(y)
        .with(ending)
        .with(moments)
        .blocks(blocks(wide, y.shape()), THREADS, 0);
    blockMoments.left(y, moments);
  }

  void inputGradient(Tensor dY, Tensor w, boolean accumulate, Tensor dX) {
    int wide = wide(dX);
    products("winogradInputGradient", wide, dY, w, weights.reversed(w), dX)
        .with(accumulate)
        .with(dX)
        .blocks(blocks(wide, dX.shape()), THREADS, 0);
  }

  private Launch products(
      String kernel, int wide, Tensor from, Tensor w, long transformed, Tensor to) {
    return launch
        .of(kernel + wide)
        .multiplying((long) POSITIONS * Kernels.tiles(to.shape()) * pairs(w))
        .moving((long) POSITIONS * pairs(w) * Float.BYTES)
        .with(to.shape())
        .with(from.shape())
        .with(from)
        .with(transformed);
  }

  /** Channels of a block of threads. */
  private static int wide(Tensor to) {
    return to.shape().dim(3) % MOST_WIDE == 0 ? MOST_WIDE : MOST_WIDE / 2;
  }

  private static int tilesOfBlock(int wide) {
    return PRODUCTS / wide;
  }

  private static long blocks(int wide, Shape to) {
    return (long) Math.ceilDiv(Kernels.tiles(to), tilesOfBlock(wide)) * (to.dim(3) / wide);
  }

  /** Whether so many tiles from a multiple of them on are pixels that follow each other. */
  private static boolean areWholeRows(int tiles, Shape to) {
    return to.dim(1) % Kernels.TILE == 0
        && to.dim(2) % Kernels.TILE == 0
        && tiles % (to.dim(2) / Kernels.TILE) == 0;
  }

  void weightGradient(Tensor x, Tensor dY, boolean accumulate, Tensor dW) {
    int pairs = pairs(dW);
    int weights = POSITIONS * pairs;
    int images = x.shape().dim(0);
    int perBlock = Kernels.imagesPerBlock(images, weights);
    int blocks = Math.ceilDiv(images, perBlock);
    launch.touch(dW);
    BlockSums.Room partial = sums.roomInTiles(blocks, dW);
    launch
        .of("winogradWeightSums")
        .multiplying((long) weights * Kernels.tiles(x.shape()))
        .with(x.shape())
        .with(dY.shape())
        .with(perBlock)
        .with(x)
        .with(dY)
        .with(partial.address())
        .blocks((long) blocks * pairs / (CHANNELS * CHANNELS), THREADS, 0);
    sums.left(partial, accumulate);
  }

  private static int pairs(Tensor w) {
    return w.shape().dim(2) * w.shape().dim(3);
  }
}
