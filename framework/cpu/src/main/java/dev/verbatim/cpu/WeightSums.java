package dev.verbatim.cpu;

import dev.verbatim.cpu.Sweep.Plane;
import dev.verbatim.tensor.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The gradient of a convolution by its weights as the inner loops see it: for each position of the
 * kernel the pixels of the output whose window has it inside the input. Pixels are taken in chunks:
 * some images, or some rows of one. Depends on shapes alone.
 */
final class WeightSums {
  /**
   * Pixels in a chunk: enough to make little of a call, few enough to stay in the second-level
   * cache. With 16 registers tiles have fewer taps and go over them more often: in the first.
   */
  private final int chunkPixels = VectorWidth.with32Registers() ? 512 : 128;

  /**
   * Neighbouring taps that the same pixels reach: the channels of a position of the kernel, or of a
   * row of it where no padding comes between.
   *
   * @param tap the first
   * @param taps how many
   * @param xAt where the first tap lies in the input of the chunk's first pixel
   * @param pixels for each pixel its place in the input and its number in the chunk
   * @param count pixels in an image
   * @param columns pixels side by side in a row of it
   */
  record Run(int tap, int taps, int xAt, int[] pixels, int count, int columns) {}

  /**
   * Some rows of an image, or some whole images.
   *
   * @param xAt where the rows begin in the input
   * @param firstPixel of the output
   */
  record Chunk(int xAt, int firstPixel, int pixels, List<Run> runs) {}

  final Plane input;
  final Plane output;
  final Panels panels;
  final List<Chunk> chunks = new ArrayList<>();

  /** Images in a chunk. */
  final int images;

  final int taps;
  private final Map<List<Integer>, int[]> tables = new HashMap<>();
  private final int stride;

  WeightSums(Window window, Plane input, Plane output, Axis rows, Axis columns, Panels panels) {
    this.input = input;
    this.output = output;
    this.panels = panels;
    this.stride = window.stride();
    taps = window.taps() * input.channels();
    images = Math.max(chunkPixels / (output.height() * output.width()), 1);
    int rowsInChunk = Math.clamp(chunkPixels / output.width(), 1, output.height());
    for (int top = 0; top < output.height(); top += rowsInChunk) {
      int bottom = Math.min(top + rowsInChunk, output.height());
      List<Run> runs = new ArrayList<>();
      for (int i = 0; i < window.kernelHeight(); i++) {
        int[] rowRange = range(rows, i, top, bottom);
        if (window.padding() == 0) {
          runs.add(
              run(
                  window,
                  i,
                  0,
                  window.kernelWidth(),
                  rowRange,
                  new int[] {0, output.width()},
                  top));
        } else {
          for (int j = 0; j < window.kernelWidth(); j++) {
            runs.add(run(window, i, j, 1, rowRange, range(columns, j, 0, output.width()), top));
          }
        }
      }
      chunks.add(
          new Chunk(
              top * stride * input.at(1, 0),
              top * output.width(),
              (bottom - top) * output.width(),
              runs));
    }
  }

  /** The lines between two that meet this position of the kernel: the first one, and how many. */
  private static int[] range(Axis axis, int tap, int from, int to) {
    int[] met =
        axis.lines().subList(from, to).stream()
            .filter(line -> line.tap() <= tap && tap < line.tap() + line.count())
            .mapToInt(Axis.Line::at)
            .toArray();
    return met.length == 0 ? new int[] {from, 0} : new int[] {met[0], met.length};
  }

  private Run run(
      Window window, int i, int j, int columns, int[] rowRange, int[] columnRange, int top) {
    int tap = (i * window.kernelWidth() + j) * input.channels();
    int xAt = input.at(i - window.padding(), j - window.padding());
    int[] pixels =
        tables.computeIfAbsent(
            List.of(rowRange[0] - top, rowRange[1], columnRange[0], columnRange[1]), this::table);
    int count = rowRange[1] * columnRange[1];
    return new Run(tap, columns * input.channels(), xAt, pixels, count, columnRange[1]);
  }

  private int[] table(List<Integer> key) {
    int[] table = new int[images * key.get(1) * key.get(3) * 2];
    int at = 0;
    for (int image = 0; image < images; image++) {
      for (int row = key.get(0); row < key.get(0) + key.get(1); row++) {
        for (int column = key.get(2); column < key.get(2) + key.get(3); column++) {
          table[at++] = image * input.size() + input.at(row * stride, column * stride);
          table[at++] = (image * output.height() + row) * output.width() + column;
        }
      }
    }
    return table;
  }
}
