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

  private static final boolean WIDE = VectorWidth.with32Registers();

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
    float[] fence = s.fence;
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
      int i = 0;
      do {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        FloatVector w1 = FloatVector.fromArray(LANES, w, wAt + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o0 + at));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o1 + at));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        if (!WIDE) {
          a1r.intoArray(fence, 0);
        }
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o2 + at));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o3 + at));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        if (!WIDE) {
          a3r.intoArray(fence, 0);
        }
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o4 + at));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o5 + at));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        at += Float.BYTES;
        wAt += wStride;
        i++;
      } while (i < rowLength);
      wAt += wSkip;
      o0 += rowStride;
      o1 += rowStride;
      o2 += rowStride;
      o3 += rowStride;
      o4 += rowStride;
      o5 += rowStride;
    }
    float[] y = s.out;
    int y0 = s.outAt(q, 0);
    int y1 = s.outAt(q, 1);
    int y2 = s.outAt(q, 2);
    int y3 = s.outAt(q, 3);
    int y4 = s.outAt(q, 4);
    int y5 = s.outAt(q, 5);
    a0l.intoArray(y, y0);
    a0r.intoArray(y, y0 + WIDTH);
    a1l.intoArray(y, y1);
    a1r.intoArray(y, y1 + WIDTH);
    a2l.intoArray(y, y2);
    a2r.intoArray(y, y2 + WIDTH);
    a3l.intoArray(y, y3);
    a3r.intoArray(y, y3 + WIDTH);
    a4l.intoArray(y, y4);
    a4r.intoArray(y, y4 + WIDTH);
    a5l.intoArray(y, y5);
    a5r.intoArray(y, y5 + WIDTH);
    s.put(q, 6);
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
      int i = 0;
      do {
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
        i++;
      } while (i < rowLength);
      wAt += wSkip;
      o0 += rowStride;
      o1 += rowStride;
    }
    float[] y = s.out;
    int y0 = s.outAt(q, 0);
    int y1 = s.outAt(q, 1);
    a0l.intoArray(y, y0);
    a0r.intoArray(y, y0 + WIDTH);
    a1l.intoArray(y, y1);
    a1r.intoArray(y, y1 + WIDTH);
    s.put(q, 2);
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
      int i = 0;
      do {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        FloatVector w1 = FloatVector.fromArray(LANES, w, wAt + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o0 + at));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        at += Float.BYTES;
        wAt += wStride;
        i++;
      } while (i < rowLength);
      wAt += wSkip;
      o0 += rowStride;
    }
    float[] y = s.out;
    int y0 = s.outAt(q, 0);
    a0l.intoArray(y, y0);
    a0r.intoArray(y, y0 + WIDTH);
    s.put(q, 1);
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
      int i = 0;
      do {
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
        i++;
      } while (i < rowLength);
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
    float[] y = s.out;
    int y0 = s.outAt(q, 0);
    int y1 = s.outAt(q, 1);
    int y2 = s.outAt(q, 2);
    int y3 = s.outAt(q, 3);
    int y4 = s.outAt(q, 4);
    int y5 = s.outAt(q, 5);
    int y6 = s.outAt(q, 6);
    int y7 = s.outAt(q, 7);
    a0.intoArray(y, y0);
    a1.intoArray(y, y1);
    a2.intoArray(y, y2);
    a3.intoArray(y, y3);
    a4.intoArray(y, y4);
    a5.intoArray(y, y5);
    a6.intoArray(y, y6);
    a7.intoArray(y, y7);
    s.put(q, 8);
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
      int i = 0;
      do {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        a0 = FloatVector.broadcast(LANES, x[o0 + i]).fma(w0, a0);
        a1 = FloatVector.broadcast(LANES, x[o1 + i]).fma(w0, a1);
        a2 = FloatVector.broadcast(LANES, x[o2 + i]).fma(w0, a2);
        a3 = FloatVector.broadcast(LANES, x[o3 + i]).fma(w0, a3);
        wAt += wStride;
        i++;
      } while (i < rowLength);
      wAt += wSkip;
      o0 += rowStride;
      o1 += rowStride;
      o2 += rowStride;
      o3 += rowStride;
    }
    float[] y = s.out;
    int y0 = s.outAt(q, 0);
    int y1 = s.outAt(q, 1);
    int y2 = s.outAt(q, 2);
    int y3 = s.outAt(q, 3);
    a0.intoArray(y, y0);
    a1.intoArray(y, y1);
    a2.intoArray(y, y2);
    a3.intoArray(y, y3);
    s.put(q, 4);
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
      int i = 0;
      do {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        a0 = FloatVector.broadcast(LANES, x[o0 + i]).fma(w0, a0);
        wAt += wStride;
        i++;
      } while (i < rowLength);
      wAt += wSkip;
      o0 += rowStride;
    }
    float[] y = s.out;
    int y0 = s.outAt(q, 0);
    a0.intoArray(y, y0);
    s.put(q, 1);
  }
}
