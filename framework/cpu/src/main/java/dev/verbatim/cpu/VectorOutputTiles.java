package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link OutputTiles#run} on vectors: six pixels by two vectors of channels, or twelve by one, then
 * smaller tiles for what is left.
 *
 * <p>Order: each output adds over (row, value in the row), one FMA each. The accumulators stay in
 * registers for the whole sum, so the lane count changes nothing. Bound by FMA: a value in the row
 * costs 12 FMAs against 2 vector loads and 6 broadcasts (or 1 and 12).
 */
final class VectorOutputTiles implements OutputTiles {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final int WIDTH = LANES.length();

  @Override
  public void run(Span s, int vectors, int channels, int from, int to) {
    int q = from;
    if (vectors == 2) {
      for (; q + 6 <= to; q += 6) {
        tile6x2(s, q, channels);
      }
      for (; q + 2 <= to; q += 2) {
        tile2x2(s, q, channels);
      }
      if (q < to) {
        tile1x2(s, q, channels);
      }
    } else {
      for (; q + 12 <= to; q += 12) {
        tile12x1(s, q, channels);
      }
      for (; q + 4 <= to; q += 4) {
        tile4x1(s, q, channels);
      }
      for (; q < to; q++) {
        tile1x1(s, q, channels);
      }
    }
  }

  private static void put(Span s, int q, FloatVector sum, int channel, int channels) {
    int at = s.yBase + s.yOffsets[q] + channel;
    if (channel + WIDTH <= channels) {
      if (s.accumulate) {
        FloatVector.fromArray(LANES, s.y, at).add(sum).intoArray(s.y, at);
      } else {
        sum.intoArray(s.y, at);
      }
    } else {
      sum.intoArray(s.partial, 0); // a panel wider than its channels: only they are written
      for (int c = channel; c < channels; c++) {
        float value = s.partial[c - channel];
        s.y[at + c - channel] = s.accumulate ? s.y[at + c - channel] + value : value;
      }
    }
  }

  private static void tile6x2(Span s, int q, int channels) {
    float[] x = s.x;
    float[] w = s.w;
    int o0 = s.xBase + s.xOffsets[q];
    int o1 = s.xBase + s.xOffsets[q + 1];
    int o2 = s.xBase + s.xOffsets[q + 2];
    int o3 = s.xBase + s.xOffsets[q + 3];
    int o4 = s.xBase + s.xOffsets[q + 4];
    int o5 = s.xBase + s.xOffsets[q + 5];
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
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      for (int i = 0; i < rowLength; i++) {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        FloatVector w1 = FloatVector.fromArray(LANES, w, wAt + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, x[o0 + i]);
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, x[o1 + i]);
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, x[o2 + i]);
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, x[o3 + i]);
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, x[o4 + i]);
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, x[o5 + i]);
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        wAt += wStride;
      }
      o0 += s.rowStride;
      o1 += s.rowStride;
      o2 += s.rowStride;
      o3 += s.rowStride;
      o4 += s.rowStride;
      o5 += s.rowStride;
    }
    put(s, q, a0l, 0, channels);
    put(s, q, a0r, WIDTH, channels);
    put(s, q + 1, a1l, 0, channels);
    put(s, q + 1, a1r, WIDTH, channels);
    put(s, q + 2, a2l, 0, channels);
    put(s, q + 2, a2r, WIDTH, channels);
    put(s, q + 3, a3l, 0, channels);
    put(s, q + 3, a3r, WIDTH, channels);
    put(s, q + 4, a4l, 0, channels);
    put(s, q + 4, a4r, WIDTH, channels);
    put(s, q + 5, a5l, 0, channels);
    put(s, q + 5, a5r, WIDTH, channels);
  }

  private static void tile2x2(Span s, int q, int channels) {
    float[] x = s.x;
    float[] w = s.w;
    int o0 = s.xBase + s.xOffsets[q];
    int o1 = s.xBase + s.xOffsets[q + 1];
    FloatVector a0l = FloatVector.fromArray(LANES, s.start, s.startAt);
    FloatVector a0r = FloatVector.fromArray(LANES, s.start, s.startAt + WIDTH);
    FloatVector a1l = a0l;
    FloatVector a1r = a0r;
    int wAt = s.wAt;
    int wStride = s.wStride;
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      for (int i = 0; i < rowLength; i++) {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        FloatVector w1 = FloatVector.fromArray(LANES, w, wAt + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, x[o0 + i]);
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, x[o1 + i]);
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        wAt += wStride;
      }
      o0 += s.rowStride;
      o1 += s.rowStride;
    }
    put(s, q, a0l, 0, channels);
    put(s, q, a0r, WIDTH, channels);
    put(s, q + 1, a1l, 0, channels);
    put(s, q + 1, a1r, WIDTH, channels);
  }

  private static void tile1x2(Span s, int q, int channels) {
    float[] x = s.x;
    float[] w = s.w;
    int o0 = s.xBase + s.xOffsets[q];
    FloatVector a0l = FloatVector.fromArray(LANES, s.start, s.startAt);
    FloatVector a0r = FloatVector.fromArray(LANES, s.start, s.startAt + WIDTH);
    int wAt = s.wAt;
    int wStride = s.wStride;
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      for (int i = 0; i < rowLength; i++) {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        FloatVector w1 = FloatVector.fromArray(LANES, w, wAt + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, x[o0 + i]);
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        wAt += wStride;
      }
      o0 += s.rowStride;
    }
    put(s, q, a0l, 0, channels);
    put(s, q, a0r, WIDTH, channels);
  }

  private static void tile12x1(Span s, int q, int channels) {
    float[] x = s.x;
    float[] w = s.w;
    int o0 = s.xBase + s.xOffsets[q];
    int o1 = s.xBase + s.xOffsets[q + 1];
    int o2 = s.xBase + s.xOffsets[q + 2];
    int o3 = s.xBase + s.xOffsets[q + 3];
    int o4 = s.xBase + s.xOffsets[q + 4];
    int o5 = s.xBase + s.xOffsets[q + 5];
    int o6 = s.xBase + s.xOffsets[q + 6];
    int o7 = s.xBase + s.xOffsets[q + 7];
    int o8 = s.xBase + s.xOffsets[q + 8];
    int o9 = s.xBase + s.xOffsets[q + 9];
    int o10 = s.xBase + s.xOffsets[q + 10];
    int o11 = s.xBase + s.xOffsets[q + 11];
    FloatVector a0 = FloatVector.fromArray(LANES, s.start, s.startAt);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector a6 = a0;
    FloatVector a7 = a0;
    FloatVector a8 = a0;
    FloatVector a9 = a0;
    FloatVector a10 = a0;
    FloatVector a11 = a0;
    int wAt = s.wAt;
    int wStride = s.wStride;
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
        a8 = FloatVector.broadcast(LANES, x[o8 + i]).fma(w0, a8);
        a9 = FloatVector.broadcast(LANES, x[o9 + i]).fma(w0, a9);
        a10 = FloatVector.broadcast(LANES, x[o10 + i]).fma(w0, a10);
        a11 = FloatVector.broadcast(LANES, x[o11 + i]).fma(w0, a11);
        wAt += wStride;
      }
      o0 += s.rowStride;
      o1 += s.rowStride;
      o2 += s.rowStride;
      o3 += s.rowStride;
      o4 += s.rowStride;
      o5 += s.rowStride;
      o6 += s.rowStride;
      o7 += s.rowStride;
      o8 += s.rowStride;
      o9 += s.rowStride;
      o10 += s.rowStride;
      o11 += s.rowStride;
    }
    put(s, q, a0, 0, channels);
    put(s, q + 1, a1, 0, channels);
    put(s, q + 2, a2, 0, channels);
    put(s, q + 3, a3, 0, channels);
    put(s, q + 4, a4, 0, channels);
    put(s, q + 5, a5, 0, channels);
    put(s, q + 6, a6, 0, channels);
    put(s, q + 7, a7, 0, channels);
    put(s, q + 8, a8, 0, channels);
    put(s, q + 9, a9, 0, channels);
    put(s, q + 10, a10, 0, channels);
    put(s, q + 11, a11, 0, channels);
  }

  private static void tile4x1(Span s, int q, int channels) {
    float[] x = s.x;
    float[] w = s.w;
    int o0 = s.xBase + s.xOffsets[q];
    int o1 = s.xBase + s.xOffsets[q + 1];
    int o2 = s.xBase + s.xOffsets[q + 2];
    int o3 = s.xBase + s.xOffsets[q + 3];
    FloatVector a0 = FloatVector.fromArray(LANES, s.start, s.startAt);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    int wAt = s.wAt;
    int wStride = s.wStride;
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
      o0 += s.rowStride;
      o1 += s.rowStride;
      o2 += s.rowStride;
      o3 += s.rowStride;
    }
    put(s, q, a0, 0, channels);
    put(s, q + 1, a1, 0, channels);
    put(s, q + 2, a2, 0, channels);
    put(s, q + 3, a3, 0, channels);
  }

  private static void tile1x1(Span s, int q, int channels) {
    float[] x = s.x;
    float[] w = s.w;
    int o0 = s.xBase + s.xOffsets[q];
    FloatVector a0 = FloatVector.fromArray(LANES, s.start, s.startAt);
    int wAt = s.wAt;
    int wStride = s.wStride;
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      for (int i = 0; i < rowLength; i++) {
        FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
        a0 = FloatVector.broadcast(LANES, x[o0 + i]).fma(w0, a0);
        wAt += wStride;
      }
      o0 += s.rowStride;
    }
    put(s, q, a0, 0, channels);
  }
}
