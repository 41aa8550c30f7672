package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.SIDE;
import static dev.verbatim.cpu.WinogradPlanes.TILE;

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
    return Math.ceilDiv(width, TILE);
  }

  int rowsInImage() {
    return Math.ceilDiv(height, TILE);
  }

  /**
   * The first pixel of a row of tiles; of the row after the last one, how many pixels there are.
   */
  int pixel(int row) {
    return firstLine(row) * width;
  }

  private int firstLine(int row) {
    return row / rowsInImage() * height + row % rowsInImage() * TILE;
  }

  /** Sets the lines of a row of tiles. */
  void place(int row, WinogradTransforms.Lines lines) {
    int top = row % rowsInImage() * TILE;
    int at = firstLine(row) * line();
    for (int i = 0; i < SIDE; i++) {
      boolean inside = top + i > 0 && top + i <= height;
      lines.arrays[i] = inside ? image : zeros;
      lines.at[i] = inside ? at + (i - 1) * line() : 0;
    }
    lines.image = image;
    lines.ownAt = at;
    lines.rows = Math.min(TILE, height - top);
    lines.width = width;
    lines.tiles = tilesInRow();
    lines.channels = channels;
  }

  /**
   * What so many rows of tiles have from one on, to be read ahead.
   *
   * @param skipped lines of the first row's own that have been read
   */
  void ahead(WinogradAhead reads, int row, int skipped, int rows, int parts) {
    int from = firstLine(row) + skipped;
    int to = firstLine(row + rows) + skipped;
    reads.begin(image, from * line(), (to - from) * line(), parts);
  }
}
