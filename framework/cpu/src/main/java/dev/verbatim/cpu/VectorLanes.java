package dev.verbatim.cpu;

import dev.verbatim.tensor.Elementary;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Lanes} on vectors; what is left of a row goes through {@link ScalarLanes}. Bound by
 * memory, but for the pooling of small images.
 */
final class VectorLanes implements Lanes {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final int WIDTH = LANES.length();
  private static final int BYTES_IN_SMALLEST = ByteVector.SPECIES_64.length();
  private static final VectorSpecies<Integer> INTS = LANES.withLanes(int.class);

  /** As many bytes as there are floats in a vector, where there are vectors as short as that. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(
          byte.class, VectorShape.forBitSize(Math.max(WIDTH, BYTES_IN_SMALLEST) * Byte.SIZE));

  private final ScalarLanes scalar = new ScalarLanes();

  @Override
  public void addInto(float[] x, int xAt, float[] y, int yAt, int count) {
    int i = 0;
    for (; i + WIDTH <= count; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(LANES, y, yAt + i);
      v.add(FloatVector.fromArray(LANES, x, xAt + i)).intoArray(y, yAt + i);
    }
    scalar.addInto(x, xAt + i, y, yAt + i, count - i);
  }

  @Override
  public void addRows(
      float[] x, int rows, int length, float[] y, int yBase, int[] yOffsets, int first) {
    for (int row = 0; row < rows; row++) {
      int at = yBase + yOffsets[first + row];
      for (int i = 0; i < length; i += WIDTH) {
        FloatVector v = FloatVector.fromArray(LANES, y, at + i);
        v.add(FloatVector.fromArray(LANES, x, row * length + i)).intoArray(y, at + i);
      }
    }
  }

  @Override
  public void packRows(float[] x, int xAt, int stride, int rows, int length, float[] y) {
    if (length % WIDTH > 0) {
      scalar.packRows(x, xAt, stride, rows, length, y);
      return;
    }
    for (int row = 0, from = xAt, to = 0; row < rows; row++, from += stride, to += length) {
      for (int i = 0; i < length; i += WIDTH) {
        FloatVector.fromArray(LANES, x, from + i).intoArray(y, to + i);
      }
    }
  }

  @Override
  public void sumRows(float[] x, int xAt, int rows, int channels, float[] sums, int sumsAt) {
    int c = 0;
    for (; c + 4 * WIDTH <= channels; c += 4 * WIDTH) {
      FloatVector s0 = FloatVector.zero(LANES);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      for (int row = 0, at = xAt + c; row < rows; row++, at += channels) {
        s0 = FloatVector.fromArray(LANES, x, at).add(s0);
        s1 = FloatVector.fromArray(LANES, x, at + WIDTH).add(s1);
        s2 = FloatVector.fromArray(LANES, x, at + 2 * WIDTH).add(s2);
        s3 = FloatVector.fromArray(LANES, x, at + 3 * WIDTH).add(s3);
      }
      s0.intoArray(sums, sumsAt + c);
      s1.intoArray(sums, sumsAt + c + WIDTH);
      s2.intoArray(sums, sumsAt + c + 2 * WIDTH);
      s3.intoArray(sums, sumsAt + c + 3 * WIDTH);
    }
    for (; c + WIDTH <= channels; c += WIDTH) {
      FloatVector s = FloatVector.zero(LANES);
      for (int row = 0, at = xAt + c; row < rows; row++, at += channels) {
        s = FloatVector.fromArray(LANES, x, at).add(s);
      }
      s.intoArray(sums, sumsAt + c);
    }
    scalar.sumChannels(x, xAt, rows, channels, c, sums, sumsAt);
  }

  @Override
  public void sumRowsOfFour(float[] x, int xAt, int rows, int channels, float[] sums, int sumsAt) {
    int size = rows * channels;
    int c = 0;
    for (; c + WIDTH <= channels; c += WIDTH) {
      FloatVector s0 = FloatVector.zero(LANES);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      for (int row = 0, at = xAt + c; row < rows; row++, at += channels) {
        s0 = FloatVector.fromArray(LANES, x, at).add(s0);
        s1 = FloatVector.fromArray(LANES, x, at + size).add(s1);
        s2 = FloatVector.fromArray(LANES, x, at + 2 * size).add(s2);
        s3 = FloatVector.fromArray(LANES, x, at + 3 * size).add(s3);
      }
      s0.intoArray(sums, sumsAt + c);
      s1.intoArray(sums, sumsAt + channels + c);
      s2.intoArray(sums, sumsAt + 2 * channels + c);
      s3.intoArray(sums, sumsAt + 3 * channels + c);
    }
    for (int block = 0; block < 4; block++) {
      int at = xAt + block * size;
      scalar.sumChannels(x, at, rows, channels, c, sums, sumsAt + block * channels);
    }
  }

  @Override
  public void scaleBytes(
      byte[] bytes, float[] scale, float[] shift, int period, float[] x, int xAt, int count) {
    int i = 0;
    if (WIDTH >= BYTES_IN_SMALLEST) {
      for (int k = 0; i + WIDTH <= count; i += WIDTH) {
        FloatVector v =
            (FloatVector)
                ByteVector.fromArray(BYTES, bytes, i)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0)
                    .convert(VectorOperators.I2F, 0);
        v.fma(FloatVector.fromArray(LANES, scale, k), FloatVector.fromArray(LANES, shift, k))
            .intoArray(x, xAt + i);
        k = k + WIDTH == period ? 0 : k + WIDTH;
      }
    }
    scalar.scaleBytesFrom(i, bytes, scale, shift, period, x, xAt, count);
  }

  @Override
  public void exp(float[] x, int xAt, float shift, float[] y, int yAt, int count) {
    FloatVector less = FloatVector.broadcast(LANES, shift);
    FloatVector log2E = FloatVector.broadcast(LANES, Elementary.LOG2_E);
    FloatVector round = FloatVector.broadcast(LANES, Elementary.ROUND);
    FloatVector high = FloatVector.broadcast(LANES, -Elementary.LN2_HIGH);
    FloatVector low = FloatVector.broadcast(LANES, -Elementary.LN2_LOW);
    FloatVector e7 = FloatVector.broadcast(LANES, Elementary.EXP_7);
    FloatVector e6 = FloatVector.broadcast(LANES, Elementary.EXP_6);
    FloatVector e5 = FloatVector.broadcast(LANES, Elementary.EXP_5);
    FloatVector e4 = FloatVector.broadcast(LANES, Elementary.EXP_4);
    FloatVector e3 = FloatVector.broadcast(LANES, Elementary.EXP_3);
    FloatVector e2 = FloatVector.broadcast(LANES, Elementary.EXP_2);
    FloatVector one = FloatVector.broadcast(LANES, 1f);
    FloatVector infinity = FloatVector.broadcast(LANES, Float.POSITIVE_INFINITY);
    FloatVector zero = FloatVector.zero(LANES);
    IntVector bias = IntVector.broadcast(INTS, Elementary.BIAS);
    int i = 0;
    for (; i + WIDTH <= count; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(LANES, x, xAt + i).sub(less);
      FloatVector n = v.fma(log2E, round).sub(round);
      FloatVector r = n.fma(low, n.fma(high, v));
      FloatVector p = r.fma(e7, e6).fma(r, e5).fma(r, e4).fma(r, e3).fma(r, e2);
      p = p.fma(r.mul(r), r).add(one);
      IntVector power = (IntVector) n.convert(VectorOperators.F2I, 0);
      IntVector half = power.lanewise(VectorOperators.ASHR, 1);
      IntVector rest = power.sub(half);
      p =
          p.mul(
              half.add(bias)
                  .lanewise(VectorOperators.LSHL, Elementary.FRACTION_BITS)
                  .reinterpretAsFloats());
      p =
          p.mul(
              rest.add(bias)
                  .lanewise(VectorOperators.LSHL, Elementary.FRACTION_BITS)
                  .reinterpretAsFloats());
      p = p.blend(infinity, v.compare(VectorOperators.GT, Elementary.EXP_OVERFLOW));
      p = p.blend(zero, v.compare(VectorOperators.LT, Elementary.EXP_UNDERFLOW));
      p.intoArray(y, yAt + i);
    }
    scalar.exp(x, xAt + i, shift, y, yAt + i, count - i);
  }

  @Override
  public boolean areFinite(float[] x, int from, int to) {
    IntVector exponents = IntVector.zero(INTS);
    IntVector exponent = IntVector.broadcast(INTS, ScalarLanes.EXPONENT);
    int i = from;
    for (; i + WIDTH <= to; i += WIDTH) {
      IntVector bits = FloatVector.fromArray(LANES, x, i).reinterpretAsInts();
      exponents = bits.and(exponent).max(exponents);
    }
    return exponents.lt(ScalarLanes.EXPONENT).allTrue() && scalar.areFinite(x, i, to);
  }

  @Override
  public void relu(float[] x, float[] y, int from, int to) {
    FloatVector zero = FloatVector.zero(LANES);
    int i = from;
    for (; i + WIDTH <= to; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(LANES, x, i);
      v.blend(zero, v.compare(VectorOperators.LE, 0f)).intoArray(y, i);
    }
    scalar.relu(x, y, i, to);
  }

  @Override
  public void reluGradient(
      float[] y, float[] dY, boolean accumulate, float[] dX, int from, int to) {
    FloatVector zero = FloatVector.zero(LANES);
    int i = from;
    for (; i + WIDTH <= to; i += WIDTH) {
      VectorMask<Float> off = FloatVector.fromArray(LANES, y, i).compare(VectorOperators.LE, 0f);
      FloatVector d = FloatVector.fromArray(LANES, dY, i).blend(zero, off);
      if (accumulate) {
        FloatVector.fromArray(LANES, dX, i).add(d).intoArray(dX, i);
      } else {
        d.intoArray(dX, i);
      }
    }
    scalar.reluGradient(y, dY, accumulate, dX, i, to);
  }

  @Override
  public void maxPoolRow(
      float[] x,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      float[] y,
      int yAt,
      int outputs) {
    int whole = channels - channels % WIDTH;
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < whole; c += WIDTH) {
        int at = xAt + o * columnStep + c;
        int to = yAt + o * channels + c;
        if (rows == 2 && columns == 2) {
          largestOfFour(x, at, rowStride, channels, y, to);
        } else {
          largest(x, at, rowStride, rows, columns, channels, y, to);
        }
      }
    }
    if (whole < channels) {
      scalar.maxPoolChannels(
          x, xAt, rowStride, columnStep, rows, columns, channels, whole, y, yAt, outputs);
    }
  }

  private static void largestOfFour(
      float[] x, int at, int rowStride, int channels, float[] y, int to) {
    FloatVector a = FloatVector.fromArray(LANES, x, at);
    FloatVector b = FloatVector.fromArray(LANES, x, at + channels);
    FloatVector c = FloatVector.fromArray(LANES, x, at + rowStride);
    FloatVector d = FloatVector.fromArray(LANES, x, at + rowStride + channels);
    a = a.blend(b, b.compare(VectorOperators.GT, a).or(b.compare(VectorOperators.NE, b)));
    a = a.blend(c, c.compare(VectorOperators.GT, a).or(c.compare(VectorOperators.NE, c)));
    a = a.blend(d, d.compare(VectorOperators.GT, a).or(d.compare(VectorOperators.NE, d)));
    a.intoArray(y, to);
  }

  private static void largest(
      float[] x, int at, int rowStride, int rows, int columns, int channels, float[] y, int to) {
    FloatVector best = FloatVector.fromArray(LANES, x, at);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        FloatVector v = FloatVector.fromArray(LANES, x, at + row * rowStride + column * channels);
        VectorMask<Float> larger =
            v.compare(VectorOperators.GT, best).or(v.compare(VectorOperators.NE, v));
        best = v.blend(best, larger.not());
      }
    }
    best.intoArray(y, to);
  }

  @Override
  public void maxPoolRowGradient(
      float[] x,
      float[] dX,
      int shift,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      float[] y,
      float[] dY,
      int yAt,
      int outputs) {
    FloatVector zero = FloatVector.zero(LANES);
    int whole = channels - channels % WIDTH;
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < whole; c += WIDTH) {
        int at = xAt + o * columnStep + c;
        FloatVector best = FloatVector.fromArray(LANES, y, yAt + o * channels + c);
        FloatVector d = FloatVector.fromArray(LANES, dY, yAt + o * channels + c);
        VectorMask<Float> nan = best.compare(VectorOperators.NE, best);
        VectorMask<Float> open = LANES.maskAll(true);
        for (int row = 0; row < rows; row++) {
          for (int column = 0; column < columns; column++) {
            int tap = at + row * rowStride + column * channels;
            FloatVector v = FloatVector.fromArray(LANES, x, tap);
            VectorMask<Float> equal =
                v.eq(best).or(v.compare(VectorOperators.NE, v).and(nan)).and(open);
            d.blend(zero, equal.not())
                .add(FloatVector.fromArray(LANES, dX, tap + shift))
                .intoArray(dX, tap + shift);
            open = equal.not().and(open);
          }
        }
      }
    }
    if (whole < channels) {
      scalar.maxPoolChannelsGradient(
          x,
          dX,
          shift,
          xAt,
          rowStride,
          columnStep,
          rows,
          columns,
          channels,
          whole,
          y,
          dY,
          yAt,
          outputs);
    }
  }

  @Override
  public void maxPoolRowGradientApart(
      float[] x,
      float[] dX,
      int shift,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      float[] y,
      float[] dY,
      int yAt,
      int outputs) {
    int whole = channels - channels % WIDTH;
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < whole; c += WIDTH) {
        int at = xAt + o * columnStep + c;
        int of = yAt + o * channels + c;
        FloatVector best = FloatVector.fromArray(LANES, y, of);
        boolean nan = best.compare(VectorOperators.NE, best).anyTrue();
        if (rows == 2 && columns == 2 && !nan) {
          putWhereEqualOfFour(x, dX, shift, at, rowStride, channels, y, dY, of);
        } else {
          putWhereEqual(x, dX, shift, at, rowStride, rows, columns, channels, y, dY, of);
        }
      }
    }
    if (whole < channels) {
      scalar.maxPoolChannelsGradientApart(
          x,
          dX,
          shift,
          xAt,
          rowStride,
          columnStep,
          rows,
          columns,
          channels,
          whole,
          y,
          dY,
          yAt,
          outputs);
    }
  }

  /** The fourth takes what the others leave: without a NaN one of them equals the best. */
  private static void putWhereEqualOfFour(
      float[] x,
      float[] dX,
      int shift,
      int at,
      int rowStride,
      int channels,
      float[] y,
      float[] dY,
      int of) {
    FloatVector best = FloatVector.fromArray(LANES, y, of);
    FloatVector zero = FloatVector.zero(LANES);
    FloatVector d = zero.add(FloatVector.fromArray(LANES, dY, of));
    int below = at + rowStride;
    VectorMask<Float> first = FloatVector.fromArray(LANES, x, at).eq(best);
    VectorMask<Float> second = FloatVector.fromArray(LANES, x, at + channels).eq(best);
    VectorMask<Float> third = FloatVector.fromArray(LANES, x, below).eq(best);
    d.blend(zero, first.not()).intoArray(dX, at + shift);
    d = d.blend(zero, first);
    d.blend(zero, second.not()).intoArray(dX, at + channels + shift);
    d = d.blend(zero, second);
    d.blend(zero, third.not()).intoArray(dX, below + shift);
    d.blend(zero, third).intoArray(dX, below + channels + shift);
  }

  private static void putWhereEqual(
      float[] x,
      float[] dX,
      int shift,
      int at,
      int rowStride,
      int rows,
      int columns,
      int channels,
      float[] y,
      float[] dY,
      int of) {
    FloatVector best = FloatVector.fromArray(LANES, y, of);
    FloatVector zero = FloatVector.zero(LANES);
    FloatVector d = zero.add(FloatVector.fromArray(LANES, dY, of));
    VectorMask<Float> nan = best.compare(VectorOperators.NE, best);
    VectorMask<Float> open = LANES.maskAll(true);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int tap = at + row * rowStride + column * channels;
        FloatVector v = FloatVector.fromArray(LANES, x, tap);
        VectorMask<Float> equal =
            v.eq(best).or(v.compare(VectorOperators.NE, v).and(nan)).and(open);
        d.blend(zero, equal.not()).intoArray(dX, tap + shift);
        open = equal.not().and(open);
      }
    }
  }
}
