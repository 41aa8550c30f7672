package dev.verbatim.cpu;

/**
 * The transforms of images in Winograd's convolution, F(4x4, 3x3) and F(3x3, 4x4), on vectors of
 * one width. Each goes over the columns of a tile first, then over the rows of what that gave.
 */
interface WinogradTransforms {
  /**
   * A row of tiles in an image: its own lines of pixels, four if so many are left, and the ones
   * around.
   */
  final class Lines {
    /**
     * Where each of six lines is, from the one above on: the image, or zeros where there is none.
     */
    final float[][] arrays = new float[WinogradPlanes.SIDE][];

    final int[] at = new int[WinogradPlanes.SIDE];

    float[] image = {};

    /** Where the first of the row's own lines begins in {@link #image}. */
    int ownAt;

    /** How many of its own lines are inside the image. */
    int rows;

    /** Pixels in a line; the last tile may have some more columns. */
    int width;

    int tiles;

    /** Floats from a pixel to the next. */
    int channels;

    /** Scratch memory for transformed columns. */
    float[] columns = {};

    /** How many of a tile's columns are inside the image. */
    int columnsOf(int tile) {
      return Math.min(WinogradPlanes.TILE, width - tile * WinogradPlanes.TILE);
    }
  }

  /**
   * From six by six pixels to values.
   *
   * @param tile where the row's first tile goes
   */
  void input(Lines x, int firstChannel, int lastChannel, WinogradPlanes v, int tile);

  /** From products, which are lost, to four by four outputs. */
  void output(WinogradPlanes m, int tile, Lines y);

  /** The same, added to a bias. */
  void outputWithBias(WinogradPlanes m, int tile, float[] bias, Lines y);

  /** The same, added to what is there. */
  void outputAdded(WinogradPlanes m, int tile, Lines y);

  /** From gradients of four by four outputs to those of products. */
  void gradient(Lines dY, WinogradPlanes m, int tile);
}
