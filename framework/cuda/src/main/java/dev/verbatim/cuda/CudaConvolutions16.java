package dev.verbatim.cuda;

import dev.verbatim.tensor.Kernels.Transpose;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;

/**
 * Convolutions of BFLOAT16 images with FLOAT32 weights, and matrix products, which are those of
 * images of one pixel: {@code src/main/cuda/convolutions16.cu}.
 */
final class CudaConvolutions16 {
  private static final Window PIXEL = Window.square(1, 1, 0);

  /** Rows of a weight gradient's tile. */
  private static final int TALL = 64;

  /** Blocks of threads that keep any GPU busy. */
  private static final int MANY_BLOCKS = 256;

  private final Launch launch;
  private final Scratch scratch;

  CudaConvolutions16(Launch launch, Scratch scratch) {
    this.launch = launch;
    this.scratch = scratch;
  }

  void forward(Window window, Tensor x, Tensor w, Tensor bias, Tensor y) {
    product(false, window, x, w, bias, false, y);
  }

  void inputGradient(Window window, Tensor dY, Tensor w, boolean accumulate, Tensor dX) {
    product(true, window, dY, w, Tensor.none(), accumulate, dX);
  }

  private void product(
      boolean gradient,
      Window window,
      Tensor from,
      Tensor w,
      Tensor bias,
      boolean accumulate,
      Tensor to) {
    int channels = channels(to);
    int wide = channels <= 16 ? 16 : channels <= 32 ? 32 : channels <= 64 ? 64 : 128;
    int pixels = wide == 16 ? 256 : 128;
    launch
        .of((gradient ? "convolveInputGradient16By" : "convolve16By") + wide)
        .with(window)
        .with(from.shape())
        .with(to.shape())
        .with(from)
        .with(w)
        .with(bias)
        .with(accumulate)
        .with(to)
        .multiplyingOnTensorCores(
            (long) (gradient ? from : to).size() * w.size() / channels(gradient ? from : to))
        .grid(Math.ceilDiv(to.size() / channels, pixels), Math.ceilDiv(channels, wide), 1);
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
    long partial = scratch.sumsOf(blocks, dW);
    launch
        .of("convolveWeightSums16By" + wide)
        .with(window)
        .with(x.shape())
        .with(dY.shape())
        .with(perBlock)
        .with(x)
        .with(dY)
        .with(partial)
        .with(blocks == 1 && accumulate)
        .multiplyingOnTensorCores((long) dY.size() / columns * dW.size())
        .grid(tilesDown, blocks, tilesAcross);
    launch.sumBlocks(partial, accumulate, dW, blocks);
  }

  private static int channels(Tensor images) {
    return images.shape().dim(images.shape().rank() - 1);
  }

  void affine(Tensor x, Tensor w, Tensor bias, Tensor y) {
    forward(PIXEL, x, w, bias, y);
  }

  /** A product of two matrices, of which the parameter, or the gradient by it, is FLOAT32. */
  void product(Transpose transpose, Tensor a, Tensor b, boolean accumulate, Tensor c) {
    switch (transpose) {
      case NN -> forward(PIXEL, a, b, Tensor.none(), c);
      case NT -> inputGradient(PIXEL, a, b, accumulate, c);
      case TN -> weightGradient(PIXEL, a, b, accumulate, c);
    }
  }
}
