package dev.verbatim.cpu;

import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything about a convolution that depends on its shapes alone. An image is worked on in bands
 * of rows, so that a padded copy of a band's input stays in the cache; positions of pixels inside a
 * band are tables.
 */
final class ConvolutionPlan {
  /**
   * Floats of padded input that a band aims at: with its output and weights it should fit a level-2
   * cache.
   */
  private static final int BAND_FLOATS = 1 << 15;

  final Window window;
  final int height;
  final int width;
  final int in;
  final int outHeight;
  final int outWidth;
  final int out;

  /** Input of the forward pass and of the weight gradient. */
  final Strip input;

  final int bandRows;
  final int bands;
  final int[] inputOffsets;
  final int[] outputOffsets;
  final Panels outPanels;

  /** Gradient of the output, as the input gradient reads it. */
  final Strip gradient;

  final int gradientTop;
  final int gradientBandRows;
  final int gradientBands;
  final int gradientStripRows;
  final List<Phase> phases;
  final Panels inPanels;

  private ConvolutionPlan(
      Window window, int height, int width, int in, int out, List<Vectors> kinds) {
    this.window = window;
    this.height = height;
    this.width = width;
    this.in = in;
    this.out = out;
    this.outHeight = window.outputHeight(height);
    this.outWidth = window.outputWidth(width);
    int stride = window.stride();
    int padding = window.padding();

    input = new Strip(height, width, in, -padding, width + 2 * padding);
    int rowsInBand = (BAND_FLOATS / input.rowStride() - window.kernelHeight()) / stride + 1;
    bandRows = Math.clamp(rowsInBand, 1, outHeight);
    bands = Math.ceilDiv(outHeight, bandRows);
    inputOffsets = offsets(bandRows, outWidth, stride * input.rowStride(), stride * in);
    outputOffsets = offsets(bandRows, outWidth, outWidth * out, out);
    outPanels = Panels.of(out, kinds);

    List<Axis> rows = axes(window.kernelHeight(), stride, padding);
    List<Axis> columns = axes(window.kernelWidth(), stride, padding);
    gradientTop = first(rows);
    gradient =
        new Strip(
            outHeight,
            outWidth,
            out,
            first(columns),
            Math.ceilDiv(width, stride) - 1 + last(columns) - first(columns) + 1);
    int spread = last(rows) - first(rows);
    gradientBandRows =
        Math.clamp(BAND_FLOATS / gradient.rowStride() - spread, 1, Math.ceilDiv(height, stride));
    gradientBands = Math.ceilDiv(Math.ceilDiv(height, stride), gradientBandRows);
    gradientStripRows = gradientBandRows + spread;
    inPanels = Panels.of(in, kinds);
    phases = new ArrayList<>();
    int packedAt = 0;
    for (Axis row : rows) {
      for (Axis column : columns) {
        phases.add(phase(row, column, packedAt));
        packedAt += row.taps() * column.taps() * out * inPanels.paddedChannels();
      }
    }
  }

  /** Rows of weights: kernel pixels times input channels. */
  int taps() {
    return window.taps() * in;
  }

  /** Floats of all packed phases of the input gradient. */
  int packedPhases() {
    return taps() / in * out * inPanels.paddedChannels();
  }

  /** Rows of output in a band. */
  int rowsOf(int band) {
    return Math.min(bandRows, outHeight - band * bandRows);
  }

  private boolean fits(Window otherWindow, Shape x, int channels) {
    return otherWindow.equals(window)
        && x.dim(1) == height
        && x.dim(2) == width
        && x.dim(3) == in
        && channels == out;
  }

  /** Plans made so far; a network has few, so that they are searched one by one. */
  static final class Cache {
    private final List<Vectors> kinds;
    private final List<ConvolutionPlan> plans = new ArrayList<>();

    Cache(List<Vectors> kinds) {
      this.kinds = kinds;
    }

    ConvolutionPlan of(Window window, Shape x, int out) {
      for (int i = 0; i < plans.size(); i++) {
        if (plans.get(i).fits(window, x, out)) {
          return plans.get(i);
        }
      }
      ConvolutionPlan plan = new ConvolutionPlan(window, x.dim(1), x.dim(2), x.dim(3), out, kinds);
      plans.add(plan);
      return plan;
    }
  }

  /**
   * The rows (or columns) {@code residue + stride · t} of the input in its gradient: they are
   * reached by {@code taps} kernel positions, the outputs from {@code t + from} on, at kernel
   * positions that fall by the stride.
   */
  private record Axis(int residue, int taps, int from, int lastTap) {
    int last() {
      return from + taps - 1;
    }
  }

  private static List<Axis> axes(int kernel, int stride, int padding) {
    List<Axis> axes = new ArrayList<>();
    for (int residue = 0; residue < stride; residue++) {
      int firstTap = (residue + padding) % stride;
      int taps = firstTap < kernel ? (kernel - firstTap - 1) / stride + 1 : 0;
      int base = (residue + padding) / stride;
      axes.add(new Axis(residue, taps, base - taps + 1, firstTap + (taps - 1) * stride));
    }
    return axes;
  }

  private static int first(List<Axis> axes) {
    return axes.stream().filter(a -> a.taps > 0).mapToInt(Axis::from).min().orElse(0);
  }

  private static int last(List<Axis> axes) {
    return axes.stream().filter(a -> a.taps > 0).mapToInt(Axis::last).max().orElse(0);
  }

  /**
   * The input pixels of one residue of row and column: their gradient is a convolution of stride 1
   * over the output's gradient.
   *
   * @param lastRow kernel row that meets the first gradient row; the next ones are lower by the
   *     stride
   * @param packedAt where its packed weights begin
   */
  record Phase(
      int row,
      int column,
      int rows,
      int columns,
      int lastRow,
      int lastColumn,
      int columnCount,
      int[] from,
      int[] to,
      int packedAt) {}

  private Phase phase(Axis row, Axis column, int packedAt) {
    int stride = window.stride();
    int count = Math.ceilDiv(width - column.residue, stride);
    int skippedRows = row.taps > 0 ? row.from - gradientTop : 0;
    int skippedColumns = column.taps > 0 ? column.from - gradient.left() : 0;
    int[] from = offsets(gradientBandRows, count, gradient.rowStride(), out);
    int skipped = skippedRows * gradient.rowStride() + skippedColumns * out;
    for (int i = 0; i < from.length; i++) {
      from[i] += skipped;
    }
    int[] to = offsets(gradientBandRows, count, stride * width * in, stride * in);
    return new Phase(
        row.residue,
        column.residue,
        row.taps,
        column.taps,
        row.lastTap,
        column.lastTap,
        count,
        from,
        to,
        packedAt);
  }

  private static int[] offsets(int rows, int columns, int rowStep, int columnStep) {
    int[] offsets = new int[rows * Math.max(columns, 0)];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = i / columns * rowStep + i % columns * columnStep;
    }
    return offsets;
  }
}
