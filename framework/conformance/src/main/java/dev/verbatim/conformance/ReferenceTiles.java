package dev.verbatim.conformance;

import static dev.verbatim.conformance.ReferenceBackend.numbers;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.Arrays;

/**
 * Convolutions in tiles, {@link Kernels#inTiles}, as the numerics write them: one tile after
 * another. A transform goes over each column from top to bottom and then over each row of what that
 * gave.
 */
final class ReferenceTiles {
  /** A transform of one column or row. */
  private interface Line {
    double[] of(double... values);
  }

  /** A tile has so many outputs squared, ... */
  private static final int TILE = 4;

  /** ... and so many values. */
  private static final int SIDE = 6;

  private static final double P = 11.0 / 16;
  private static final double Q = 3.0 / 2;

  private final Arithmetic number;
  private final double atZero;
  private final double evenOfP;
  private final double oddOfP;
  private final double evenOfQ;
  private final double oddOfQ;
  private final double square;

  ReferenceTiles(Arithmetic number) {
    this.number = number;
    double p2 = P * P;
    double q2 = Q * Q;
    atZero = number.round(1 / (p2 * q2));
    evenOfP = number.round(1 / (2 * p2 * (p2 - q2)));
    oddOfP = number.round(1 / (2 * P * (p2 - q2)));
    evenOfQ = number.round(1 / (2 * q2 * (q2 - p2)));
    oddOfQ = number.round(1 / (2 * Q * (q2 - p2)));
    square = number.round(1 / (2 * (q2 - p2)));
  }

  private double plus(double a, double b) {
    return number.round(a + b);
  }

  private double minus(double a, double b) {
    return number.round(a - b);
  }

  private double times(double a, double b) {
    return number.round(a * b);
  }

  /** Six pixels of the input to values. */
  private double[] values(double... d) {
    double evenP = number.fma(-Q * Q, d[2], d[4]);
    double oddP = number.fma(-Q * Q, d[1], d[3]);
    double evenQ = number.fma(-P * P, d[2], d[4]);
    double oddQ = number.fma(-P * P, d[1], d[3]);
    double product = P * P * Q * Q;
    double sum = P * P + Q * Q;
    return new double[] {
      number.fma(product, d[0], number.fma(-sum, d[2], d[4])),
      number.fma(P, oddP, evenP),
      number.fma(-P, oddP, evenP),
      number.fma(Q, oddQ, evenQ),
      number.fma(-Q, oddQ, evenQ),
      number.fma(product, d[1], number.fma(-sum, d[3], d[5]))
    };
  }

  /** Three weights to six. */
  private double[] weights(double... g) {
    double evenP = number.fma(-square, g[2], times(g[0], evenOfP));
    double evenQ = number.fma(square, g[2], times(g[0], evenOfQ));
    return new double[] {
      times(g[0], atZero),
      number.fma(oddOfP, g[1], evenP),
      number.fma(-oddOfP, g[1], evenP),
      number.fma(oddOfQ, g[1], evenQ),
      number.fma(-oddOfQ, g[1], evenQ),
      g[2]
    };
  }

  /** Six products to four outputs. */
  private double[] outputs(double... m) {
    double evenP = plus(m[1], m[2]);
    double oddP = minus(m[1], m[2]);
    double evenQ = plus(m[3], m[4]);
    double oddQ = minus(m[3], m[4]);
    return new double[] {
      plus(plus(m[0], evenP), evenQ),
      number.fma(Q, oddQ, times(P, oddP)),
      number.fma(Q * Q, evenQ, times(P * P, evenP)),
      number.fma(Q * Q * Q, oddQ, number.fma(P * P * P, oddP, m[5]))
    };
  }

  /** Gradients of four outputs to those of six products. */
  private double[] gradients(double... d) {
    double evenP = number.fma(P * P, d[2], d[0]);
    double oddP = number.fma(P * P * P, d[3], times(P, d[1]));
    double evenQ = number.fma(Q * Q, d[2], d[0]);
    double oddQ = number.fma(Q * Q * Q, d[3], times(Q, d[1]));
    return new double[] {
      d[0], plus(evenP, oddP), minus(evenP, oddP), plus(evenQ, oddQ), minus(evenQ, oddQ), d[3]
    };
  }

  /** Gradients of six transformed weights to those of three weights. */
  private double[] weightGradients(double... u) {
    double evenP = plus(u[1], u[2]);
    double evenQ = plus(u[3], u[4]);
    double first = number.fma(evenOfP, evenP, times(u[0], atZero));
    return new double[] {
      number.fma(evenOfQ, evenQ, first),
      number.fma(oddOfQ, minus(u[3], u[4]), times(oddOfP, minus(u[1], u[2]))),
      number.fma(square, evenQ, number.fma(-square, evenP, u[5]))
    };
  }

  /** Over the columns, then over the rows of what that gave. */
  private static double[][] transformed(double[][] square, Line line) {
    return rows(transposed(rows(transposed(square), line)), line);
  }

  private static double[][] rows(double[][] square, Line line) {
    return Arrays.stream(square).map(line::of).toArray(double[][]::new);
  }

  private static double[][] transposed(double[][] square) {
    double[][] result = new double[square[0].length][square.length];
    for (int i = 0; i < square.length; i++) {
      for (int j = 0; j < square[0].length; j++) {
        result[j][i] = square[i][j];
      }
    }
    return result;
  }

  void convolve(Tensor x, Tensor w, Tensor bias, Tensor y) {
    run(x, y, (c, k) -> kernel(w, c, k), bias, false);
  }

  void inputGradient(Tensor dY, Tensor w, boolean accumulate, Tensor dX) {
    run(dY, dX, (k, c) -> reversed(kernel(w, c, k)), Tensor.none(), accumulate);
  }

  /** The weights from one channel to another. */
  private interface Weights {
    double[][] of(int from, int to);
  }

  private static double[][] kernel(Tensor w, int c, int k) {
    double[][] g = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        g[i][j] = numbers(w)[((i * 3 + j) * w.shape().dim(2) + c) * w.shape().dim(3) + k];
      }
    }
    return g;
  }

  private static double[][] reversed(double[][] g) {
    double[][] result = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        result[i][j] = g[2 - i][2 - j];
      }
    }
    return result;
  }

  private void run(Tensor x, Tensor y, Weights g, Tensor bias, boolean accumulate) {
    int in = x.shape().dim(3);
    int out = y.shape().dim(3);
    double[][][][] u = new double[in][out][][];
    for (int c = 0; c < in; c++) {
      for (int k = 0; k < out; k++) {
        u[c][k] = transformed(g.of(c, k), this::weights);
      }
    }
    for (int tile = 0; tile < tiles(x.shape()); tile++) {
      double[][][] v = new double[in][][];
      for (int c = 0; c < in; c++) {
        v[c] = transformed(pixels(x, tile, c, SIDE), this::values);
      }
      for (int k = 0; k < out; k++) {
        double[][] m = new double[SIDE][SIDE];
        for (int c = 0; c < in; c++) {
          addProducts(v[c], u[c][k], m);
        }
        write(transformed(m, this::outputs), bias, accumulate, y, tile, k);
      }
    }
  }

  private void addProducts(double[][] a, double[][] b, double[][] sums) {
    for (int i = 0; i < SIDE; i++) {
      for (int j = 0; j < SIDE; j++) {
        sums[i][j] = number.fma(a[i][j], b[i][j], sums[i][j]);
      }
    }
  }

  private void write(
      double[][] outputs, Tensor bias, boolean accumulate, Tensor y, int tile, int k) {
    for (int i = 0; i < TILE; i++) {
      for (int j = 0; j < TILE; j++) {
        int at = index(y.shape(), tile, i, j, k);
        if (at < 0) {
          continue;
        }
        double sum = bias.isPresent() ? plus(outputs[i][j], numbers(bias)[k]) : outputs[i][j];
        numbers(y)[at] = accumulate ? plus(numbers(y)[at], sum) : sum;
      }
    }
  }

  void weightGradient(Tensor x, Tensor dY, boolean accumulate, Tensor dW) {
    int in = x.shape().dim(3);
    int out = dY.shape().dim(3);
    int images = x.shape().dim(0);
    int tilesInBlock =
        tiles(x.shape()) / images * Kernels.imagesPerBlock(images, SIDE * SIDE * in * out);
    for (int c = 0; c < in; c++) {
      for (int k = 0; k < out; k++) {
        double[][] total = weightSums(x, dY, c, k, tilesInBlock);
        double[][] g = transformed(total, this::weightGradients);
        for (int e = 0; e < 9; e++) {
          int at = (e * in + c) * out + k;
          double sum = g[e / 3][e % 3];
          numbers(dW)[at] = accumulate ? plus(numbers(dW)[at], sum) : sum;
        }
      }
    }
  }

  /** The blocks' sums of one pair of channels, added in order. */
  private double[][] weightSums(Tensor x, Tensor dY, int c, int k, int tilesInBlock) {
    int tiles = tiles(x.shape());
    double[][] total = new double[SIDE][SIDE];
    for (int first = 0; first < tiles; first += tilesInBlock) {
      double[][] sums = new double[SIDE][SIDE];
      for (int tile = first; tile < Math.min(first + tilesInBlock, tiles); tile++) {
        addProducts(
            transformed(pixels(x, tile, c, SIDE), this::values),
            transformed(pixels(dY, tile, k, TILE), this::gradients),
            sums);
      }
      for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
          total[i][j] = first == 0 ? sums[i][j] : plus(total[i][j], sums[i][j]);
        }
      }
    }
    return total;
  }

  private static int tiles(Shape images) {
    return images.dim(0) * Math.ceilDiv(images.dim(1), TILE) * Math.ceilDiv(images.dim(2), TILE);
  }

  /** A tile's four by four pixels, or these and the ones around them, +0 beyond an edge. */
  private static double[][] pixels(Tensor images, int tile, int channel, int size) {
    int around = (size - TILE) / 2;
    double[][] d = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        int at = index(images.shape(), tile, i - around, j - around, channel);
        d[i][j] = at < 0 ? 0 : numbers(images)[at];
      }
    }
    return d;
  }

  /** Where a pixel lies, counted from the first of a tile's four by four; -1 beyond an edge. */
  private static int index(Shape images, int tile, int i, int j, int channel) {
    int columns = Math.ceilDiv(images.dim(2), TILE);
    int rows = Math.ceilDiv(images.dim(1), TILE);
    int row = tile / columns % rows * TILE + i;
    int column = tile % columns * TILE + j;
    if (row < 0 || row >= images.dim(1) || column < 0 || column >= images.dim(2)) {
      return -1;
    }
    int n = tile / columns / rows;
    return ((n * images.dim(1) + row) * images.dim(2) + column) * images.dim(3) + channel;
  }
}
