package dev.verbatim.cpu;

/**
 * Element-by-element loops and pooling, on vectors of one width. Ranges are positions in the
 * arrays.
 */
interface Lanes {
  /** {@code y += x}; the ranges do not overlap. */
  void addInto(float[] x, int xAt, float[] y, int yAt, int count);

  /**
   * {@code y[i] += x[i]} for some rows of x, which lie side by side.
   *
   * @param yBase from where the offsets count
   * @param yOffsets for each row its offset in y, from {@code first} on
   * @param length of a row
   */
  void addRows(float[] x, int rows, int length, float[] y, int yBase, int[] yOffsets, int first);

  /**
   * Copies some rows to lie side by side.
   *
   * @param stride floats from one row of x to the next
   * @param length of a row
   */
  void packRows(float[] x, int xAt, int stride, int rows, int length, float[] y);

  /** Sums of the columns of {@code x[rows, channels]}, from +0 in row order. */
  void sumRows(float[] x, int xAt, int rows, int channels, float[] sums, int sumsAt);

  /** {@link #sumRows} of four {@code x[rows, channels]} behind each other, beside each other. */
  void sumRowsOfFour(float[] x, int xAt, int rows, int channels, float[] sums, int sumsAt);

  /**
   * {@code x[i] = fma(byte[i], scale[i % period], shift[i % period])} for the first {@code count}
   * bytes.
   *
   * @param period a multiple of 16, and how long scale and shift are
   */
  void scaleBytes(
      byte[] bytes, float[] scale, float[] shift, int period, float[] x, int xAt, int count);

  /** {@code y = exp(x - shift)}, as {@link dev.verbatim.tensor.Elementary#exp}. */
  void exp(float[] x, int xAt, float shift, float[] y, int yAt, int count);

  /** Whether all values are finite. */
  boolean areFinite(float[] x, int from, int to);

  /** {@code y = x <= 0 ? +0 : x}. */
  void relu(float[] x, float[] y, int from, int to);

  /** {@code dX = (y <= 0 ? +0 : dY)}, or added to it. */
  void reluGradient(float[] y, float[] dY, boolean accumulate, float[] dX, int from, int to);

  /**
   * The largest of each window of one row of outputs, the first where equal.
   *
   * @param xAt where the first window begins
   * @param rowStride floats from one row of x to the next
   */
  void maxPoolRow(
      float[] x,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      float[] y,
      int yAt,
      int outputs);

  /**
   * Adds the gradients of one row of outputs, in column order, to the first input that equals each
   * output.
   */
  void maxPoolRowGradient(
      float[] x,
      float[] dX,
      int shift,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      float[] y,
      float[] dY,
      int yAt,
      int outputs);

  /**
   * {@link #maxPoolRowGradient} for windows that do not meet: writes all inputs of the windows,
   * whatever was there.
   */
  void maxPoolRowGradientApart(
      float[] x,
      float[] dX,
      int shift,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      float[] y,
      float[] dY,
      int yAt,
      int outputs);
}
