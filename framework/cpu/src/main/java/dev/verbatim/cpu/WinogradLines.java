package dev.verbatim.cpu;

import dev.verbatim.tensor.Shape;

/** Where the rows of tiles of a batch of images lie; rows are counted through all images. */
final class WinogradLines {
  private int height;
  private int width;
  private int channels;
  private float[] image = {};
  private float[] zeros = {};

  void set(float[] array, Shape shape) {
    image = array;
    height = shape.dim(1);
    width = shape.dim(2);
    channels = shape.dim(3);
    if (zeros.length < line()) {
      zeros = new float[line()];
    }
  }

  /** Floats of a line of pixels. */
  int line() {
    return width * channels;
  }

  int channels() {
    return channels;
  }

  int tilesInRow() {
    return width / 2;
  }

  /** Sets the lines of a row of tiles. */
  void place(int row, WinogradTransforms.Lines lines) {
    int inImage = row % (height / 2);
    int at = 2 * row * line();
    boolean top = inImage == 0;
    boolean bottom = inImage == height / 2 - 1;
    lines.image = image;
    lines.firstAt = at;
    lines.secondAt = at + line();
    lines.above = top ? zeros : image;
    lines.aboveAt = top ? 0 : at - line();
    lines.below = bottom ? zeros : image;
    lines.belowAt = bottom ? 0 : at + 2 * line();
    lines.tiles = tilesInRow();
    lines.channels = channels;
  }

  /**
   * {@link WinogradPlanes#touch} for the lines that so many tiles have, from one part of {@code
   * parts} to before another.
   */
  void touch(WinogradPlanes scratch, int firstLine, int tiles, int from, int to, int parts) {
    int floats = 4 * tiles * channels;
    int first = (int) ((long) floats * from / parts);
    int last = (int) ((long) floats * to / parts);
    scratch.touch(image, firstLine * line() + first, last - first);
  }
}
