package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link WeightTiles#run} on vectors: six neighbouring taps (eight where there are 32 registers) by
 * two vectors of channels, or twelve by one, then smaller tiles for what is left.
 *
 * <p>Order: each sum adds over the pixels, one FMA each. The accumulators stay in registers for all
 * pixels of the call. Bound by FMA: a pixel costs 12 FMAs against 2 vector loads and 6 broadcasts
 * (or 1 and 12).
 */
final class VectorWeightTiles implements WeightTiles {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int WIDTH = LANES.length();

  /**
   * Bits of an index of a panel's row: rows are multiples of two vectors. The compiler then knows
   * that no index overflows, and reads both vectors at one address.
   */
  private static final int ALIGNED = Integer.MAX_VALUE & (-2 * WIDTH);

  private static final boolean WIDE = VectorWidth.with32Registers();

  @Override
  public void run(Span s, int vectors, int count, int taps) {
    int tap = 0;
    if (vectors == 2) {
      for (; WIDE && tap + 8 <= taps; tap += 8) {
        tile8x2(s, count, tap);
      }
      // seven and eight are better cut in half
      for (; tap + 6 <= taps && tap + 7 != taps && tap + 8 != taps; tap += 6) {
        tile6x2(s, count, tap);
      }
      for (; tap + 4 <= taps; tap += 4) {
        tile4x2(s, count, tap);
      }
      if (tap + 3 <= taps) {
        tile3x2(s, count, tap);
        tap += 3;
      }
      for (; tap < taps; tap++) {
        tile1x2(s, count, tap);
      }
    } else {
      for (; tap + 12 <= taps; tap += 12) {
        tile12x1(s, count, tap);
      }
      if (tap + 6 <= taps) {
        tile6x1(s, count, tap);
        tap += 6;
      }
      if (tap + 3 <= taps) {
        tile3x1(s, count, tap);
        tap += 3;
      }
      for (; tap < taps; tap++) {
        tile1x1(s, count, tap);
      }
    }
  }

  private static void tile8x2(Span s, int count, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] pixels = s.pixels;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0l = FloatVector.zero(LANES);
    FloatVector a0r = FloatVector.zero(LANES);
    FloatVector a1l = FloatVector.zero(LANES);
    FloatVector a1r = FloatVector.zero(LANES);
    FloatVector a2l = FloatVector.zero(LANES);
    FloatVector a2r = FloatVector.zero(LANES);
    FloatVector a3l = FloatVector.zero(LANES);
    FloatVector a3r = FloatVector.zero(LANES);
    FloatVector a4l = FloatVector.zero(LANES);
    FloatVector a4r = FloatVector.zero(LANES);
    FloatVector a5l = FloatVector.zero(LANES);
    FloatVector a5r = FloatVector.zero(LANES);
    FloatVector a6l = FloatVector.zero(LANES);
    FloatVector a6r = FloatVector.zero(LANES);
    FloatVector a7l = FloatVector.zero(LANES);
    FloatVector a7r = FloatVector.zero(LANES);
    if (!s.fresh) {
      a0l = FloatVector.fromArray(LANES, sums, at);
      a0r = FloatVector.fromArray(LANES, sums, at + WIDTH);
      a1l = FloatVector.fromArray(LANES, sums, at + stride);
      a1r = FloatVector.fromArray(LANES, sums, at + stride + WIDTH);
      a2l = FloatVector.fromArray(LANES, sums, at + 2 * stride);
      a2r = FloatVector.fromArray(LANES, sums, at + 2 * stride + WIDTH);
      a3l = FloatVector.fromArray(LANES, sums, at + 3 * stride);
      a3r = FloatVector.fromArray(LANES, sums, at + 3 * stride + WIDTH);
      a4l = FloatVector.fromArray(LANES, sums, at + 4 * stride);
      a4r = FloatVector.fromArray(LANES, sums, at + 4 * stride + WIDTH);
      a5l = FloatVector.fromArray(LANES, sums, at + 5 * stride);
      a5r = FloatVector.fromArray(LANES, sums, at + 5 * stride + WIDTH);
      a6l = FloatVector.fromArray(LANES, sums, at + 6 * stride);
      a6r = FloatVector.fromArray(LANES, sums, at + 6 * stride + WIDTH);
      a7l = FloatVector.fromArray(LANES, sums, at + 7 * stride);
      a7r = FloatVector.fromArray(LANES, sums, at + 7 * stride + WIDTH);
    }
    long xAt = Unchecked.offset(s.xBase + tap);
    int dYAt = s.dYAt;
    for (int q = 0; q < count; q++) {
      long pixel = Unsafe.ARRAY_INT_BASE_OFFSET + 8L * q;
      long o = xAt + 4L * UNSAFE.getInt(pixels, pixel);
      int d = (dYAt + UNSAFE.getInt(pixels, pixel + 4) * (2 * WIDTH)) & ALIGNED;
      FloatVector d0 = FloatVector.fromArray(LANES, dY, d);
      FloatVector d1 = FloatVector.fromArray(LANES, dY, d + WIDTH);
      FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o));
      a0l = p.fma(d0, a0l);
      a0r = p.fma(d1, a0r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 4));
      a1l = p.fma(d0, a1l);
      a1r = p.fma(d1, a1r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 8));
      a2l = p.fma(d0, a2l);
      a2r = p.fma(d1, a2r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 12));
      a3l = p.fma(d0, a3l);
      a3r = p.fma(d1, a3r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 16));
      a4l = p.fma(d0, a4l);
      a4r = p.fma(d1, a4r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 20));
      a5l = p.fma(d0, a5l);
      a5r = p.fma(d1, a5r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 24));
      a6l = p.fma(d0, a6l);
      a6r = p.fma(d1, a6r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 28));
      a7l = p.fma(d0, a7l);
      a7r = p.fma(d1, a7r);
    }
    a0l.intoArray(sums, at);
    a0r.intoArray(sums, at + WIDTH);
    a1l.intoArray(sums, at + stride);
    a1r.intoArray(sums, at + stride + WIDTH);
    a2l.intoArray(sums, at + 2 * stride);
    a2r.intoArray(sums, at + 2 * stride + WIDTH);
    a3l.intoArray(sums, at + 3 * stride);
    a3r.intoArray(sums, at + 3 * stride + WIDTH);
    a4l.intoArray(sums, at + 4 * stride);
    a4r.intoArray(sums, at + 4 * stride + WIDTH);
    a5l.intoArray(sums, at + 5 * stride);
    a5r.intoArray(sums, at + 5 * stride + WIDTH);
    a6l.intoArray(sums, at + 6 * stride);
    a6r.intoArray(sums, at + 6 * stride + WIDTH);
    a7l.intoArray(sums, at + 7 * stride);
    a7r.intoArray(sums, at + 7 * stride + WIDTH);
  }

  private static void tile6x2(Span s, int count, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] fence = s.fence;
    float[] sums = s.sums;
    int[] pixels = s.pixels;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0l = FloatVector.zero(LANES);
    FloatVector a0r = FloatVector.zero(LANES);
    FloatVector a1l = FloatVector.zero(LANES);
    FloatVector a1r = FloatVector.zero(LANES);
    FloatVector a2l = FloatVector.zero(LANES);
    FloatVector a2r = FloatVector.zero(LANES);
    FloatVector a3l = FloatVector.zero(LANES);
    FloatVector a3r = FloatVector.zero(LANES);
    FloatVector a4l = FloatVector.zero(LANES);
    FloatVector a4r = FloatVector.zero(LANES);
    FloatVector a5l = FloatVector.zero(LANES);
    FloatVector a5r = FloatVector.zero(LANES);
    if (!s.fresh) {
      a0l = FloatVector.fromArray(LANES, sums, at);
      a0r = FloatVector.fromArray(LANES, sums, at + WIDTH);
      a1l = FloatVector.fromArray(LANES, sums, at + stride);
      a1r = FloatVector.fromArray(LANES, sums, at + stride + WIDTH);
      a2l = FloatVector.fromArray(LANES, sums, at + 2 * stride);
      a2r = FloatVector.fromArray(LANES, sums, at + 2 * stride + WIDTH);
      a3l = FloatVector.fromArray(LANES, sums, at + 3 * stride);
      a3r = FloatVector.fromArray(LANES, sums, at + 3 * stride + WIDTH);
      a4l = FloatVector.fromArray(LANES, sums, at + 4 * stride);
      a4r = FloatVector.fromArray(LANES, sums, at + 4 * stride + WIDTH);
      a5l = FloatVector.fromArray(LANES, sums, at + 5 * stride);
      a5r = FloatVector.fromArray(LANES, sums, at + 5 * stride + WIDTH);
    }
    long xAt = Unchecked.offset(s.xBase + tap);
    int dYAt = s.dYAt;
    for (int q = 0; q < count; q++) {
      long pixel = Unsafe.ARRAY_INT_BASE_OFFSET + 8L * q;
      long o = xAt + 4L * UNSAFE.getInt(pixels, pixel);
      int d = (dYAt + UNSAFE.getInt(pixels, pixel + 4) * (2 * WIDTH)) & ALIGNED;
      FloatVector d0 = FloatVector.fromArray(LANES, dY, d);
      FloatVector d1 = FloatVector.fromArray(LANES, dY, d + WIDTH);
      FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o));
      a0l = p.fma(d0, a0l);
      a0r = p.fma(d1, a0r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 4));
      a1l = p.fma(d0, a1l);
      a1r = p.fma(d1, a1r);
      if (!WIDE) {
        a1r.intoArray(fence, 0);
      }
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 8));
      a2l = p.fma(d0, a2l);
      a2r = p.fma(d1, a2r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 12));
      a3l = p.fma(d0, a3l);
      a3r = p.fma(d1, a3r);
      if (!WIDE) {
        a3r.intoArray(fence, 0);
      }
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 16));
      a4l = p.fma(d0, a4l);
      a4r = p.fma(d1, a4r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 20));
      a5l = p.fma(d0, a5l);
      a5r = p.fma(d1, a5r);
    }
    a0l.intoArray(sums, at);
    a0r.intoArray(sums, at + WIDTH);
    a1l.intoArray(sums, at + stride);
    a1r.intoArray(sums, at + stride + WIDTH);
    a2l.intoArray(sums, at + 2 * stride);
    a2r.intoArray(sums, at + 2 * stride + WIDTH);
    a3l.intoArray(sums, at + 3 * stride);
    a3r.intoArray(sums, at + 3 * stride + WIDTH);
    a4l.intoArray(sums, at + 4 * stride);
    a4r.intoArray(sums, at + 4 * stride + WIDTH);
    a5l.intoArray(sums, at + 5 * stride);
    a5r.intoArray(sums, at + 5 * stride + WIDTH);
  }

  private static void tile4x2(Span s, int count, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] fence = s.fence;
    float[] sums = s.sums;
    int[] pixels = s.pixels;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0l = FloatVector.zero(LANES);
    FloatVector a0r = FloatVector.zero(LANES);
    FloatVector a1l = FloatVector.zero(LANES);
    FloatVector a1r = FloatVector.zero(LANES);
    FloatVector a2l = FloatVector.zero(LANES);
    FloatVector a2r = FloatVector.zero(LANES);
    FloatVector a3l = FloatVector.zero(LANES);
    FloatVector a3r = FloatVector.zero(LANES);
    if (!s.fresh) {
      a0l = FloatVector.fromArray(LANES, sums, at);
      a0r = FloatVector.fromArray(LANES, sums, at + WIDTH);
      a1l = FloatVector.fromArray(LANES, sums, at + stride);
      a1r = FloatVector.fromArray(LANES, sums, at + stride + WIDTH);
      a2l = FloatVector.fromArray(LANES, sums, at + 2 * stride);
      a2r = FloatVector.fromArray(LANES, sums, at + 2 * stride + WIDTH);
      a3l = FloatVector.fromArray(LANES, sums, at + 3 * stride);
      a3r = FloatVector.fromArray(LANES, sums, at + 3 * stride + WIDTH);
    }
    long xAt = Unchecked.offset(s.xBase + tap);
    int dYAt = s.dYAt;
    for (int q = 0; q < count; q++) {
      long pixel = Unsafe.ARRAY_INT_BASE_OFFSET + 8L * q;
      long o = xAt + 4L * UNSAFE.getInt(pixels, pixel);
      int d = (dYAt + UNSAFE.getInt(pixels, pixel + 4) * (2 * WIDTH)) & ALIGNED;
      FloatVector d0 = FloatVector.fromArray(LANES, dY, d);
      FloatVector d1 = FloatVector.fromArray(LANES, dY, d + WIDTH);
      FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o));
      a0l = p.fma(d0, a0l);
      a0r = p.fma(d1, a0r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 4));
      a1l = p.fma(d0, a1l);
      a1r = p.fma(d1, a1r);
      if (!WIDE) {
        a1r.intoArray(fence, 0);
      }
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 8));
      a2l = p.fma(d0, a2l);
      a2r = p.fma(d1, a2r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 12));
      a3l = p.fma(d0, a3l);
      a3r = p.fma(d1, a3r);
    }
    a0l.intoArray(sums, at);
    a0r.intoArray(sums, at + WIDTH);
    a1l.intoArray(sums, at + stride);
    a1r.intoArray(sums, at + stride + WIDTH);
    a2l.intoArray(sums, at + 2 * stride);
    a2r.intoArray(sums, at + 2 * stride + WIDTH);
    a3l.intoArray(sums, at + 3 * stride);
    a3r.intoArray(sums, at + 3 * stride + WIDTH);
  }

  private static void tile3x2(Span s, int count, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] pixels = s.pixels;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0l = FloatVector.zero(LANES);
    FloatVector a0r = FloatVector.zero(LANES);
    FloatVector a1l = FloatVector.zero(LANES);
    FloatVector a1r = FloatVector.zero(LANES);
    FloatVector a2l = FloatVector.zero(LANES);
    FloatVector a2r = FloatVector.zero(LANES);
    if (!s.fresh) {
      a0l = FloatVector.fromArray(LANES, sums, at);
      a0r = FloatVector.fromArray(LANES, sums, at + WIDTH);
      a1l = FloatVector.fromArray(LANES, sums, at + stride);
      a1r = FloatVector.fromArray(LANES, sums, at + stride + WIDTH);
      a2l = FloatVector.fromArray(LANES, sums, at + 2 * stride);
      a2r = FloatVector.fromArray(LANES, sums, at + 2 * stride + WIDTH);
    }
    long xAt = Unchecked.offset(s.xBase + tap);
    int dYAt = s.dYAt;
    for (int q = 0; q < count; q++) {
      long pixel = Unsafe.ARRAY_INT_BASE_OFFSET + 8L * q;
      long o = xAt + 4L * UNSAFE.getInt(pixels, pixel);
      int d = (dYAt + UNSAFE.getInt(pixels, pixel + 4) * (2 * WIDTH)) & ALIGNED;
      FloatVector d0 = FloatVector.fromArray(LANES, dY, d);
      FloatVector d1 = FloatVector.fromArray(LANES, dY, d + WIDTH);
      FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o));
      a0l = p.fma(d0, a0l);
      a0r = p.fma(d1, a0r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 4));
      a1l = p.fma(d0, a1l);
      a1r = p.fma(d1, a1r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 8));
      a2l = p.fma(d0, a2l);
      a2r = p.fma(d1, a2r);
    }
    a0l.intoArray(sums, at);
    a0r.intoArray(sums, at + WIDTH);
    a1l.intoArray(sums, at + stride);
    a1r.intoArray(sums, at + stride + WIDTH);
    a2l.intoArray(sums, at + 2 * stride);
    a2r.intoArray(sums, at + 2 * stride + WIDTH);
  }

  private static void tile1x2(Span s, int count, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] pixels = s.pixels;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0l = FloatVector.zero(LANES);
    FloatVector a0r = FloatVector.zero(LANES);
    if (!s.fresh) {
      a0l = FloatVector.fromArray(LANES, sums, at);
      a0r = FloatVector.fromArray(LANES, sums, at + WIDTH);
    }
    long xAt = Unchecked.offset(s.xBase + tap);
    int dYAt = s.dYAt;
    for (int q = 0; q < count; q++) {
      long pixel = Unsafe.ARRAY_INT_BASE_OFFSET + 8L * q;
      long o = xAt + 4L * UNSAFE.getInt(pixels, pixel);
      int d = (dYAt + UNSAFE.getInt(pixels, pixel + 4) * (2 * WIDTH)) & ALIGNED;
      FloatVector d0 = FloatVector.fromArray(LANES, dY, d);
      FloatVector d1 = FloatVector.fromArray(LANES, dY, d + WIDTH);
      FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o));
      a0l = p.fma(d0, a0l);
      a0r = p.fma(d1, a0r);
    }
    a0l.intoArray(sums, at);
    a0r.intoArray(sums, at + WIDTH);
  }

  private static void tile12x1(Span s, int count, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] fence = s.fence;
    float[] sums = s.sums;
    int[] pixels = s.pixels;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0 = FloatVector.zero(LANES);
    FloatVector a1 = FloatVector.zero(LANES);
    FloatVector a2 = FloatVector.zero(LANES);
    FloatVector a3 = FloatVector.zero(LANES);
    FloatVector a4 = FloatVector.zero(LANES);
    FloatVector a5 = FloatVector.zero(LANES);
    FloatVector a6 = FloatVector.zero(LANES);
    FloatVector a7 = FloatVector.zero(LANES);
    FloatVector a8 = FloatVector.zero(LANES);
    FloatVector a9 = FloatVector.zero(LANES);
    FloatVector a10 = FloatVector.zero(LANES);
    FloatVector a11 = FloatVector.zero(LANES);
    if (!s.fresh) {
      a0 = FloatVector.fromArray(LANES, sums, at);
      a1 = FloatVector.fromArray(LANES, sums, at + stride);
      a2 = FloatVector.fromArray(LANES, sums, at + 2 * stride);
      a3 = FloatVector.fromArray(LANES, sums, at + 3 * stride);
      a4 = FloatVector.fromArray(LANES, sums, at + 4 * stride);
      a5 = FloatVector.fromArray(LANES, sums, at + 5 * stride);
      a6 = FloatVector.fromArray(LANES, sums, at + 6 * stride);
      a7 = FloatVector.fromArray(LANES, sums, at + 7 * stride);
      a8 = FloatVector.fromArray(LANES, sums, at + 8 * stride);
      a9 = FloatVector.fromArray(LANES, sums, at + 9 * stride);
      a10 = FloatVector.fromArray(LANES, sums, at + 10 * stride);
      a11 = FloatVector.fromArray(LANES, sums, at + 11 * stride);
    }
    long xAt = Unchecked.offset(s.xBase + tap);
    int dYAt = s.dYAt;
    for (int q = 0; q < count; q++) {
      long pixel = Unsafe.ARRAY_INT_BASE_OFFSET + 8L * q;
      long o = xAt + 4L * UNSAFE.getInt(pixels, pixel);
      int d = dYAt + UNSAFE.getInt(pixels, pixel + 4) * WIDTH;
      FloatVector d0 = FloatVector.fromArray(LANES, dY, d);
      a0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o)).fma(d0, a0);
      a1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 4)).fma(d0, a1);
      a2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 8)).fma(d0, a2);
      if (!WIDE) {
        a2.intoArray(fence, 0);
      }
      a3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 12)).fma(d0, a3);
      a4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 16)).fma(d0, a4);
      a5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 20)).fma(d0, a5);
      if (!WIDE) {
        a5.intoArray(fence, 0);
      }
      a6 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 24)).fma(d0, a6);
      a7 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 28)).fma(d0, a7);
      a8 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 32)).fma(d0, a8);
      if (!WIDE) {
        a8.intoArray(fence, 0);
      }
      a9 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 36)).fma(d0, a9);
      a10 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 40)).fma(d0, a10);
      a11 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 44)).fma(d0, a11);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + stride);
    a2.intoArray(sums, at + 2 * stride);
    a3.intoArray(sums, at + 3 * stride);
    a4.intoArray(sums, at + 4 * stride);
    a5.intoArray(sums, at + 5 * stride);
    a6.intoArray(sums, at + 6 * stride);
    a7.intoArray(sums, at + 7 * stride);
    a8.intoArray(sums, at + 8 * stride);
    a9.intoArray(sums, at + 9 * stride);
    a10.intoArray(sums, at + 10 * stride);
    a11.intoArray(sums, at + 11 * stride);
  }

  private static void tile6x1(Span s, int count, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] pixels = s.pixels;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0 = FloatVector.zero(LANES);
    FloatVector a1 = FloatVector.zero(LANES);
    FloatVector a2 = FloatVector.zero(LANES);
    FloatVector a3 = FloatVector.zero(LANES);
    FloatVector a4 = FloatVector.zero(LANES);
    FloatVector a5 = FloatVector.zero(LANES);
    if (!s.fresh) {
      a0 = FloatVector.fromArray(LANES, sums, at);
      a1 = FloatVector.fromArray(LANES, sums, at + stride);
      a2 = FloatVector.fromArray(LANES, sums, at + 2 * stride);
      a3 = FloatVector.fromArray(LANES, sums, at + 3 * stride);
      a4 = FloatVector.fromArray(LANES, sums, at + 4 * stride);
      a5 = FloatVector.fromArray(LANES, sums, at + 5 * stride);
    }
    long xAt = Unchecked.offset(s.xBase + tap);
    int dYAt = s.dYAt;
    for (int q = 0; q < count; q++) {
      long pixel = Unsafe.ARRAY_INT_BASE_OFFSET + 8L * q;
      long o = xAt + 4L * UNSAFE.getInt(pixels, pixel);
      int d = dYAt + UNSAFE.getInt(pixels, pixel + 4) * WIDTH;
      FloatVector d0 = FloatVector.fromArray(LANES, dY, d);
      a0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o)).fma(d0, a0);
      a1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 4)).fma(d0, a1);
      a2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 8)).fma(d0, a2);
      a3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 12)).fma(d0, a3);
      a4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 16)).fma(d0, a4);
      a5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 20)).fma(d0, a5);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + stride);
    a2.intoArray(sums, at + 2 * stride);
    a3.intoArray(sums, at + 3 * stride);
    a4.intoArray(sums, at + 4 * stride);
    a5.intoArray(sums, at + 5 * stride);
  }

  private static void tile3x1(Span s, int count, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] pixels = s.pixels;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0 = FloatVector.zero(LANES);
    FloatVector a1 = FloatVector.zero(LANES);
    FloatVector a2 = FloatVector.zero(LANES);
    if (!s.fresh) {
      a0 = FloatVector.fromArray(LANES, sums, at);
      a1 = FloatVector.fromArray(LANES, sums, at + stride);
      a2 = FloatVector.fromArray(LANES, sums, at + 2 * stride);
    }
    long xAt = Unchecked.offset(s.xBase + tap);
    int dYAt = s.dYAt;
    for (int q = 0; q < count; q++) {
      long pixel = Unsafe.ARRAY_INT_BASE_OFFSET + 8L * q;
      long o = xAt + 4L * UNSAFE.getInt(pixels, pixel);
      int d = dYAt + UNSAFE.getInt(pixels, pixel + 4) * WIDTH;
      FloatVector d0 = FloatVector.fromArray(LANES, dY, d);
      a0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o)).fma(d0, a0);
      a1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 4)).fma(d0, a1);
      a2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 8)).fma(d0, a2);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + stride);
    a2.intoArray(sums, at + 2 * stride);
  }

  private static void tile1x1(Span s, int count, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] pixels = s.pixels;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0 = FloatVector.zero(LANES);
    if (!s.fresh) {
      a0 = FloatVector.fromArray(LANES, sums, at);
    }
    long xAt = Unchecked.offset(s.xBase + tap);
    int dYAt = s.dYAt;
    for (int q = 0; q < count; q++) {
      long pixel = Unsafe.ARRAY_INT_BASE_OFFSET + 8L * q;
      long o = xAt + 4L * UNSAFE.getInt(pixels, pixel);
      int d = dYAt + UNSAFE.getInt(pixels, pixel + 4) * WIDTH;
      FloatVector d0 = FloatVector.fromArray(LANES, dY, d);
      a0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o)).fma(d0, a0);
    }
    a0.intoArray(sums, at);
  }
}
