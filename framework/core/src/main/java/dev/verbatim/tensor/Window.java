package dev.verbatim.tensor;

/**
 * How a window of a convolution or pooling moves over an image; square strides and paddings, the
 * kernel may be oblong.
 *
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param stride step between windows, in pixels, in both directions
 * @param padding rows and columns around the image that a window may reach into; nothing there
 *     takes part
 */
public record Window(int kernelHeight, int kernelWidth, int stride, int padding) {
  /** Checks the ranges. */
  public Window {
    ShapeException.require(
        kernelHeight >= 1 && kernelWidth >= 1 && stride >= 1 && padding >= 0,
        "a window needs kernel >= 1, stride >= 1, padding >= 0, got kernel %d x %d, stride %d, padding %d",
        kernelHeight,
        kernelWidth,
        stride,
        padding);
  }

  /** A square window. */
  public static Window square(int kernel, int stride, int padding) {
    return new Window(kernel, kernel, stride, padding);
  }

  /**
   * Rows of the output for an image of {@code height} rows; below 1 where the window does not fit.
   */
  public int outputHeight(int height) {
    return height + 2 * padding < kernelHeight
        ? 0
        : (height + 2 * padding - kernelHeight) / stride + 1;
  }

  /**
   * Columns of the output for an image of {@code width} columns; below 1 where the window does not
   * fit.
   */
  public int outputWidth(int width) {
    return width + 2 * padding < kernelWidth ? 0 : (width + 2 * padding - kernelWidth) / stride + 1;
  }

  /** Pixels of one window. */
  public int taps() {
    return kernelHeight * kernelWidth;
  }
}
