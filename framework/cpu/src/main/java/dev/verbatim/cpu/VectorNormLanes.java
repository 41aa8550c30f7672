package dev.verbatim.cpu;

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

  private static float threshold(boolean relu) {
    return relu ? 0f : Float.NaN;
  }

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
    int whole = channels - channels % WIDTH;
    for (int c = first; c < whole; c += WIDTH) {
      FloatVector sum = FloatVector.zero(LANES);
      int end = at + rows * channels + c;
      for (int i = at + c; i < end; i += channels) {
        sum = sum.add(FloatVector.fromArray(LANES, x, i));
      }
      FloatVector middle = sum.div(rows);
      FloatVector square = FloatVector.zero(LANES);
      for (int i = at + c; i < end; i += channels) {
        FloatVector d = FloatVector.fromArray(LANES, x, i).sub(middle);
        square = d.fma(d, square);
      }
      sum.intoArray(sums, sumsAt + c);
      square.intoArray(squares, sumsAt + c);
    }
    if (whole < channels) {
      scalar.blockMoments(x, at, rows, channels, whole, sums, squares, sumsAt);
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
      for (int i = at + c; i < end; i += channels) {
        FloatVector v = FloatVector.fromArray(LANES, x, i);
        FloatVector out = y.length > 0 ? FloatVector.fromArray(LANES, y, i) : v.fma(a, b);
        var off = out.compare(VectorOperators.LE, threshold);
        FloatVector g = FloatVector.fromArray(LANES, dY, i).blend(zero, off);
        sum = sum.add(g);
        product = g.fma(v.sub(m), product);
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
      for (int i = at + c; i < end; i += channels) {
        FloatVector v = FloatVector.fromArray(LANES, x, i);
        FloatVector out = y.length > 0 ? FloatVector.fromArray(LANES, y, i) : v.fma(a, t);
        var off = out.compare(VectorOperators.LE, threshold);
        FloatVector g = FloatVector.fromArray(LANES, dY, i).blend(zero, off);
        FloatVector d = v.sub(m);
        a.fma(g, b.fma(d, last)).intoArray(dX, i);
        if (dResidual.length > 0) {
          g.intoArray(dResidual, i);
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
