package dev.verbatim.cpu;

import dev.verbatim.tensor.NormKernels;

/**
 * Inner loops of batch normalization over some rows of {@code x[rows, channels]}, for the channels
 * from {@code first} on. {@code at} is where the rows begin, in every tensor of x's shape; an empty
 * array is a tensor that is not there; in place of y it means {@code fma(x, scale, shift)}.
 */
interface NormLanes {
  /**
   * Sums of each block that these rows make, and sums of the squares of distances from its mean.
   * Blocks have {@link NormKernels#ROWS_IN_BLOCK} rows, the last one what is left.
   *
   * @param sumsAt where those of the first block go; those of the next are {@code channels} further
   */
  void moments(
      float[] x,
      int at,
      int rows,
      int channels,
      int first,
      float[] sums,
      float[] squares,
      int sumsAt);

  /** The sum of {@code rows[count, channels]} from one row on, from +0, which is written at to. */
  void sumRows(float[] rows, int from, int count, int channels, int first, int to);

  /**
   * Squares of distances from a block's mean become a block's part of those from the mean of all
   * rows: {@code fma(n · e, e, squares)} with {@code e = sums / n - mean}.
   *
   * @param rows of all blocks together, which {@link #moments} went through
   */
  void fromMean(float[] sums, float[] squares, int rows, int channels, int first, float[] mean);

  /** {@code y = relu(fma(x, scale, shift) + residual)}. */
  void affine(
      float[] x,
      int at,
      int rows,
      int channels,
      int first,
      float[] scale,
      float[] shift,
      float[] residual,
      boolean relu,
      float[] y);

  /** Sums of g of a block, and of g times the distance from the mean. */
  void blockGradientSums(
      boolean relu,
      float[] x,
      float[] y,
      float[] dY,
      int at,
      int rows,
      int channels,
      int first,
      float[] mean,
      float[] scale,
      float[] shift,
      float[] sums,
      float[] products,
      int sumsAt);

  /** {@code dX = fma(scale, g, fma(slope, x - mean, offset))} and {@code dResidual = g}. */
  void inputGradient(
      boolean relu,
      float[] x,
      float[] y,
      float[] dY,
      int at,
      int rows,
      int channels,
      int first,
      float[] mean,
      float[] scale,
      float[] shift,
      float[] slope,
      float[] offset,
      boolean accumulateX,
      float[] dX,
      boolean accumulateResidual,
      float[] dResidual);
}
