package dev.verbatim.conformance;

import static dev.verbatim.conformance.ReferenceBackend.numbers;

import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;

/** Pooling as its definition reads. */
final class ReferencePooling {
  private final Arithmetic number;
  private final Window window;

  ReferencePooling(Arithmetic number, Window window) {
    this.number = number;
    this.window = window;
  }

  /** Hears of the elements of x in one output's window, in (row, column) order. */
  private interface Taps {
    void tap(int at);
  }

  /** An output of rank 2 is one pixel. */
  private void taps(Shape x, Shape y, int e, Taps taps) {
    int channels = x.dim(3);
    int columns = y.rank() == 2 ? 1 : y.dim(2);
    int rows = y.rank() == 2 ? 1 : y.dim(1);
    int top = e / channels / columns % rows * window.stride() - window.padding();
    int left = e / channels % columns * window.stride() - window.padding();
    int image = e / channels / columns / rows;
    for (int row = top; row < top + window.kernelHeight(); row++) {
      for (int column = left; column < left + window.kernelWidth(); column++) {
        if (row >= 0 && row < x.dim(1) && column >= 0 && column < x.dim(2)) {
          taps.tap(((image * x.dim(1) + row) * x.dim(2) + column) * channels + e % channels);
        }
      }
    }
  }

  /** The element of x that is the largest of one output's window. */
  private int largest(Tensor x, Shape y, int e) {
    int[] best = {-1};
    taps(
        x.shape(),
        y,
        e,
        at -> {
          double v = numbers(x)[at];
          if (best[0] < 0
              || v > numbers(x)[best[0]]
              || (Double.isNaN(v) && !Double.isNaN(numbers(x)[best[0]]))) {
            best[0] = at;
          }
        });
    return best[0];
  }

  void max(Tensor x, Tensor y) {
    for (int e = 0; e < y.size(); e++) {
      numbers(y)[e] = numbers(x)[largest(x, y.shape(), e)];
    }
  }

  void maxGradient(Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    double[] sums = new double[dX.size()];
    for (int e = 0; e < y.size(); e++) {
      int at = largest(x, y.shape(), e);
      sums[at] = number.round(sums[at] + numbers(dY)[e]);
    }
    put(dX, accumulate, sums);
  }

  void average(Tensor x, Tensor y) {
    for (int e = 0; e < y.size(); e++) {
      double[] sum = {0};
      taps(x.shape(), y.shape(), e, at -> sum[0] = number.round(sum[0] + numbers(x)[at]));
      numbers(y)[e] = number.round(sum[0] / window.taps());
    }
  }

  void averageGradient(Tensor dY, boolean accumulate, Tensor dX) {
    double[] sums = new double[dX.size()];
    for (int output = 0; output < dY.size(); output++) {
      int e = output;
      taps(dX.shape(), dY.shape(), e, at -> sums[at] = number.round(sums[at] + numbers(dY)[e]));
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] = number.round(sums[i] / window.taps());
    }
    put(dX, accumulate, sums);
  }

  private void put(Tensor dX, boolean accumulate, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      numbers(dX)[i] = accumulate ? number.round(numbers(dX)[i] + sums[i]) : sums[i];
    }
  }
}
