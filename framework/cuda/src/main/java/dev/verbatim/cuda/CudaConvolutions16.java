package dev.verbatim.cuda;

import dev.verbatim.tensor.Kernels.Transpose;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;

/**
 * Convolutions of BFLOAT16 images with FLOAT32 weights, and matrix products, which are those of
 * images of one pixel: {@code src/main/cuda/convolutions16.cu} and {@code weightgradients16.cu}.
 */
final class CudaConvolutions16 {
  private static final Window PIXEL = Window.square(1, 1, 0);

  /** Rows of a weight gradient's tile. */
  private static final int TALL = 64;

  /** Blocks of threads that keep any GPU busy. */
  private static final int MANY_BLOCKS = 256;

  private final Launch launch;
  private final BlockSums sums;
  private final BlockMoments blockMoments;

  CudaConvolutions16(Launch launch, BlockSums sums, BlockMoments blockMoments) {
    this.launch = launch;
    this.sums = sums;
    this.blockMoments = blockMoments;
  }

  void forward(Window window, Tensor x, Tensor w, Tensor bias, Ending ending, Tensor y) {
    forward(window, x, w, bias, false, ending, y);
  }

  private void forward(
      Window window, Tensor x, Tensor w, Tensor bias, boolean accumulate, Ending ending, Tensor y) {
    BlockMoments.Room moments =
        accumulate ? BlockMoments.Room.NONE : blockMoments.wanted(y, ending);
    product("convolve16By", window, x, w, y, (long) y.size() * w.size() / channels(y))
        .with(bias)
        .with(accumulate)
        .with(y)
        .with(ending)
        .with(moments)
        .grid(pixelTiles(y), channelTiles(y), 1);
    blockMoments.left(y, moments);
  }

  void inputGradient(Window window, Tensor dY, Tensor w, boolean accumulate, Tensor dX) {
    product(
            "convolveInputGradient16By",
            window,
            dY,
            w,
            dX,
            (long) dY.size() * w.size() / channels(dY))
        .with(accumulate)
        .with(dX)
        .grid(pixelTiles(dX), channelTiles(dX), 1);
  }

  private Launch product(
      String kernel, Window window, Tensor from, Tensor w, Tensor to, long macs) {
    return launch
        .of(kernel + wide(to))
        .with(window)
        .with(from.shape())
        .with(to.shape())
        .with(from)
        .with(w)
        .multiplyingOnTensorCores(macs);
  }

  /** Channels that a block has of an output. */
  private static int wide(Tensor to) {
    int channels = channels(to);
    return channels <= 16 ? 16 : channels <= 32 ? 32 : channels <= 64 ? 64 : 128;
  }

  private static int channelTiles(Tensor to) {
    return Math.ceilDiv(channels(to), wide(to));
  }

  private static int pixelTiles(Tensor to) {
    return Math.ceilDiv(to.size() / channels(to), wide(to) == 16 ? 256 : 128);
  }

  void weightGradient(Window window, Tensor x, Tensor dY, boolean accumulate, Tensor dW) {
    int columns = channels(dY);
    int wide = columns <= 16 ? 16 : columns <= 32 ? 32 : 64;
    int tilesDown = Math.ceilDiv(dW.size() / columns, TALL);
    int tilesAcross = Math.ceilDiv(columns, wide);
    int images = x.shape().dim(0);
    int perBlock =
        Math.ceilDiv(images, Math.clamp(MANY_BLOCKS / (tilesDown * tilesAcross), 1, images));
    int blocks = Math.ceilDiv(images, perBlock);
    launch.touch(dW);
    BlockSums.Room partial = sums.room(blocks, dW);
    launch
        .of("convolveWeightSums16By" + wide)
        .with(window)
        .with(x.shape())
        .with(dY.shape())
        .with(perBlock)
        .with(x)
        .with(dY)
        .with(partial.address())
        .with(blocks == 1 && accumulate)
        .multiplyingOnTensorCores((long) dY.size() / columns * dW.size())
        .grid(tilesDown, blocks, tilesAcross);
    sums.left(partial, accumulate);
  }

  private static int channels(Tensor images) {
    return images.shape().dim(images.shape().rank() - 1);
  }

  void affine(Tensor x, Tensor w, Tensor bias, Tensor y) {
    forward(PIXEL, x, w, bias, Ending.NONE, y);
  }

  /** A product of two matrices, of which the parameter, or the gradient by it, is FLOAT32. */
  void product(Transpose transpose, Tensor a, Tensor b, boolean accumulate, Tensor c) {
    switch (transpose) {
      case NN -> forward(PIXEL, a, b, Tensor.none(), accumulate, Ending.NONE, c);
      case NT -> inputGradient(PIXEL, a, b, accumulate, c);
      case TN -> weightGradient(PIXEL, a, b, accumulate, c);
    }
  }
}
