package dev.verbatim.cuda;

import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Window;

/**
 * How the outputs of a product of convolutions.cu are cut into what blocks of threads have.
 *
 * @param wide channels of a block
 * @param pixels of a block: some images at some neighbouring places
 * @param images of a block; where it is one, a thread's pixels are neighbours in a row
 */
record Tiles(Shape to, int wide, int pixels, int images) {
  private static final int OUTPUTS = 4096;
  private static final int PIXELS_OF_A_THREAD = 8;

  /** A warp whose threads are all at one place of their images goes one way. */
  private static final int MOST_IMAGES = 64;

  /** Of a convolution. */
  static Tiles of(Window window, Shape from, Shape to) {
    Tiles apart = ofGradient(to);
    boolean onlyEndsAreOutside =
        window.padding() <= window.stride()
            && (to.dim(2) - 2) * window.stride() - window.padding() + window.kernelWidth()
                <= from.dim(2);
    return onlyEndsAreOutside
            && to.dim(2) % PIXELS_OF_A_THREAD == 0
            && to.dim(1) * to.dim(2) % apart.pixels == 0
        ? new Tiles(to, apart.wide, apart.pixels, 1)
        : apart;
  }

  /** Of its gradient by the input, or of a product of matrices. */
  static Tiles ofGradient(Shape to) {
    int wide = wide(to);
    int pixels = OUTPUTS / wide;
    int places = to.dim(1) * to.dim(2);
    int images = Math.max(PIXELS_OF_A_THREAD, powerOfTwo(to.dim(0)));
    int most = Math.max(MOST_IMAGES, pixels / powerOfTwo(Math.min(places, pixels)));
    return new Tiles(to, wide, pixels, Math.min(pixels, Math.min(images, most)));
  }

  /** Channels that a block has of an output. */
  static int wide(Shape to) {
    int channels = to.dim(3);
    return channels <= 16 ? 16 : channels <= 32 ? 32 : 64;
  }

  /** The smallest from a number on. */
  private static int powerOfTwo(int n) {
    return n == 1 ? 1 : Integer.highestOneBit(n - 1) * 2;
  }

  /** Whether each is some whole blocks of the rule of 64. */
  boolean areBlocks() {
    return images == 1;
  }

  int imageTiles() {
    return Math.ceilDiv(to.dim(0), images);
  }

  long blocks() {
    int placeTiles = Math.ceilDiv(to.dim(1) * to.dim(2), pixels / images);
    return (long) placeTiles * imageTiles() * Math.ceilDiv(to.dim(3), wide);
  }
}
