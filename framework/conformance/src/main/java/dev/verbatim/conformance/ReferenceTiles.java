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

  private final Arithmetic number;

  ReferenceTiles(Arithmetic number) {
    this.number = number;
  }

  private double plus(double a, double b) {
    return number.round(a + b);
  }

  private double minus(double a, double b) {
    return number.round(a - b);
  }

  private double half(double a) {
    return number.round(0.5 * a);
  }

  /** Four pixels of the input to values. */
  private double[] values(double... d) {
    return new double[] {minus(d[0], d[2]), plus(d[1], d[2]), minus(d[2], d[1]), minus(d[3], d[1])};
  }

  /** Three weights to four. */
  private double[] weights(double... g) {
    double ends = plus(g[0], g[2]);
    return new double[] {g[0], half(plus(ends, g[1])), half(minus(ends, g[1])), g[2]};
  }

  /** Four products to two outputs. */
  private double[] outputs(double... m) {
    return new double[] {plus(plus(m[0], m[1]), m[2]), plus(minus(m[1], m[2]), m[3])};
  }

  /** Gradients of two outputs to those of four products. */
  private double[] gradients(double... d) {
    return new double[] {d[0], plus(d[0], d[1]), minus(d[0], d[1]), d[1]};
  }

  /** Gradients of four transformed weights to those of three weights. */
  private double[] weightGradients(double... u) {
    double mean = half(plus(u[1], u[2]));
    return new double[] {plus(u[0], mean), half(minus(u[1], u[2])), plus(mean, u[3])};
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
        v[c] = transformed(pixels(x, tile, c, 4), this::values);
      }
      for (int k = 0; k < out; k++) {
        double[][] m = new double[4][4];
        for (int c = 0; c < in; c++) {
          addProducts(v[c], u[c][k], m);
        }
        write(transformed(m, this::outputs), bias, accumulate, y, tile, k);
      }
    }
  }

  private void addProducts(double[][] a, double[][] b, double[][] sums) {
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        sums[i][j] = number.fma(a[i][j], b[i][j], sums[i][j]);
      }
    }
  }

  private void write(
      double[][] outputs, Tensor bias, boolean accumulate, Tensor y, int tile, int k) {
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 2; j++) {
        int at = index(y.shape(), tile, i, j, k);
        double sum = bias.isPresent() ? plus(outputs[i][j], numbers(bias)[k]) : outputs[i][j];
        numbers(y)[at] = accumulate ? plus(numbers(y)[at], sum) : sum;
      }
    }
  }

  void weightGradient(Tensor x, Tensor dY, boolean accumulate, Tensor dW) {
    int in = x.shape().dim(3);
    int out = dY.shape().dim(3);
    int images = x.shape().dim(0);
    int tilesInBlock = tiles(x.shape()) / images * Kernels.imagesPerBlock(images, 16 * in * out);
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
    double[][] total = new double[4][4];
    for (int first = 0; first < tiles; first += tilesInBlock) {
      double[][] sums = new double[4][4];
      for (int tile = first; tile < Math.min(first + tilesInBlock, tiles); tile++) {
        addProducts(
            transformed(pixels(x, tile, c, 4), this::values),
            transformed(pixels(dY, tile, k, 2), this::gradients),
            sums);
      }
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
          total[i][j] = first == 0 ? sums[i][j] : plus(total[i][j], sums[i][j]);
        }
      }
    }
    return total;
  }

  private static int tiles(Shape images) {
    return images.dim(0) * images.dim(1) / 2 * images.dim(2) / 2;
  }

  /** A tile's two by two pixels, or these and the ones around them, +0 beyond an edge. */
  private static double[][] pixels(Tensor images, int tile, int channel, int size) {
    int around = (size - 2) / 2;
    double[][] d = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        int at = index(images.shape(), tile, i - around, j - around, channel);
        d[i][j] = at < 0 ? 0 : numbers(images)[at];
      }
    }
    return d;
  }

  /** Where a pixel lies, counted from the first of a tile's two by two; -1 beyond an edge. */
  private static int index(Shape images, int tile, int i, int j, int channel) {
    int columns = images.dim(2) / 2;
    int rows = images.dim(1) / 2;
    int row = tile / columns % rows * 2 + i;
    int column = tile % columns * 2 + j;
    if (row < 0 || row >= images.dim(1) || column < 0 || column >= images.dim(2)) {
      return -1;
    }
    int n = tile / columns / rows;
    return ((n * images.dim(1) + row) * images.dim(2) + column) * images.dim(3) + channel;
  }
}
