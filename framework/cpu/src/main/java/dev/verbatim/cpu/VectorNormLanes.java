package dev.verbatim.cpu;

import static dev.verbatim.tensor.NormKernels.ROWS_IN_BLOCK;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/*
 * A vector holds neighbouring channels, so each lane adds over rows in its own order. The rows of a
 * block stay in the first cache between the passes over them; bound by memory.
 *
 * ReLU is a comparison with a threshold: 0 where there is ReLU, NaN, than which nothing is less,
 * where there is none.
 */

/** {@link NormLanes} on vectors; channels that fill none go through {@link ScalarNormLanes}. */
final class VectorNormLanes implements NormLanes {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final int WIDTH = LANES.length();

  private final ScalarNormLanes scalar = new ScalarNormLanes();

  /** What is not above it becomes zero. */
  private static float threshold(boolean relu) {
    return relu ? 0f : Float.NaN;
  }

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
    int whole = channels - channels % WIDTH;
    int row = 0;
    int to = sumsAt;
    for (; rows - row >= 4 * ROWS_IN_BLOCK; row += 4 * ROWS_IN_BLOCK, to += 4 * channels) {
      for (int c = first; c < whole; c += WIDTH) {
        fourBlocks(x, at + row * channels + c, channels, sums, squares, to + c);
      }
    }
    for (; row < rows; row += ROWS_IN_BLOCK, to += channels) {
      int count = Math.min(ROWS_IN_BLOCK, rows - row);
      for (int c = first; c < whole; c += WIDTH) {
        block(x, at + row * channels + c, count, channels, sums, squares, to + c);
      }
    }
    if (whole < channels) {
      scalar.moments(x, at, rows, channels, whole, sums, squares, sumsAt);
    }
  }

  /** Side by side, since the rows of one wait for each other's additions. */
  private static void fourBlocks(
      float[] x, int at, int channels, float[] sums, float[] squares, int to) {
    int step = ROWS_IN_BLOCK * channels;
    FloatVector s0 = FloatVector.zero(LANES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = at; i < at + step; i += channels) {
      s0 = FloatVector.fromArray(LANES, x, i).add(s0);
      s1 = FloatVector.fromArray(LANES, x, i + step).add(s1);
      s2 = FloatVector.fromArray(LANES, x, i + 2 * step).add(s2);
      s3 = FloatVector.fromArray(LANES, x, i + 3 * step).add(s3);
    }
    FloatVector count = FloatVector.broadcast(LANES, ROWS_IN_BLOCK);
    FloatVector m0 = s0.div(count);
    FloatVector m1 = s1.div(count);
    FloatVector m2 = s2.div(count);
    FloatVector m3 = s3.div(count);
    FloatVector q0 = FloatVector.zero(LANES);
    FloatVector q1 = q0;
    FloatVector q2 = q0;
    FloatVector q3 = q0;
    for (int i = at; i < at + step; i += channels) {
      FloatVector d0 = FloatVector.fromArray(LANES, x, i).sub(m0);
      FloatVector d1 = FloatVector.fromArray(LANES, x, i + step).sub(m1);
      FloatVector d2 = FloatVector.fromArray(LANES, x, i + 2 * step).sub(m2);
      FloatVector d3 = FloatVector.fromArray(LANES, x, i + 3 * step).sub(m3);
      q0 = d0.fma(d0, q0);
      q1 = d1.fma(d1, q1);
      q2 = d2.fma(d2, q2);
      q3 = d3.fma(d3, q3);
    }
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + channels);
    s2.intoArray(sums, to + 2 * channels);
    s3.intoArray(sums, to + 3 * channels);
    q0.intoArray(squares, to);
    q1.intoArray(squares, to + channels);
    q2.intoArray(squares, to + 2 * channels);
    q3.intoArray(squares, to + 3 * channels);
  }

  private static void block(
      float[] x, int at, int rows, int channels, float[] sums, float[] squares, int to) {
    int end = at + rows * channels;
    FloatVector sum = FloatVector.zero(LANES);
    for (int i = at; i < end; i += channels) {
      sum = FloatVector.fromArray(LANES, x, i).add(sum);
    }
    FloatVector middle = sum.div(FloatVector.broadcast(LANES, rows));
    FloatVector square = FloatVector.zero(LANES);
    for (int i = at; i < end; i += channels) {
      FloatVector d = FloatVector.fromArray(LANES, x, i).sub(middle);
      square = d.fma(d, square);
    }
    sum.intoArray(sums, to);
    square.intoArray(squares, to);
  }

  @Override
  public void sumRows(float[] rows, int from, int count, int channels, int first, int to) {
    int whole = channels - channels % WIDTH;
    for (int c = first; c < whole; c += WIDTH) {
      FloatVector sum = FloatVector.zero(LANES);
      int end = from + count * channels + c;
      for (int i = from + c; i < end; i += channels) {
        sum = FloatVector.fromArray(LANES, rows, i).add(sum);
      }
      sum.intoArray(rows, to + c);
    }
    if (whole < channels) {
      scalar.sumRows(rows, from, count, channels, whole, to);
    }
  }

  @Override
  public void fromMean(
      float[] sums, float[] squares, int rows, int channels, int first, float[] mean) {
    int whole = channels - channels % WIDTH;
    int blocks = Math.ceilDiv(rows, ROWS_IN_BLOCK);
    for (int block = 0; block < blocks; block++) {
      int at = block * channels;
      float n = Math.min(ROWS_IN_BLOCK, rows - block * ROWS_IN_BLOCK);
      for (int c = first; c < whole; c += WIDTH) {
        FloatVector m = FloatVector.fromArray(LANES, mean, c);
        FloatVector e = FloatVector.fromArray(LANES, sums, at + c).div(n).sub(m);
        FloatVector q = FloatVector.fromArray(LANES, squares, at + c);
        e.mul(n).fma(e, q).intoArray(squares, at + c);
      }
    }
    if (whole < channels) {
      scalar.fromMean(sums, squares, rows, channels, whole, mean);
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
    FloatVector zero = FloatVector.zero(LANES);
    float threshold = threshold(relu);
    int whole = channels - channels % WIDTH;
    for (int c = first; c < whole; c += WIDTH) {
      FloatVector a = FloatVector.fromArray(LANES, scale, c);
      FloatVector b = FloatVector.fromArray(LANES, shift, c);
      int end = at + rows * channels + c;
      if (residual.length > 0) {
        for (int i = at + c; i < end; i += channels) {
          FloatVector v = FloatVector.fromArray(LANES, x, i).fma(a, b);
          v = v.add(FloatVector.fromArray(LANES, residual, i));
          v.blend(zero, v.compare(VectorOperators.LE, threshold)).intoArray(y, i);
        }
      } else {
        for (int i = at + c; i < end; i += channels) {
          FloatVector v = FloatVector.fromArray(LANES, x, i).fma(a, b);
          v.blend(zero, v.compare(VectorOperators.LE, threshold)).intoArray(y, i);
        }
      }
    }
    if (whole < channels) {
      scalar.affine(x, at, rows, channels, whole, scale, shift, residual, relu, y);
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
    FloatVector zero = FloatVector.zero(LANES);
    float threshold = threshold(relu);
    int whole = channels - channels % WIDTH;
    for (int c = first; c < whole; c += WIDTH) {
      FloatVector m = FloatVector.fromArray(LANES, mean, c);
      FloatVector a = FloatVector.fromArray(LANES, scale, c);
      FloatVector b = FloatVector.fromArray(LANES, shift, c);
      FloatVector sum = zero;
      FloatVector product = zero;
      int end = at + rows * channels + c;
      if (y.length > 0) {
        for (int i = at + c; i < end; i += channels) {
          var off = FloatVector.fromArray(LANES, y, i).compare(VectorOperators.LE, threshold);
          FloatVector g = FloatVector.fromArray(LANES, dY, i).blend(zero, off);
          sum = g.add(sum);
          product = g.fma(FloatVector.fromArray(LANES, x, i).sub(m), product);
        }
      } else {
        for (int i = at + c; i < end; i += channels) {
          FloatVector v = FloatVector.fromArray(LANES, x, i);
          var off = v.fma(a, b).compare(VectorOperators.LE, threshold);
          FloatVector g = FloatVector.fromArray(LANES, dY, i).blend(zero, off);
          sum = g.add(sum);
          product = g.fma(v.sub(m), product);
        }
      }
      sum.intoArray(sums, sumsAt + c);
      product.intoArray(products, sumsAt + c);
    }
    if (whole < channels) {
      scalar.blockGradientSums(
          relu, x, y, dY, at, rows, channels, whole, mean, scale, shift, sums, products, sumsAt);
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
    if (accumulateX || accumulateResidual || dX.length == 0) { // rare, and the same bits
      scalar.inputGradient(
          relu,
          x,
          y,
          dY,
          at,
          rows,
          channels,
          first,
          mean,
          scale,
          shift,
          slope,
          offset,
          accumulateX,
          dX,
          accumulateResidual,
          dResidual);
      return;
    }
    FloatVector zero = FloatVector.zero(LANES);
    float threshold = threshold(relu);
    int whole = channels - channels % WIDTH;
    for (int c = first; c < whole; c += WIDTH) {
      FloatVector m = FloatVector.fromArray(LANES, mean, c);
      FloatVector a = FloatVector.fromArray(LANES, scale, c);
      FloatVector t = FloatVector.fromArray(LANES, shift, c);
      FloatVector b = FloatVector.fromArray(LANES, slope, c);
      FloatVector last = FloatVector.fromArray(LANES, offset, c);
      int end = at + rows * channels + c;
      if (y.length > 0) {
        for (int i = at + c; i < end; i += channels) {
          var off = FloatVector.fromArray(LANES, y, i).compare(VectorOperators.LE, threshold);
          FloatVector g = FloatVector.fromArray(LANES, dY, i).blend(zero, off);
          FloatVector d = FloatVector.fromArray(LANES, x, i).sub(m);
          g.fma(a, d.fma(b, last)).intoArray(dX, i);
          if (dResidual.length > 0) {
            g.intoArray(dResidual, i);
          }
        }
      } else {
        for (int i = at + c; i < end; i += channels) {
          FloatVector v = FloatVector.fromArray(LANES, x, i);
          var off = v.fma(a, t).compare(VectorOperators.LE, threshold);
          FloatVector g = FloatVector.fromArray(LANES, dY, i).blend(zero, off);
          FloatVector d = v.sub(m);
          g.fma(a, d.fma(b, last)).intoArray(dX, i);
          if (dResidual.length > 0) {
            g.intoArray(dResidual, i);
          }
        }
      }
    }
    if (whole < channels) {
      scalar.inputGradient(
          relu, x, y, dY, at, rows, channels, whole, mean, scale, shift, slope, offset, false, dX,
          false, dResidual);
    }
  }
}
