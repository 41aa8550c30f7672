package dev.verbatim.cpu;

/**
 * Inner loops of batch normalization over some rows of {@code x[rows, channels]}, for the channels
 * from {@code first} on. {@code at} is where the rows begin, in every tensor of x's shape; an empty
 * array is a tensor that is not there; in place of y it means {@code fma(x, scale, shift)}.
 */
interface NormLanes {
  /** Sums of a block, and sums of the squares of distances from its mean. */
  void blockMoments(
      float[] x,
      int at,
      int rows,
      int channels,
      int first,
      float[] sums,
      float[] squares,
      int sumsAt);

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
