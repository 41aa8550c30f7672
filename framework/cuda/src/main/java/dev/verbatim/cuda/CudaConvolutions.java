package dev.verbatim.cuda;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;

/**
 * Convolutions on the GPU, and matrix products, which are those of images of one pixel: the tiles
 * of {@code src/main/cuda/convolutions.cu} for each shape.
 */
final class CudaConvolutions {
  private static final Window PIXEL = Window.square(1, 1, 0);

  /** Threads of a block of a product. */
  private static final int THREADS = 128;

  /** Of a weight gradient's block: channels, output channels, and kernel positions at most. */
  private static final int TILE = 16;

  private static final int THREADS_OF_A_POSITION = 16;
  private static final int MOST_COLUMNS = 32;

  private final Launch launch;
  private final BlockSums sums;
  private final BlockMoments blockMoments;
  private final CudaWinograd winograd;

  CudaConvolutions(
      Launch launch, BlockSums sums, BlockMoments blockMoments, CudaWinograd winograd) {
    this.launch = launch;
    this.sums = sums;
    this.blockMoments = blockMoments;
    this.winograd = winograd;
  }

  void forward(Window window, Tensor x, Tensor w, Tensor bias, Ending ending, Tensor y) {
    if (Kernels.inTiles(window, x.shape(), w.shape().dim(3))) {
      winograd.forward(x, w, bias, ending, y);
      return;
    }
    var shapes = Strips.of(false, window, x.shape(), y.shape());
    if (shapes.fit()) {
      BlockMoments.Room moments = blockMoments.wanted(y, ending);
      strips("convolveStrips", shapes, x, w)
          .with(bias)
          .with(y)
          .with(ending)
          .with(moments)
          .blocks(shapes.blocks(), THREADS, shapes.sharedBytes());
      blockMoments.left(y, moments);
    } else {
      tiles(window, x, x.shape(), w, bias, false, y, y.shape(), ending);
    }
  }

  private Launch strips(String kernel, Strips strips, Tensor x, Tensor w) {
    return launch
        .of(kernel + strips.wide())
        .multiplying(macs(strips.gradient() ? strips.from() : strips.to(), w))
        .with(strips.window())
        .with(strips.to())
        .with(strips.from())
        .with(x)
        .with(w);
  }

  void inputGradient(Window window, Tensor dY, Tensor w, boolean accumulate, Tensor dX) {
    if (Kernels.inTiles(window, dX.shape(), w.shape().dim(3))) {
      winograd.inputGradient(dY, w, accumulate, dX);
      return;
    }
    var shapes = Strips.of(true, window, dY.shape(), dX.shape());
    if (shapes.fit()) {
      strips("convolveInputGradientStrips", shapes, dY, w)
          .with(accumulate)
          .with(dX)
          .blocks(shapes.blocks(), THREADS, shapes.sharedBytes());
    } else {
      gradientTiles(window, dY, dY.shape(), w, accumulate, dX, dX.shape());
    }
  }

  /** {@code c = a · b}, or {@code a · bᵀ} where b is transposed. */
  void product(boolean transposed, Tensor a, Tensor b, Tensor bias, boolean accumulate, Tensor c) {
    if (transposed) {
      gradientTiles(PIXEL, a, pixels(a), b, accumulate, c, pixels(c));
    } else {
      tiles(PIXEL, a, pixels(a), b, bias, accumulate, c, pixels(c), Ending.NONE);
    }
  }

  private static Shape pixels(Tensor matrix) {
    return Shape.of(matrix.shape().dim(0), 1, 1, matrix.shape().dim(1));
  }

  private void tiles(
      Window window,
      Tensor x,
      Shape from,
      Tensor w,
      Tensor bias,
      boolean accumulate,
      Tensor y,
      Shape to,
      Ending ending) {
    var tiles = Tiles.of(window, from, to);
    BlockMoments.Room moments =
        tiles.areBlocks() ? blockMoments.wanted(y, ending) : BlockMoments.Room.NONE;
    launch
        .of("convolve" + tiles.wide())
        .multiplying(macs(to, w))
        .with(window)
        .with(to)
        .with(from)
        .with(x)
        .with(w)
        .with(bias)
        .with(accumulate)
        .with(y)
        .with(tiles.images())
        .with(tiles.imageTiles())
        .with(ending)
        .with(moments)
        .blocks(tiles.blocks(), THREADS, 0);
    blockMoments.left(y, moments);
  }

  private void gradientTiles(
      Window window, Tensor dY, Shape from, Tensor w, boolean accumulate, Tensor dX, Shape to) {
    var tiles = Tiles.ofGradient(to);
    launch
        .of("convolveInputGradient" + tiles.wide())
        .multiplying(macs(from, w))
        .with(window)
        .with(to)
        .with(from)
        .with(dY)
        .with(w)
        .with(accumulate)
        .with(dX)
        .with(tiles.images())
        .with(tiles.imageTiles())
        .blocks(tiles.blocks(), THREADS, 0);
  }

  void weightGradient(Window window, Tensor x, Tensor dY, boolean accumulate, Tensor dW) {
    if (Kernels.inTiles(window, x.shape(), dW.shape().dim(3))) {
      winograd.weightGradient(x, dY, accumulate, dW);
      return;
    }
    int perBlock = Kernels.imagesPerBlock(x.shape().dim(0), dW.size());
    weightGradient(window, x, x.shape(), dY, dY.shape(), perBlock, accumulate, dW);
  }

  /** {@code c = aᵀ · b}: the gradient by the weights of a pixel for images that are one row. */
  void transposedProduct(Tensor a, Tensor b, boolean accumulate, Tensor c) {
    weightGradient(PIXEL, a, row(a), b, row(b), 1, accumulate, c);
  }

  private static Shape row(Tensor matrix) {
    return Shape.of(1, 1, matrix.shape().dim(0), matrix.shape().dim(1));
  }

  private void weightGradient(
      Window window,
      Tensor x,
      Shape in,
      Tensor dY,
      Shape out,
      int perBlock,
      boolean accumulate,
      Tensor dW) {
    int blocks = Math.ceilDiv(in.dim(0), perBlock);
    launch.touch(dW);
    BlockSums.Room partial = sums.room(blocks, dW);
    int width = Math.min(window.kernelWidth(), TILE);
    int height = Math.min(window.kernelHeight(), TILE / width);
    int columns = Math.min(MOST_COLUMNS, out.dim(2));
    while (columns > 1
        && sharedBytes(window, height, width, 1, columns) > Launch.MOST_SHARED_BYTES) {
      columns--;
    }
    int rows = columns < out.dim(2) ? 1 : rowsAtOnce(window, height, width, out);
    long tiles =
        (long) Math.ceilDiv(in.dim(3), TILE)
            * Math.ceilDiv(out.dim(3), TILE)
            * Math.ceilDiv(window.kernelHeight(), height)
            * Math.ceilDiv(window.kernelWidth(), width);
    int threads = Math.ceilDiv(height * width * THREADS_OF_A_POSITION, 32) * 32;
    launch
        .of("convolveWeightSums")
        .multiplying(macs(out, dW))
        .with(window)
        .with(height, width)
        .with(in)
        .with(out)
        .with(perBlock)
        .with(rows, columns)
        .with(x)
        .with(dY)
        .with(partial.address())
        .with(blocks == 1 && accumulate)
        .blocks(tiles * blocks, threads, sharedBytes(window, height, width, rows, columns));
    sums.left(partial, accumulate);
  }

  /** Each of the pixels of a convolution's output takes part with each weight. */
  private static long macs(Shape out, Tensor w) {
    return (long) out.dim(0) * out.dim(1) * out.dim(2) * w.size();
  }

  /** Whole output rows that a block takes at once: as many as fit, cut evenly. */
  private static int rowsAtOnce(Window window, int height, int width, Shape out) {
    int most = out.dim(1);
    while (most > 1
        && sharedBytes(window, height, width, most, out.dim(2)) > Launch.MOST_SHARED_BYTES) {
      most--;
    }
    return Math.ceilDiv(out.dim(1), Math.ceilDiv(out.dim(1), most));
  }

  /** What kernel positions see of output rows, and the output rows, of sixteen channels each. */
  private static int sharedBytes(Window window, int height, int width, int rows, int columns) {
    int down = (rows - 1) * window.stride() + height;
    int across = (columns - 1) * window.stride() + width;
    return (down * across + rows * columns) * TILE * Float.BYTES;
  }
}
