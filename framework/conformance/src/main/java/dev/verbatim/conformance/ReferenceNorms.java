package dev.verbatim.conformance;

import static dev.verbatim.conformance.ReferenceBackend.numbers;

import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Tensor;
import java.util.function.IntToDoubleFunction;

/** Batch normalization as its definition reads, one channel after another. */
final class ReferenceNorms implements NormKernels {
  private final Arithmetic number;

  ReferenceNorms(Arithmetic number) {
    this.number = number;
  }

  private double add(double a, double b) {
    return number.round(a + b);
  }

  private double times(double a, double b) {
    return number.round(a * b);
  }

  private double over(double a, double b) {
    return number.round(a / b);
  }

  /** The sum of values by the rule: blocks of 64, then their sums in the same way. */
  private double sum(int count, IntToDoubleFunction value) {
    int blocks = Math.ceilDiv(count, ROWS_IN_BLOCK);
    double[] sums = new double[blocks];
    for (int i = 0; i < count; i++) {
      sums[i / ROWS_IN_BLOCK] = add(sums[i / ROWS_IN_BLOCK], value.applyAsDouble(i));
    }
    return blocks == 1 ? sums[0] : sum(blocks, b -> sums[b]);
  }

  @Override
  public void moments(Tensor x, Tensor mean, Tensor variance) {
    int channels = mean.size();
    int rows = x.size() / channels;
    int blocks = Math.ceilDiv(rows, ROWS_IN_BLOCK);
    for (int c = 0; c < channels; c++) {
      double[] sums = new double[blocks];
      double[] squares = new double[blocks];
      for (int b = 0; b < blocks; b++) {
        int from = b * ROWS_IN_BLOCK;
        int to = Math.min(from + ROWS_IN_BLOCK, rows);
        for (int row = from; row < to; row++) {
          sums[b] = add(sums[b], numbers(x)[row * channels + c]);
        }
        double middle = over(sums[b], to - from);
        for (int row = from; row < to; row++) {
          double d = add(numbers(x)[row * channels + c], -middle);
          squares[b] = number.fma(d, d, squares[b]);
        }
      }
      double m = over(blocks == 1 ? sums[0] : sum(blocks, b -> sums[b]), rows);
      double[] parts = new double[blocks];
      for (int b = 0; b < blocks; b++) {
        int n = Math.min(ROWS_IN_BLOCK, rows - b * ROWS_IN_BLOCK);
        double e = add(over(sums[b], n), -m);
        parts[b] = number.fma(times(n, e), e, squares[b]);
      }
      numbers(mean)[c] = m;
      numbers(variance)[c] = over(blocks == 1 ? parts[0] : sum(blocks, b -> parts[b]), rows);
    }
  }

  @Override
  public void fold(
      Tensor gamma,
      Tensor beta,
      Tensor mean,
      Tensor variance,
      float epsilon,
      Tensor inverse,
      Tensor scale,
      Tensor shift) {
    for (int c = 0; c < mean.size(); c++) {
      double root = number.round(Math.sqrt(add(numbers(variance)[c], epsilon)));
      numbers(inverse)[c] = over(1, root);
      numbers(scale)[c] = times(numbers(gamma)[c], numbers(inverse)[c]);
      numbers(shift)[c] = number.fma(-numbers(mean)[c], numbers(scale)[c], numbers(beta)[c]);
    }
  }

  @Override
  public void channelAffine(
      Tensor x, Tensor scale, Tensor shift, Tensor residual, boolean relu, Tensor y) {
    int channels = scale.size();
    for (int i = 0; i < x.size(); i++) {
      double v =
          number.fma(numbers(x)[i], numbers(scale)[i % channels], numbers(shift)[i % channels]);
      v = residual.isPresent() ? add(v, numbers(residual)[i]) : v;
      numbers(y)[i] = relu && v <= 0 ? 0 : v;
    }
  }

  private double gradient(
      boolean relu, Tensor x, Tensor y, Tensor dY, Tensor scale, Tensor shift, int i) {
    int c = i % scale.size();
    double out =
        y.isPresent()
            ? numbers(y)[i]
            : number.fma(numbers(x)[i], numbers(scale)[c], numbers(shift)[c]);
    return relu && out <= 0 ? 0 : numbers(dY)[i];
  }

  @Override
  public void gradientSums(
      boolean relu,
      Tensor x,
      Tensor y,
      Tensor dY,
      Tensor mean,
      Tensor scale,
      Tensor shift,
      Tensor sums) {
    int channels = mean.size();
    int rows = x.size() / channels;
    int blocks = Math.ceilDiv(rows, ROWS_IN_BLOCK);
    for (int channel = 0; channel < channels; channel++) {
      int c = channel;
      numbers(sums)[c] =
          sum(rows, row -> gradient(relu, x, y, dY, scale, shift, row * channels + c));
      double[] parts = new double[blocks];
      for (int row = 0; row < rows; row++) {
        double d = add(numbers(x)[row * channels + c], -numbers(mean)[c]);
        double g = gradient(relu, x, y, dY, scale, shift, row * channels + c);
        parts[row / ROWS_IN_BLOCK] = number.fma(g, d, parts[row / ROWS_IN_BLOCK]);
      }
      numbers(sums)[channels + c] = blocks == 1 ? parts[0] : sum(blocks, b -> parts[b]);
    }
  }

  @Override
  public void inputGradient(
      boolean relu,
      Tensor x,
      Tensor y,
      Tensor dY,
      Tensor mean,
      Tensor inverse,
      Tensor scale,
      Tensor shift,
      Tensor sums,
      boolean accumulateX,
      Tensor dX,
      boolean accumulateResidual,
      Tensor dResidual) {
    int channels = mean.size();
    double rows = (double) x.size() / channels;
    for (int i = 0; i < x.size(); i++) {
      int c = i % channels;
      double g = gradient(relu, x, y, dY, scale, shift, i);
      if (dResidual.isPresent()) {
        numbers(dResidual)[i] = accumulateResidual ? add(numbers(dResidual)[i], g) : g;
      }
      if (dX.isPresent()) {
        double inverseSquare = times(numbers(inverse)[c], numbers(inverse)[c]);
        double perRow = over(times(inverseSquare, numbers(sums)[channels + c]), rows);
        double b = -times(numbers(scale)[c], perRow);
        double last = -times(numbers(scale)[c], over(numbers(sums)[c], rows));
        double d = add(numbers(x)[i], -numbers(mean)[c]);
        double v = number.fma(numbers(scale)[c], g, number.fma(b, d, last));
        numbers(dX)[i] = accumulateX ? add(numbers(dX)[i], v) : v;
      }
    }
  }

  @Override
  public void parameterGradients(
      Tensor sums,
      Tensor inverse,
      boolean accumulateGamma,
      Tensor dGamma,
      boolean accumulateBeta,
      Tensor dBeta) {
    int channels = inverse.size();
    for (int c = 0; c < channels; c++) {
      double g = times(numbers(inverse)[c], numbers(sums)[channels + c]);
      numbers(dGamma)[c] = accumulateGamma ? add(numbers(dGamma)[c], g) : g;
      double b = numbers(sums)[c];
      numbers(dBeta)[c] = accumulateBeta ? add(numbers(dBeta)[c], b) : b;
    }
  }

  @Override
  public void updateRunning(
      Tensor mean,
      Tensor variance,
      int rows,
      float momentum,
      Tensor runningMean,
      Tensor runningVariance) {
    double unbiased = rows == 1 ? 1 : over(rows, rows - 1);
    for (int c = 0; c < mean.size(); c++) {
      double m = numbers(runningMean)[c];
      numbers(runningMean)[c] = number.fma(momentum, add(numbers(mean)[c], -m), m);
      double v = numbers(runningVariance)[c];
      double newer = times(numbers(variance)[c], unbiased);
      numbers(runningVariance)[c] = number.fma(momentum, add(newer, -v), v);
    }
  }
}
