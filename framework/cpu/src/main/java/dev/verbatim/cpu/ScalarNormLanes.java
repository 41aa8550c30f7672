package dev.verbatim.cpu;

import static dev.verbatim.tensor.NormKernels.ROWS_IN_BLOCK;

/** {@link NormLanes} in plain Java. */
final class ScalarNormLanes implements NormLanes {
  @Override
  public void moments(
      float[] x,
      int at,
      int rows,
      int channels,
      int first,
      float[] sums,
      float[] squares,
      int sumsAt) {
    for (int from = 0, to = sumsAt; from < rows; from += ROWS_IN_BLOCK, to += channels) {
      int count = Math.min(ROWS_IN_BLOCK, rows - from);
      for (int c = first; c < channels; c++) {
        int begin = at + from * channels + c;
        float sum = 0f;
        for (int row = 0; row < count; row++) {
          sum += x[begin + row * channels];
        }
        float middle = sum / count;
        float square = 0f;
        for (int row = 0; row < count; row++) {
          float d = x[begin + row * channels] - middle;
          square = Math.fma(d, d, square);
        }
        sums[to + c] = sum;
        squares[to + c] = square;
      }
    }
  }

  @Override
  public void sumRows(float[] rows, int from, int count, int channels, int first, int to) {
    for (int c = first; c < channels; c++) {
      float sum = 0f;
      for (int row = 0; row < count; row++) {
        sum += rows[from + row * channels + c];
      }
      rows[to + c] = sum;
    }
  }

  @Override
  public void fromMean(
      float[] sums, float[] squares, int rows, int channels, int first, float[] mean) {
    int blocks = Math.ceilDiv(rows, ROWS_IN_BLOCK);
    for (int block = 0; block < blocks; block++) {
      int at = block * channels;
      float n = Math.min(ROWS_IN_BLOCK, rows - block * ROWS_IN_BLOCK);
      for (int c = first; c < channels; c++) {
        float e = sums[at + c] / n - mean[c];
        squares[at + c] = Math.fma(n * e, e, squares[at + c]);
      }
    }
  }

  @Override
  public void affine(
      float[] x,
      int at,
      int rows,
      int channels,
      int first,
      float[] scale,
      float[] shift,
      float[] residual,
      boolean relu,
      float[] y) {
    for (int row = 0; row < rows; row++) {
      for (int c = first; c < channels; c++) {
        int i = at + row * channels + c;
        float v = Math.fma(x[i], scale[c], shift[c]);
        v = residual.length > 0 ? v + residual[i] : v;
        y[i] = relu && v <= 0f ? 0f : v;
      }
    }
  }

  @Override
  public void blockGradientSums(
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
      int sumsAt) {
    for (int c = first; c < channels; c++) {
      float sum = 0f;
      float product = 0f;
      for (int row = 0; row < rows; row++) {
        int i = at + row * channels + c;
        float v = y.length > 0 ? y[i] : Math.fma(x[i], scale[c], shift[c]);
        float g = relu && v <= 0f ? 0f : dY[i];
        sum += g;
        product = Math.fma(g, x[i] - mean[c], product);
      }
      sums[sumsAt + c] = sum;
      products[sumsAt + c] = product;
    }
  }

  @Override
  public void inputGradient(
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
      float[] dResidual) {
    for (int row = 0; row < rows; row++) {
      for (int c = first; c < channels; c++) {
        int i = at + row * channels + c;
        float v = y.length > 0 ? y[i] : Math.fma(x[i], scale[c], shift[c]);
        float g = relu && v <= 0f ? 0f : dY[i];
        if (dX.length > 0) {
          float d = Math.fma(scale[c], g, Math.fma(slope[c], x[i] - mean[c], offset[c]));
          dX[i] = accumulateX ? dX[i] + d : d;
        }
        if (dResidual.length > 0) {
          dResidual[i] = accumulateResidual ? dResidual[i] + g : g;
        }
      }
    }
  }
}
