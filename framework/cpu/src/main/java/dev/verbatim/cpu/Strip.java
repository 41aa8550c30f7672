package dev.verbatim.cpu;

import java.util.Arrays;

/**
 * Some columns, and any rows, of images {@code [height,width,channels]}, with +0 outside the image.
 *
 * @param left first column, may be negative
 * @param columns how many columns
 */
record Strip(int height, int width, int channels, int left, int columns) {
  /** Floats in one row. */
  int rowStride() {
    return columns * channels;
  }

  /** Whether the strip has the image's own columns, so that it can be read in place. */
  boolean isWhole() {
    return left == 0 && columns == width;
  }

  /** Copies rows {@code top} to {@code top + rows} of the image at {@code xAt}. */
  void copy(float[] x, int xAt, int top, int rows, float[] to) {
    int first = Math.max(left, 0);
    int last = Math.min(left + columns, width);
    int stride = rowStride();
    for (int r = 0; r < rows; r++) {
      int row = top + r;
      int at = r * stride;
      if (row < 0 || row >= height || first >= last) {
        Arrays.fill(to, at, at + stride, 0f);
      } else {
        int begin = at + (first - left) * channels;
        int length = (last - first) * channels;
        Arrays.fill(to, at, begin, 0f);
        System.arraycopy(x, xAt + (row * width + first) * channels, to, begin, length);
        Arrays.fill(to, begin + length, at + stride, 0f);
      }
    }
  }
}
