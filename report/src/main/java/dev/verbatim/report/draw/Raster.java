package dev.verbatim.report.draw;

/**
 * Pixels by row.
 *
 * @param rgb {@code 0xrrggbb}, {@code width} × {@code height} of them
 */
public record Raster(int width, int height, int[] rgb) {
  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if there are not as many pixels
   */
  public Raster {
    if (rgb.length != width * height) {
      throw new IllegalArgumentException(
          "needs " + width + "x" + height + " pixels, got " + rgb.length);
    }
  }
}
