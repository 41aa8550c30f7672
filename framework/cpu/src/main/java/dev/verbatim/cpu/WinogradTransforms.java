package dev.verbatim.cpu;

/**
 * The transforms of images in Winograd's convolution, F(2x2, 3x3) and F(3x3, 2x2), on vectors of
 * one width. Each goes over the columns of a tile first, then over the rows of what that gave.
 */
interface WinogradTransforms {
  /** A row of tiles in an image: their own two lines and the ones around them. */
  final class Lines {
    float[] image = {};

    /** The line above, which is in {@link #image} or all +0. */
    float[] above = {};

    int aboveAt;
    int firstAt;
    int secondAt;

    /** The line below, which is in {@link #image} or all +0. */
    float[] below = {};

    int belowAt;
    int tiles;

    /** Floats from a pixel to the next. */
    int channels;
  }

  /**
   * From four by four pixels to values.
   *
   * @param tile where the row's first tile goes
   */
  void input(Lines x, int firstChannel, int lastChannel, WinogradPlanes v, int tile);

  /** From products to two by two outputs. */
  void output(WinogradPlanes m, int tile, Lines y);

  /** The same, added to a bias. */
  void outputWithBias(WinogradPlanes m, int tile, float[] bias, Lines y);

  /** The same, added to what is there. */
  void outputAdded(WinogradPlanes m, int tile, Lines y);

  /** From gradients of two by two outputs to those of products. */
  void gradient(Lines dY, WinogradPlanes m, int tile);
}
