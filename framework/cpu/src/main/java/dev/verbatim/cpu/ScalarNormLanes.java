package dev.verbatim.cpu;

/** {@link NormLanes} in plain Java. */
final class ScalarNormLanes implements NormLanes {
  @Override
  public void blockMoments(
      float[] x,
      int at,
      int rows,
      int channels,
      int first,
      float[] sums,
      float[] squares,
      int sumsAt) {
    for (int c = first; c < channels; c++) {
      float sum = 0f;
      for (int row = 0; row < rows; row++) {
        sum += x[at + row * channels + c];
      }
      float middle = sum / rows;
      float square = 0f;
      for (int row = 0; row < rows; row++) {
        float d = x[at + row * channels + c] - middle;
        square = Math.fma(d, d, square);
      }
      sums[sumsAt + c] = sum;
      squares[sumsAt + c] = square;
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
