package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link OutputTiles#run} on vectors: six pixels by two vectors of channels, or eight by one, then
 * smaller tiles for what is left.
 *
 * <p>Order: each output adds over (row, value in the row), one FMA each. The accumulators stay in
 * registers for the whole sum, so the lane count changes nothing. Bound by FMA: a value in the row
 * costs 12 FMAs against 2 vector loads and 6 broadcasts (or 8 against 1 and 8, since more addresses
 * would not stay in registers).
 */
final class VectorOutputTiles implements OutputTiles {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int WIDTH = LANES.length();

  @Override
  public void run(Span s, int vectors, int from, int to) {
    int q = from;
    if (vectors == 2) {
      for (; q + 6 <= to; q += 6) {
        tile6x2(s, q);
      }
      for (; q + 2 <= to; q += 2) {
        tile2x2(s, q);
      }
      if (q < to) {
        tile1x2(s, q);
      }
    } else {
      for (; q + 8 <= to; q += 8) {
        tile8x1(s, q);
      }
      for (; q + 4 <= to; q += 4) {
        tile4x1(s, q);
      }
      for (; q < to; q++) {
        tile1x1(s, q);
      }
    }
  }

  private static void tile6x2(Span s, int q) {
    float[] x = s.x;
    float[] w = s.w;
    int[] offsets = s.xOffsets;
    long o0 = Unchecked.offset(s.xBase + offsets[q]);
    long o1 = Unchecked.offset(s.xBase + offsets[q + 1]);
    long o2 = Unchecked.offset(s.xBase + offsets[q + 2]);
    long o3 = Unchecked.offset(s.xBase + offsets[q + 3]);
    long o4 = Unchecked.offset(s.xBase + offsets[q + 4]);
    long o5 = Unchecked.offset(s.xBase + offsets[q + 5]);
    FloatVector a0l = FloatVector.fromArray(LANES, s.start, s.startAt);
    FloatVector a0r = FloatVector.fromArray(LANES, s.start, s.startAt + WIDTH);
    FloatVector a1l = a0l;
    FloatVector a1r = a0r;
    FloatVector a2l = a0l;
    FloatVector a2r = a0r;
    FloatVector a3l = a0l;
    FloatVector a3r = a0r;
    FloatVector a4l = a0l;
    FloatVector a4r = a0r;
    FloatVector a5l = a0l;
    FloatVector a5r = a0r;
    int wAt = s.wAt;
    int wStride = s.wStride;
    int wSkip = s.wSkip;
    long rowStride = 4L * s.rowStride;
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      long at = 0;
      for (int i = 0; i < rowLength; i++) {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        FloatVector w1 = FloatVector.fromArray(LANES, w, wAt + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o0 + at));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o1 + at));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o2 + at));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o3 + at));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o4 + at));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o5 + at));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        at += Float.BYTES;
        wAt += wStride;
      }
      wAt += wSkip;
      o0 += rowStride;
      o1 += rowStride;
      o2 += rowStride;
      o3 += rowStride;
      o4 += rowStride;
      o5 += rowStride;
    }
    if (s.full) {
      float[] y = s.y;
      int[] to = s.yOffsets;
      int yBase = s.yBase;
      if (s.accumulate) {
        a0l = FloatVector.fromArray(LANES, y, yBase + to[q]).add(a0l);
        a0r = FloatVector.fromArray(LANES, y, yBase + to[q] + WIDTH).add(a0r);
        a1l = FloatVector.fromArray(LANES, y, yBase + to[q + 1]).add(a1l);
        a1r = FloatVector.fromArray(LANES, y, yBase + to[q + 1] + WIDTH).add(a1r);
        a2l = FloatVector.fromArray(LANES, y, yBase + to[q + 2]).add(a2l);
        a2r = FloatVector.fromArray(LANES, y, yBase + to[q + 2] + WIDTH).add(a2r);
        a3l = FloatVector.fromArray(LANES, y, yBase + to[q + 3]).add(a3l);
        a3r = FloatVector.fromArray(LANES, y, yBase + to[q + 3] + WIDTH).add(a3r);
        a4l = FloatVector.fromArray(LANES, y, yBase + to[q + 4]).add(a4l);
        a4r = FloatVector.fromArray(LANES, y, yBase + to[q + 4] + WIDTH).add(a4r);
        a5l = FloatVector.fromArray(LANES, y, yBase + to[q + 5]).add(a5l);
        a5r = FloatVector.fromArray(LANES, y, yBase + to[q + 5] + WIDTH).add(a5r);
      }
      a0l.intoArray(y, yBase + to[q]);
      a0r.intoArray(y, yBase + to[q] + WIDTH);
      a1l.intoArray(y, yBase + to[q + 1]);
      a1r.intoArray(y, yBase + to[q + 1] + WIDTH);
      a2l.intoArray(y, yBase + to[q + 2]);
      a2r.intoArray(y, yBase + to[q + 2] + WIDTH);
      a3l.intoArray(y, yBase + to[q + 3]);
      a3r.intoArray(y, yBase + to[q + 3] + WIDTH);
      a4l.intoArray(y, yBase + to[q + 4]);
      a4r.intoArray(y, yBase + to[q + 4] + WIDTH);
      a5l.intoArray(y, yBase + to[q + 5]);
      a5r.intoArray(y, yBase + to[q + 5] + WIDTH);
    } else {
      float[] sums = s.sums;
      a0l.intoArray(sums, 0);
      a0r.intoArray(sums, WIDTH);
      a1l.intoArray(sums, 2 * WIDTH);
      a1r.intoArray(sums, 3 * WIDTH);
      a2l.intoArray(sums, 4 * WIDTH);
      a2r.intoArray(sums, 5 * WIDTH);
      a3l.intoArray(sums, 6 * WIDTH);
      a3r.intoArray(sums, 7 * WIDTH);
      a4l.intoArray(sums, 8 * WIDTH);
      a4r.intoArray(sums, 9 * WIDTH);
      a5l.intoArray(sums, 10 * WIDTH);
      a5r.intoArray(sums, 11 * WIDTH);
      s.put(q, 6);
    }
  }

  private static void tile2x2(Span s, int q) {
    float[] x = s.x;
    float[] w = s.w;
    int[] offsets = s.xOffsets;
    long o0 = Unchecked.offset(s.xBase + offsets[q]);
    long o1 = Unchecked.offset(s.xBase + offsets[q + 1]);
    FloatVector a0l = FloatVector.fromArray(LANES, s.start, s.startAt);
    FloatVector a0r = FloatVector.fromArray(LANES, s.start, s.startAt + WIDTH);
    FloatVector a1l = a0l;
    FloatVector a1r = a0r;
    int wAt = s.wAt;
    int wStride = s.wStride;
    int wSkip = s.wSkip;
    long rowStride = 4L * s.rowStride;
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      long at = 0;
      for (int i = 0; i < rowLength; i++) {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        FloatVector w1 = FloatVector.fromArray(LANES, w, wAt + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o0 + at));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o1 + at));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        at += Float.BYTES;
        wAt += wStride;
      }
      wAt += wSkip;
      o0 += rowStride;
      o1 += rowStride;
    }
    if (s.full) {
      float[] y = s.y;
      int[] to = s.yOffsets;
      int yBase = s.yBase;
      if (s.accumulate) {
        a0l = FloatVector.fromArray(LANES, y, yBase + to[q]).add(a0l);
        a0r = FloatVector.fromArray(LANES, y, yBase + to[q] + WIDTH).add(a0r);
        a1l = FloatVector.fromArray(LANES, y, yBase + to[q + 1]).add(a1l);
        a1r = FloatVector.fromArray(LANES, y, yBase + to[q + 1] + WIDTH).add(a1r);
      }
      a0l.intoArray(y, yBase + to[q]);
      a0r.intoArray(y, yBase + to[q] + WIDTH);
      a1l.intoArray(y, yBase + to[q + 1]);
      a1r.intoArray(y, yBase + to[q + 1] + WIDTH);
    } else {
      float[] sums = s.sums;
      a0l.intoArray(sums, 0);
      a0r.intoArray(sums, WIDTH);
      a1l.intoArray(sums, 2 * WIDTH);
      a1r.intoArray(sums, 3 * WIDTH);
      s.put(q, 2);
    }
  }

  private static void tile1x2(Span s, int q) {
    float[] x = s.x;
    float[] w = s.w;
    int[] offsets = s.xOffsets;
    long o0 = Unchecked.offset(s.xBase + offsets[q]);
    FloatVector a0l = FloatVector.fromArray(LANES, s.start, s.startAt);
    FloatVector a0r = FloatVector.fromArray(LANES, s.start, s.startAt + WIDTH);
    int wAt = s.wAt;
    int wStride = s.wStride;
    int wSkip = s.wSkip;
    long rowStride = 4L * s.rowStride;
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      long at = 0;
      for (int i = 0; i < rowLength; i++) {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        FloatVector w1 = FloatVector.fromArray(LANES, w, wAt + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o0 + at));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        at += Float.BYTES;
        wAt += wStride;
      }
      wAt += wSkip;
      o0 += rowStride;
    }
    if (s.full) {
      float[] y = s.y;
      int[] to = s.yOffsets;
      int yBase = s.yBase;
      if (s.accumulate) {
        a0l = FloatVector.fromArray(LANES, y, yBase + to[q]).add(a0l);
        a0r = FloatVector.fromArray(LANES, y, yBase + to[q] + WIDTH).add(a0r);
      }
      a0l.intoArray(y, yBase + to[q]);
      a0r.intoArray(y, yBase + to[q] + WIDTH);
    } else {
      float[] sums = s.sums;
      a0l.intoArray(sums, 0);
      a0r.intoArray(sums, WIDTH);
      s.put(q, 1);
    }
  }

  private static void tile8x1(Span s, int q) {
    float[] x = s.x;
    float[] w = s.w;
    int[] offsets = s.xOffsets;
    int o0 = s.xBase + offsets[q];
    int o1 = s.xBase + offsets[q + 1];
    int o2 = s.xBase + offsets[q + 2];
    int o3 = s.xBase + offsets[q + 3];
    int o4 = s.xBase + offsets[q + 4];
    int o5 = s.xBase + offsets[q + 5];
    int o6 = s.xBase + offsets[q + 6];
    int o7 = s.xBase + offsets[q + 7];
    FloatVector a0 = FloatVector.fromArray(LANES, s.start, s.startAt);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector a6 = a0;
    FloatVector a7 = a0;
    int wAt = s.wAt;
    int wStride = s.wStride;
    int wSkip = s.wSkip;
    int rowStride = s.rowStride;
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      for (int i = 0; i < rowLength; i++) {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        a0 = FloatVector.broadcast(LANES, x[o0 + i]).fma(w0, a0);
        a1 = FloatVector.broadcast(LANES, x[o1 + i]).fma(w0, a1);
        a2 = FloatVector.broadcast(LANES, x[o2 + i]).fma(w0, a2);
        a3 = FloatVector.broadcast(LANES, x[o3 + i]).fma(w0, a3);
        a4 = FloatVector.broadcast(LANES, x[o4 + i]).fma(w0, a4);
        a5 = FloatVector.broadcast(LANES, x[o5 + i]).fma(w0, a5);
        a6 = FloatVector.broadcast(LANES, x[o6 + i]).fma(w0, a6);
        a7 = FloatVector.broadcast(LANES, x[o7 + i]).fma(w0, a7);
        wAt += wStride;
      }
      wAt += wSkip;
      o0 += rowStride;
      o1 += rowStride;
      o2 += rowStride;
      o3 += rowStride;
      o4 += rowStride;
      o5 += rowStride;
      o6 += rowStride;
      o7 += rowStride;
    }
    if (s.full) {
      float[] y = s.y;
      int[] to = s.yOffsets;
      int yBase = s.yBase;
      if (s.accumulate) {
        a0 = FloatVector.fromArray(LANES, y, yBase + to[q]).add(a0);
        a1 = FloatVector.fromArray(LANES, y, yBase + to[q + 1]).add(a1);
        a2 = FloatVector.fromArray(LANES, y, yBase + to[q + 2]).add(a2);
        a3 = FloatVector.fromArray(LANES, y, yBase + to[q + 3]).add(a3);
        a4 = FloatVector.fromArray(LANES, y, yBase + to[q + 4]).add(a4);
        a5 = FloatVector.fromArray(LANES, y, yBase + to[q + 5]).add(a5);
        a6 = FloatVector.fromArray(LANES, y, yBase + to[q + 6]).add(a6);
        a7 = FloatVector.fromArray(LANES, y, yBase + to[q + 7]).add(a7);
      }
      a0.intoArray(y, yBase + to[q]);
      a1.intoArray(y, yBase + to[q + 1]);
      a2.intoArray(y, yBase + to[q + 2]);
      a3.intoArray(y, yBase + to[q + 3]);
      a4.intoArray(y, yBase + to[q + 4]);
      a5.intoArray(y, yBase + to[q + 5]);
      a6.intoArray(y, yBase + to[q + 6]);
      a7.intoArray(y, yBase + to[q + 7]);
    } else {
      float[] sums = s.sums;
      a0.intoArray(sums, 0);
      a1.intoArray(sums, WIDTH);
      a2.intoArray(sums, 2 * WIDTH);
      a3.intoArray(sums, 3 * WIDTH);
      a4.intoArray(sums, 4 * WIDTH);
      a5.intoArray(sums, 5 * WIDTH);
      a6.intoArray(sums, 6 * WIDTH);
      a7.intoArray(sums, 7 * WIDTH);
      s.put(q, 8);
    }
  }

  private static void tile4x1(Span s, int q) {
    float[] x = s.x;
    float[] w = s.w;
    int[] offsets = s.xOffsets;
    int o0 = s.xBase + offsets[q];
    int o1 = s.xBase + offsets[q + 1];
    int o2 = s.xBase + offsets[q + 2];
    int o3 = s.xBase + offsets[q + 3];
    FloatVector a0 = FloatVector.fromArray(LANES, s.start, s.startAt);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    int wAt = s.wAt;
    int wStride = s.wStride;
    int wSkip = s.wSkip;
    int rowStride = s.rowStride;
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      for (int i = 0; i < rowLength; i++) {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        a0 = FloatVector.broadcast(LANES, x[o0 + i]).fma(w0, a0);
        a1 = FloatVector.broadcast(LANES, x[o1 + i]).fma(w0, a1);
        a2 = FloatVector.broadcast(LANES, x[o2 + i]).fma(w0, a2);
        a3 = FloatVector.broadcast(LANES, x[o3 + i]).fma(w0, a3);
        wAt += wStride;
      }
      wAt += wSkip;
      o0 += rowStride;
      o1 += rowStride;
      o2 += rowStride;
      o3 += rowStride;
    }
    if (s.full) {
      float[] y = s.y;
      int[] to = s.yOffsets;
      int yBase = s.yBase;
      if (s.accumulate) {
        a0 = FloatVector.fromArray(LANES, y, yBase + to[q]).add(a0);
        a1 = FloatVector.fromArray(LANES, y, yBase + to[q + 1]).add(a1);
        a2 = FloatVector.fromArray(LANES, y, yBase + to[q + 2]).add(a2);
        a3 = FloatVector.fromArray(LANES, y, yBase + to[q + 3]).add(a3);
      }
      a0.intoArray(y, yBase + to[q]);
      a1.intoArray(y, yBase + to[q + 1]);
      a2.intoArray(y, yBase + to[q + 2]);
      a3.intoArray(y, yBase + to[q + 3]);
    } else {
      float[] sums = s.sums;
      a0.intoArray(sums, 0);
      a1.intoArray(sums, WIDTH);
      a2.intoArray(sums, 2 * WIDTH);
      a3.intoArray(sums, 3 * WIDTH);
      s.put(q, 4);
    }
  }

  private static void tile1x1(Span s, int q) {
    float[] x = s.x;
    float[] w = s.w;
    int[] offsets = s.xOffsets;
    int o0 = s.xBase + offsets[q];
    FloatVector a0 = FloatVector.fromArray(LANES, s.start, s.startAt);
    int wAt = s.wAt;
    int wStride = s.wStride;
    int wSkip = s.wSkip;
    int rowStride = s.rowStride;
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      for (int i = 0; i < rowLength; i++) {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        a0 = FloatVector.broadcast(LANES, x[o0 + i]).fma(w0, a0);
        wAt += wStride;
      }
      wAt += wSkip;
      o0 += rowStride;
    }
    if (s.full) {
      float[] y = s.y;
      int[] to = s.yOffsets;
      int yBase = s.yBase;
      if (s.accumulate) {
        a0 = FloatVector.fromArray(LANES, y, yBase + to[q]).add(a0);
      }
      a0.intoArray(y, yBase + to[q]);
    } else {
      float[] sums = s.sums;
      a0.intoArray(sums, 0);
      s.put(q, 1);
    }
  }
}
