package dev.verbatim.cpu;

import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.Arrays;
import java.util.List;

/** Max and average pooling; a unit is an image. Bound by loads and compares. */
final class Pooling {
  private final Pool pool;
  private final Scratch scratch;
  private final List<Vectors> kinds;
  private final Pool.Task forwardTask = this::forwardImage;
  private final Pool.Task gradientTask = this::gradientImage;
  private final Pool.Task averageTask = this::averageImage;
  private final Pool.Task averageGradientTask = this::averageGradientImage;
  private Lanes lanes;
  private Window window = Window.square(1, 1, 0);
  private float[] x = {};
  private float[] y = {};
  private float[] dY = {};
  private float[] dX = {};
  private boolean accumulate;
  private int height;
  private int width;
  private int channels;
  private int[] runs = {};
  private int runsEnd;

  Pooling(Pool pool, Scratch scratch, List<Vectors> kinds) {
    this.pool = pool;
    this.scratch = scratch;
    this.kinds = kinds;
    this.lanes = kinds.getLast().elements();
  }

  void forward(Window w, Tensor input, Tensor output) {
    set(w, input, output);
    cutRow();
    pool.run(forwardTask, input.shape().dim(0));
  }

  void gradient(
      Window w,
      Tensor input,
      Tensor output,
      Tensor outputGradient,
      boolean add,
      Tensor inputGradient) {
    set(w, input, output);
    cutRow();
    dY = CpuStorage.floats(outputGradient);
    dX = CpuStorage.floats(inputGradient);
    accumulate = add;
    pool.run(gradientTask, input.shape().dim(0));
  }

  void average(Window w, Tensor input, Tensor output) {
    set(w, input, output);
    pool.run(averageTask, input.shape().dim(0));
  }

  void averageGradient(Window w, Tensor outputGradient, boolean add, Tensor inputGradient) {
    set(w, inputGradient, outputGradient);
    dY = CpuStorage.floats(outputGradient);
    dX = CpuStorage.floats(inputGradient);
    accumulate = add;
    pool.run(averageGradientTask, inputGradient.shape().dim(0));
  }

  private void set(Window w, Tensor input, Tensor output) {
    window = w;
    x = CpuStorage.floats(input);
    y = CpuStorage.floats(output);
    height = input.shape().dim(1);
    width = input.shape().dim(2);
    channels = input.shape().dim(3);
    lanes = Vectors.fitting(kinds, channels).elements();
  }

  /**
   * Cuts a row of outputs into runs whose windows are cut alike by the image's edges: one for each
   * window that reaches over an edge at the side, and one for all those between. Of each run: its
   * first column, its outputs, where its first window begins and the columns of a window.
   */
  private void cutRow() {
    int columns = window.outputWidth(width);
    runs = runs.length >= 4 * columns ? runs : new int[4 * columns];
    runsEnd = 0;
    int column = 0;
    while (column < columns) {
      int left = column * window.stride() - window.padding();
      int from = Math.max(left, 0);
      int tapColumns = Math.min(left + window.kernelWidth(), width) - from;
      int outputs = 1;
      if (tapColumns == window.kernelWidth()) {
        int whole = (width - window.kernelWidth() + window.padding()) / window.stride() + 1;
        outputs = Math.min(whole, columns) - column;
      }
      runs[runsEnd] = column;
      runs[runsEnd + 1] = outputs;
      runs[runsEnd + 2] = from;
      runs[runsEnd + 3] = tapColumns;
      runsEnd += 4;
      column += outputs;
    }
  }

  private void forwardImage(int image, int worker) {
    for (int row = 0; row < window.outputHeight(height); row++) {
      int top = row * window.stride() - window.padding();
      int firstRow = Math.max(top, 0);
      int taps = Math.min(top + window.kernelHeight(), height) - firstRow;
      int xAt = (image * height + firstRow) * width;
      int yAt = (image * window.outputHeight(height) + row) * window.outputWidth(width);
      for (int r = 0; r < runsEnd; r += 4) {
        lanes.maxPoolRow(
            x,
            (xAt + runs[r + 2]) * channels,
            width * channels,
            window.stride() * channels,
            taps,
            runs[r + 3],
            channels,
            y,
            (yAt + runs[r]) * channels,
            runs[r + 1]);
      }
    }
  }

  /** Whether each input is in one window at most and windows fill rows from the first column on. */
  private boolean windowsTile() {
    return window.padding() == 0
        && window.stride() == window.kernelHeight()
        && window.stride() == window.kernelWidth();
  }

  private void gradientImage(int image, int worker) {
    int size = height * width * channels;
    int imageAt = image * size;
    float[] to = accumulate ? scratch.image(worker, size) : dX;
    int shift = accumulate ? -imageAt : 0;
    if (windowsTile()) {
      putGradients(image, to, shift);
    } else {
      addGradients(image, to, shift);
    }
    if (accumulate) {
      lanes.addInto(to, 0, dX, imageAt, size);
    }
  }

  private void putGradients(int image, float[] to, int shift) {
    int rows = window.outputHeight(height);
    int columns = window.outputWidth(width);
    int side = window.stride();
    int rowSize = width * channels;
    int imageAt = image * height * rowSize;
    for (int row = 0; row < rows; row++) {
      int xAt = imageAt + row * side * rowSize;
      lanes.maxPoolRowGradientApart(
          x,
          to,
          shift,
          xAt,
          rowSize,
          side * channels,
          side,
          side,
          channels,
          y,
          dY,
          (image * rows + row) * columns * channels,
          columns);
      for (int r = 1; r <= side; r++) { // what no window reaches at the end of a row
        int end = xAt + r * rowSize + shift;
        Arrays.fill(to, end - (width - columns * side) * channels, end, 0f);
      }
    }
    clear(to, imageAt + shift, rows * side, height);
  }

  private void addGradients(int image, float[] to, int shift) {
    int imageAt = image * height * width * channels;
    int cleared = 0; // rows of the image, each just before it is first added to
    for (int row = 0; row < window.outputHeight(height); row++) {
      int top = row * window.stride() - window.padding();
      int firstRow = Math.max(top, 0);
      int taps = Math.min(top + window.kernelHeight(), height) - firstRow;
      cleared = clear(to, imageAt + shift, cleared, firstRow + taps);
      int xAt = (image * height + firstRow) * width;
      int yAt = (image * window.outputHeight(height) + row) * window.outputWidth(width);
      for (int r = 0; r < runsEnd; r += 4) {
        lanes.maxPoolRowGradient(
            x,
            to,
            shift,
            (xAt + runs[r + 2]) * channels,
            width * channels,
            window.stride() * channels,
            taps,
            runs[r + 3],
            channels,
            y,
            dY,
            (yAt + runs[r]) * channels,
            runs[r + 1]);
      }
    }
    clear(to, imageAt + shift, cleared, height);
  }

  /** Sets the rows {@code from} to {@code until} of an image to +0; where it is clear then. */
  private int clear(float[] image, int at, int from, int until) {
    if (from < until) {
      int row = width * channels;
      Arrays.fill(image, at + from * row, at + until * row, 0f);
    }
    return Math.max(from, until);
  }

  private void averageImage(int image, int worker) {
    int rows = window.outputHeight(height);
    int columns = window.outputWidth(width);
    for (int o = 0; o < rows * columns; o++) {
      int yAt = (image * rows * columns + o) * channels;
      Arrays.fill(y, yAt, yAt + channels, 0f);
      int top = o / columns * window.stride();
      int left = o % columns * window.stride();
      for (int tap = 0; tap < window.taps(); tap++) {
        int row = top + tap / window.kernelWidth();
        int column = left + tap % window.kernelWidth();
        int xAt = ((image * height + row) * width + column) * channels;
        for (int c = 0; c < channels; c++) {
          y[yAt + c] += x[xAt + c];
        }
      }
      for (int c = 0; c < channels; c++) {
        y[yAt + c] /= window.taps();
      }
    }
  }

  private void averageGradientImage(int image, int worker) {
    int rows = window.outputHeight(height);
    int columns = window.outputWidth(width);
    int size = height * width * channels;
    float[] sums = scratch.image(worker, size);
    Arrays.fill(sums, 0, size, 0f);
    for (int o = 0; o < rows * columns; o++) {
      int dYAt = (image * rows * columns + o) * channels;
      int top = o / columns * window.stride();
      int left = o % columns * window.stride();
      for (int tap = 0; tap < window.taps(); tap++) {
        int row = top + tap / window.kernelWidth();
        int column = left + tap % window.kernelWidth();
        int at = (row * width + column) * channels;
        for (int c = 0; c < channels; c++) {
          sums[at + c] += dY[dYAt + c];
        }
      }
    }
    int imageAt = image * size;
    for (int i = 0; i < size; i++) {
      float d = sums[i] / window.taps();
      dX[imageAt + i] = accumulate ? dX[imageAt + i] + d : d;
    }
  }
}
