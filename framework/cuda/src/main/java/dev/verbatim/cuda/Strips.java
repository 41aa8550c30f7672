package dev.verbatim.cuda;

import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Window;

/**
 * A convolution, or its gradient by the input, that strips.cu may take: whole rows of images that
 * are as wide as a block of threads.
 *
 * @param from what is read
 * @param to what is written
 * @param wide channels of {@code to} that a block has
 */
record Strips(boolean gradient, Window window, Shape from, Shape to, int wide) {
  private static final int THREADS = 128;
  private static final int OUTPUTS_OF_A_THREAD = 32;
  private static final int ROWS = 8;

  static Strips of(boolean gradient, Window window, Shape from, Shape to) {
    return new Strips(gradient, window, from, to, Tiles.wide(to));
  }

  private int columns() {
    return THREADS * OUTPUTS_OF_A_THREAD / ROWS / wide;
  }

  /** Whether it may: then only the first and the last row of a strip see what is outside. */
  boolean fit() {
    int above = gradient ? window.kernelHeight() - 1 - window.padding() : window.padding();
    int end = (to.dim(1) - 2) * window.stride() - above + window.kernelHeight();
    return !(gradient && window.stride() > 1)
        && to.dim(2) == columns()
        && to.dim(1) % ROWS == 0
        && above <= window.stride()
        && end <= from.dim(1)
        && sharedBytes() <= Launch.MOST_SHARED_BYTES;
  }

  long blocks() {
    return (long) to.dim(0) * (to.dim(1) / ROWS) * Math.ceilDiv(to.dim(3), wide);
  }

  /** Of the input of a strip and two slabs of weights; later of its output. */
  int sharedBytes() {
    int stride = window.stride();
    int places =
        ((ROWS - 1) * stride + window.kernelHeight())
            * ((columns() - 1) * stride + window.kernelWidth());
    int input = places * (Math.ceilDiv(from.dim(3), 4) | 1) * 4;
    int weights = 2 * (wide == 64 ? 8 : 16) * (gradient ? wide + 4 : wide);
    return Math.max(input + weights, THREADS * OUTPUTS_OF_A_THREAD) * Float.BYTES;
  }
}
