package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link WeightTiles#run} on vectors: six neighbouring taps of a window row by two vectors of
 * channels, or twelve by one, then smaller tiles for what is left.
 *
 * <p>Order: each sum adds over the pixels, one FMA each. The accumulators stay in registers for all
 * pixels of the call. Bound by FMA: a pixel costs 12 FMAs against 2 vector loads and 6 broadcasts
 * (or 1 and 12).
 */
final class VectorWeightTiles implements WeightTiles {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final int WIDTH = LANES.length();

  @Override
  public void run(Span s, int vectors, int from, int to, int firstTap, int lastTap) {
    int tap = firstTap;
    if (vectors == 2) {
      for (; tap + 6 <= lastTap; tap += 6) {
        tile6x2(s, from, to, tap);
      }
      for (; tap + 2 <= lastTap; tap += 2) {
        tile2x2(s, from, to, tap);
      }
      if (tap < lastTap) {
        tile1x2(s, from, to, tap);
      }
    } else {
      for (; tap + 12 <= lastTap; tap += 12) {
        tile12x1(s, from, to, tap);
      }
      for (; tap + 4 <= lastTap; tap += 4) {
        tile4x1(s, from, to, tap);
      }
      for (; tap < lastTap; tap++) {
        tile1x1(s, from, to, tap);
      }
    }
  }

  private static void tile6x2(Span s, int from, int to, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] xOffsets = s.xOffsets;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0l = FloatVector.fromArray(LANES, sums, at);
    FloatVector a0r = FloatVector.fromArray(LANES, sums, at + WIDTH);
    FloatVector a1l = FloatVector.fromArray(LANES, sums, at + 1 * stride);
    FloatVector a1r = FloatVector.fromArray(LANES, sums, at + 1 * stride + WIDTH);
    FloatVector a2l = FloatVector.fromArray(LANES, sums, at + 2 * stride);
    FloatVector a2r = FloatVector.fromArray(LANES, sums, at + 2 * stride + WIDTH);
    FloatVector a3l = FloatVector.fromArray(LANES, sums, at + 3 * stride);
    FloatVector a3r = FloatVector.fromArray(LANES, sums, at + 3 * stride + WIDTH);
    FloatVector a4l = FloatVector.fromArray(LANES, sums, at + 4 * stride);
    FloatVector a4r = FloatVector.fromArray(LANES, sums, at + 4 * stride + WIDTH);
    FloatVector a5l = FloatVector.fromArray(LANES, sums, at + 5 * stride);
    FloatVector a5r = FloatVector.fromArray(LANES, sums, at + 5 * stride + WIDTH);
    int xBase = s.xBase + tap;
    int dYStride = s.dYStride;
    int dYAt = s.dYAt + from * dYStride;
    for (int q = from; q < to; q++) {
      int o = xBase + xOffsets[q];
      FloatVector d0 = FloatVector.fromArray(LANES, dY, dYAt);
      FloatVector d1 = FloatVector.fromArray(LANES, dY, dYAt + WIDTH);
      FloatVector p = FloatVector.broadcast(LANES, x[o]);
      a0l = p.fma(d0, a0l);
      a0r = p.fma(d1, a0r);
      p = FloatVector.broadcast(LANES, x[o + 1]);
      a1l = p.fma(d0, a1l);
      a1r = p.fma(d1, a1r);
      p = FloatVector.broadcast(LANES, x[o + 2]);
      a2l = p.fma(d0, a2l);
      a2r = p.fma(d1, a2r);
      p = FloatVector.broadcast(LANES, x[o + 3]);
      a3l = p.fma(d0, a3l);
      a3r = p.fma(d1, a3r);
      p = FloatVector.broadcast(LANES, x[o + 4]);
      a4l = p.fma(d0, a4l);
      a4r = p.fma(d1, a4r);
      p = FloatVector.broadcast(LANES, x[o + 5]);
      a5l = p.fma(d0, a5l);
      a5r = p.fma(d1, a5r);
      dYAt += dYStride;
    }
    a0l.intoArray(sums, at);
    a0r.intoArray(sums, at + WIDTH);
    a1l.intoArray(sums, at + 1 * stride);
    a1r.intoArray(sums, at + 1 * stride + WIDTH);
    a2l.intoArray(sums, at + 2 * stride);
    a2r.intoArray(sums, at + 2 * stride + WIDTH);
    a3l.intoArray(sums, at + 3 * stride);
    a3r.intoArray(sums, at + 3 * stride + WIDTH);
    a4l.intoArray(sums, at + 4 * stride);
    a4r.intoArray(sums, at + 4 * stride + WIDTH);
    a5l.intoArray(sums, at + 5 * stride);
    a5r.intoArray(sums, at + 5 * stride + WIDTH);
  }

  private static void tile2x2(Span s, int from, int to, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] xOffsets = s.xOffsets;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0l = FloatVector.fromArray(LANES, sums, at);
    FloatVector a0r = FloatVector.fromArray(LANES, sums, at + WIDTH);
    FloatVector a1l = FloatVector.fromArray(LANES, sums, at + 1 * stride);
    FloatVector a1r = FloatVector.fromArray(LANES, sums, at + 1 * stride + WIDTH);
    int xBase = s.xBase + tap;
    int dYStride = s.dYStride;
    int dYAt = s.dYAt + from * dYStride;
    for (int q = from; q < to; q++) {
      int o = xBase + xOffsets[q];
      FloatVector d0 = FloatVector.fromArray(LANES, dY, dYAt);
      FloatVector d1 = FloatVector.fromArray(LANES, dY, dYAt + WIDTH);
      FloatVector p = FloatVector.broadcast(LANES, x[o]);
      a0l = p.fma(d0, a0l);
      a0r = p.fma(d1, a0r);
      p = FloatVector.broadcast(LANES, x[o + 1]);
      a1l = p.fma(d0, a1l);
      a1r = p.fma(d1, a1r);
      dYAt += dYStride;
    }
    a0l.intoArray(sums, at);
    a0r.intoArray(sums, at + WIDTH);
    a1l.intoArray(sums, at + 1 * stride);
    a1r.intoArray(sums, at + 1 * stride + WIDTH);
  }

  private static void tile1x2(Span s, int from, int to, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] xOffsets = s.xOffsets;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0l = FloatVector.fromArray(LANES, sums, at);
    FloatVector a0r = FloatVector.fromArray(LANES, sums, at + WIDTH);
    int xBase = s.xBase + tap;
    int dYStride = s.dYStride;
    int dYAt = s.dYAt + from * dYStride;
    for (int q = from; q < to; q++) {
      int o = xBase + xOffsets[q];
      FloatVector d0 = FloatVector.fromArray(LANES, dY, dYAt);
      FloatVector d1 = FloatVector.fromArray(LANES, dY, dYAt + WIDTH);
      FloatVector p = FloatVector.broadcast(LANES, x[o]);
      a0l = p.fma(d0, a0l);
      a0r = p.fma(d1, a0r);
      dYAt += dYStride;
    }
    a0l.intoArray(sums, at);
    a0r.intoArray(sums, at + WIDTH);
  }

  private static void tile12x1(Span s, int from, int to, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] xOffsets = s.xOffsets;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0 = FloatVector.fromArray(LANES, sums, at);
    FloatVector a1 = FloatVector.fromArray(LANES, sums, at + 1 * stride);
    FloatVector a2 = FloatVector.fromArray(LANES, sums, at + 2 * stride);
    FloatVector a3 = FloatVector.fromArray(LANES, sums, at + 3 * stride);
    FloatVector a4 = FloatVector.fromArray(LANES, sums, at + 4 * stride);
    FloatVector a5 = FloatVector.fromArray(LANES, sums, at + 5 * stride);
    FloatVector a6 = FloatVector.fromArray(LANES, sums, at + 6 * stride);
    FloatVector a7 = FloatVector.fromArray(LANES, sums, at + 7 * stride);
    FloatVector a8 = FloatVector.fromArray(LANES, sums, at + 8 * stride);
    FloatVector a9 = FloatVector.fromArray(LANES, sums, at + 9 * stride);
    FloatVector a10 = FloatVector.fromArray(LANES, sums, at + 10 * stride);
    FloatVector a11 = FloatVector.fromArray(LANES, sums, at + 11 * stride);
    int xBase = s.xBase + tap;
    int dYStride = s.dYStride;
    int dYAt = s.dYAt + from * dYStride;
    for (int q = from; q < to; q++) {
      int o = xBase + xOffsets[q];
      FloatVector d0 = FloatVector.fromArray(LANES, dY, dYAt);
      a0 = FloatVector.broadcast(LANES, x[o]).fma(d0, a0);
      a1 = FloatVector.broadcast(LANES, x[o + 1]).fma(d0, a1);
      a2 = FloatVector.broadcast(LANES, x[o + 2]).fma(d0, a2);
      a3 = FloatVector.broadcast(LANES, x[o + 3]).fma(d0, a3);
      a4 = FloatVector.broadcast(LANES, x[o + 4]).fma(d0, a4);
      a5 = FloatVector.broadcast(LANES, x[o + 5]).fma(d0, a5);
      a6 = FloatVector.broadcast(LANES, x[o + 6]).fma(d0, a6);
      a7 = FloatVector.broadcast(LANES, x[o + 7]).fma(d0, a7);
      a8 = FloatVector.broadcast(LANES, x[o + 8]).fma(d0, a8);
      a9 = FloatVector.broadcast(LANES, x[o + 9]).fma(d0, a9);
      a10 = FloatVector.broadcast(LANES, x[o + 10]).fma(d0, a10);
      a11 = FloatVector.broadcast(LANES, x[o + 11]).fma(d0, a11);
      dYAt += dYStride;
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + 1 * stride);
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

  private static void tile4x1(Span s, int from, int to, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] xOffsets = s.xOffsets;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0 = FloatVector.fromArray(LANES, sums, at);
    FloatVector a1 = FloatVector.fromArray(LANES, sums, at + 1 * stride);
    FloatVector a2 = FloatVector.fromArray(LANES, sums, at + 2 * stride);
    FloatVector a3 = FloatVector.fromArray(LANES, sums, at + 3 * stride);
    int xBase = s.xBase + tap;
    int dYStride = s.dYStride;
    int dYAt = s.dYAt + from * dYStride;
    for (int q = from; q < to; q++) {
      int o = xBase + xOffsets[q];
      FloatVector d0 = FloatVector.fromArray(LANES, dY, dYAt);
      a0 = FloatVector.broadcast(LANES, x[o]).fma(d0, a0);
      a1 = FloatVector.broadcast(LANES, x[o + 1]).fma(d0, a1);
      a2 = FloatVector.broadcast(LANES, x[o + 2]).fma(d0, a2);
      a3 = FloatVector.broadcast(LANES, x[o + 3]).fma(d0, a3);
      dYAt += dYStride;
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + 1 * stride);
    a2.intoArray(sums, at + 2 * stride);
    a3.intoArray(sums, at + 3 * stride);
  }

  private static void tile1x1(Span s, int from, int to, int tap) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] sums = s.sums;
    int[] xOffsets = s.xOffsets;
    int stride = s.sumsStride;
    int at = s.sumsAt + tap * stride;
    FloatVector a0 = FloatVector.fromArray(LANES, sums, at);
    int xBase = s.xBase + tap;
    int dYStride = s.dYStride;
    int dYAt = s.dYAt + from * dYStride;
    for (int q = from; q < to; q++) {
      int o = xBase + xOffsets[q];
      FloatVector d0 = FloatVector.fromArray(LANES, dY, dYAt);
      a0 = FloatVector.broadcast(LANES, x[o]).fma(d0, a0);
      dYAt += dYStride;
    }
    a0.intoArray(sums, at);
  }
}
