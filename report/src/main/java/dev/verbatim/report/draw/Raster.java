package dev.verbatim.report.draw;

/**
 * Pixels by row.
 *
 * @param rgb {@code 0xrrggbb}, {@code width} × {@code height} of them
 */
record Raster(int width, int height, int[] rgb) {
  Raster {
    if (rgb.length != width * height) {
      throw new IllegalArgumentException(
          "needs " + width + "x" + height + " pixels, got " + rgb.length);
    }
  }
}
