package dev.verbatim.cpu;

import dev.verbatim.cpu.Panels.Panel;
import dev.verbatim.tensor.Tensor;
import java.util.Arrays;

/**
 * Copies weights into panels: for each panel its rows one after another, each as wide as the panel,
 * with +0 where it is wider than its channels.
 */
final class Packing {
  private static final int COLUMNS_IN_FIRST_CACHE = 64;

  private Packing() {}

  /**
   * Packs some rows of a panel of a matrix {@code [rows, channels]} to where they lie among those
   * of all panels.
   *
   * @param rows of the matrix
   * @param first row
   * @param last row, exclusive
   */
  static void rows(
      float[] matrix, int rows, int first, int last, Panels panels, Panel panel, float[] packed) {
    int at = rows * panel.at();
    for (int row = first; row < last; row++) {
      int from = row * panels.channels() + panel.first();
      int to = at + row * panel.width();
      System.arraycopy(matrix, from, packed, to, panel.channels());
      if (!panel.isFull()) {
        Arrays.fill(packed, to + panel.channels(), to + panel.width(), 0f);
      }
    }
  }

  /**
   * Packs the transpose of a matrix {@code [channels of the panel, columns]}.
   *
   * @param from where the matrix begins
   */
  static void transposed(
      float[] matrix, int from, int columns, Panel panel, float[] packed, int at) {
    int width = panel.width();
    for (int first = 0; first < columns; first += COLUMNS_IN_FIRST_CACHE) {
      int last = Math.min(first + COLUMNS_IN_FIRST_CACHE, columns);
      int c = 0;
      for (; c + 4 <= panel.channels(); c += 4) {
        fourRows(
            matrix,
            from + c * columns + first,
            columns,
            last - first,
            packed,
            at + first * width + c,
            width);
      }
      for (; c < panel.channels(); c++) {
        for (int k = first; k < last; k++) {
          packed[at + k * width + c] = matrix[from + c * columns + k];
        }
      }
    }
    for (int k = 0; k < columns && !panel.isFull(); k++) {
      Arrays.fill(packed, at + k * width + panel.channels(), at + (k + 1) * width, 0f);
    }
  }

  /** Four rows of a matrix beside each other in a panel. */
  static void fourRows(
      float[] matrix, int from, int columns, int count, float[] packed, int at, int width) {
    int second = from + columns;
    int third = second + columns;
    int fourth = third + columns;
    for (int k = 0, to = at; k < count; k++, to += width) {
      packed[to] = matrix[from + k];
      packed[to + 1] = matrix[second + k];
      packed[to + 2] = matrix[third + k];
      packed[to + 3] = matrix[fourth + k];
    }
  }

  /** The first values of sums: the bias, or +0 where there is none. */
  static void start(Tensor bias, Panels panels, float[] start) {
    Arrays.fill(start, 0, panels.paddedChannels(), 0f);
    if (bias.isPresent()) {
      for (int p = 0; p < panels.list().size(); p++) {
        Panel panel = panels.list().get(p);
        System.arraycopy(
            CpuStorage.floats(bias), panel.first(), start, panel.at(), panel.channels());
      }
    }
  }
}
