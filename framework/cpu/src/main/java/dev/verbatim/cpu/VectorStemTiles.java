package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link OutputTiles#run} for the first layer of most networks: windows three columns wide on
 * images of three channels, ten neighbouring pixels of a row by one vector of channels at a time.
 *
 * <p>Order: each output adds over (row, value in the row), one FMA each. The nine weights of a row
 * stay in registers, and a value of the input is broadcast once for the up to three windows that
 * hold it: 90 FMAs for 45 loads.
 */
final class VectorStemTiles implements OutputTiles {
  /** Floats from the window of a pixel to that of the next: the channels. */
  static final int STEP = 3;

  /** Values in a row of the window. */
  static final int ROW_LENGTH = 9;

  /** Pixels of a tile. */
  static final int PIXELS = 10;

  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final int WIDTH = LANES.length();

  private final OutputTiles others;

  /**
   * Tiles of the class's width.
   *
   * @param others for pixels that are left over in a row
   */
  VectorStemTiles(OutputTiles others) {
    this.others = others;
  }

  @Override
  public void run(Span s, int vectors, int from, int to) {
    int q = from;
    while (q + PIXELS <= to) {
      int next = s.endOfRow(q, PIXELS, STEP);
      if (next == q + PIXELS) {
        for (int channel = 0; channel < vectors * WIDTH; channel += WIDTH) {
          tile(s, q, channel);
        }
      } else {
        others.run(s, vectors, q, next);
      }
      q = next;
    }
    others.run(s, vectors, q, to);
  }

  private static void tile(Span s, int q, int channel) {
    float[] x = s.x;
    float[] w = s.w;
    int o = s.xBase + s.xOffsets[q];
    FloatVector a0 = FloatVector.fromArray(LANES, s.start, s.startAt + channel);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector a6 = a0;
    FloatVector a7 = a0;
    FloatVector a8 = a0;
    FloatVector a9 = a0;
    int wStride = s.wStride;
    int wAt = s.wAt + channel;
    for (int row = 0; row < s.rows; row++) {
      FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
      FloatVector w1 = FloatVector.fromArray(LANES, w, wAt + wStride);
      FloatVector w2 = FloatVector.fromArray(LANES, w, wAt + 2 * wStride);
      FloatVector w3 = FloatVector.fromArray(LANES, w, wAt + 3 * wStride);
      FloatVector w4 = FloatVector.fromArray(LANES, w, wAt + 4 * wStride);
      FloatVector w5 = FloatVector.fromArray(LANES, w, wAt + 5 * wStride);
      FloatVector w6 = FloatVector.fromArray(LANES, w, wAt + 6 * wStride);
      FloatVector w7 = FloatVector.fromArray(LANES, w, wAt + 7 * wStride);
      FloatVector w8 = FloatVector.fromArray(LANES, w, wAt + 8 * wStride);
      FloatVector p = FloatVector.broadcast(LANES, x[o]);
      a0 = p.fma(w0, a0);
      p = FloatVector.broadcast(LANES, x[o + 1]);
      a0 = p.fma(w1, a0);
      p = FloatVector.broadcast(LANES, x[o + 2]);
      a0 = p.fma(w2, a0);
      p = FloatVector.broadcast(LANES, x[o + 3]);
      a0 = p.fma(w3, a0);
      a1 = p.fma(w0, a1);
      p = FloatVector.broadcast(LANES, x[o + 4]);
      a0 = p.fma(w4, a0);
      a1 = p.fma(w1, a1);
      p = FloatVector.broadcast(LANES, x[o + 5]);
      a0 = p.fma(w5, a0);
      a1 = p.fma(w2, a1);
      p = FloatVector.broadcast(LANES, x[o + 6]);
      a0 = p.fma(w6, a0);
      a1 = p.fma(w3, a1);
      a2 = p.fma(w0, a2);
      p = FloatVector.broadcast(LANES, x[o + 7]);
      a0 = p.fma(w7, a0);
      a1 = p.fma(w4, a1);
      a2 = p.fma(w1, a2);
      p = FloatVector.broadcast(LANES, x[o + 8]);
      a0 = p.fma(w8, a0);
      a1 = p.fma(w5, a1);
      a2 = p.fma(w2, a2);
      p = FloatVector.broadcast(LANES, x[o + 9]);
      a1 = p.fma(w6, a1);
      a2 = p.fma(w3, a2);
      a3 = p.fma(w0, a3);
      p = FloatVector.broadcast(LANES, x[o + 10]);
      a1 = p.fma(w7, a1);
      a2 = p.fma(w4, a2);
      a3 = p.fma(w1, a3);
      p = FloatVector.broadcast(LANES, x[o + 11]);
      a1 = p.fma(w8, a1);
      a2 = p.fma(w5, a2);
      a3 = p.fma(w2, a3);
      p = FloatVector.broadcast(LANES, x[o + 12]);
      a2 = p.fma(w6, a2);
      a3 = p.fma(w3, a3);
      a4 = p.fma(w0, a4);
      p = FloatVector.broadcast(LANES, x[o + 13]);
      a2 = p.fma(w7, a2);
      a3 = p.fma(w4, a3);
      a4 = p.fma(w1, a4);
      p = FloatVector.broadcast(LANES, x[o + 14]);
      a2 = p.fma(w8, a2);
      a3 = p.fma(w5, a3);
      a4 = p.fma(w2, a4);
      p = FloatVector.broadcast(LANES, x[o + 15]);
      a3 = p.fma(w6, a3);
      a4 = p.fma(w3, a4);
      a5 = p.fma(w0, a5);
      p = FloatVector.broadcast(LANES, x[o + 16]);
      a3 = p.fma(w7, a3);
      a4 = p.fma(w4, a4);
      a5 = p.fma(w1, a5);
      p = FloatVector.broadcast(LANES, x[o + 17]);
      a3 = p.fma(w8, a3);
      a4 = p.fma(w5, a4);
      a5 = p.fma(w2, a5);
      p = FloatVector.broadcast(LANES, x[o + 18]);
      a4 = p.fma(w6, a4);
      a5 = p.fma(w3, a5);
      a6 = p.fma(w0, a6);
      p = FloatVector.broadcast(LANES, x[o + 19]);
      a4 = p.fma(w7, a4);
      a5 = p.fma(w4, a5);
      a6 = p.fma(w1, a6);
      p = FloatVector.broadcast(LANES, x[o + 20]);
      a4 = p.fma(w8, a4);
      a5 = p.fma(w5, a5);
      a6 = p.fma(w2, a6);
      p = FloatVector.broadcast(LANES, x[o + 21]);
      a5 = p.fma(w6, a5);
      a6 = p.fma(w3, a6);
      a7 = p.fma(w0, a7);
      p = FloatVector.broadcast(LANES, x[o + 22]);
      a5 = p.fma(w7, a5);
      a6 = p.fma(w4, a6);
      a7 = p.fma(w1, a7);
      p = FloatVector.broadcast(LANES, x[o + 23]);
      a5 = p.fma(w8, a5);
      a6 = p.fma(w5, a6);
      a7 = p.fma(w2, a7);
      p = FloatVector.broadcast(LANES, x[o + 24]);
      a6 = p.fma(w6, a6);
      a7 = p.fma(w3, a7);
      a8 = p.fma(w0, a8);
      p = FloatVector.broadcast(LANES, x[o + 25]);
      a6 = p.fma(w7, a6);
      a7 = p.fma(w4, a7);
      a8 = p.fma(w1, a8);
      p = FloatVector.broadcast(LANES, x[o + 26]);
      a6 = p.fma(w8, a6);
      a7 = p.fma(w5, a7);
      a8 = p.fma(w2, a8);
      p = FloatVector.broadcast(LANES, x[o + 27]);
      a7 = p.fma(w6, a7);
      a8 = p.fma(w3, a8);
      a9 = p.fma(w0, a9);
      p = FloatVector.broadcast(LANES, x[o + 28]);
      a7 = p.fma(w7, a7);
      a8 = p.fma(w4, a8);
      a9 = p.fma(w1, a9);
      p = FloatVector.broadcast(LANES, x[o + 29]);
      a7 = p.fma(w8, a7);
      a8 = p.fma(w5, a8);
      a9 = p.fma(w2, a9);
      p = FloatVector.broadcast(LANES, x[o + 30]);
      a8 = p.fma(w6, a8);
      a9 = p.fma(w3, a9);
      p = FloatVector.broadcast(LANES, x[o + 31]);
      a8 = p.fma(w7, a8);
      a9 = p.fma(w4, a9);
      p = FloatVector.broadcast(LANES, x[o + 32]);
      a8 = p.fma(w8, a8);
      a9 = p.fma(w5, a9);
      p = FloatVector.broadcast(LANES, x[o + 33]);
      a9 = p.fma(w6, a9);
      p = FloatVector.broadcast(LANES, x[o + 34]);
      a9 = p.fma(w7, a9);
      p = FloatVector.broadcast(LANES, x[o + 35]);
      a9 = p.fma(w8, a9);
      wAt += ROW_LENGTH * wStride + s.wSkip;
      o += s.rowStride;
    }
    float[] y = s.y;
    int[] to = s.yOffsets;
    int yBase = s.yBase + channel;
    if (s.accumulate) {
      a0 = FloatVector.fromArray(LANES, y, yBase + to[q]).add(a0);
      a1 = FloatVector.fromArray(LANES, y, yBase + to[q + 1]).add(a1);
      a2 = FloatVector.fromArray(LANES, y, yBase + to[q + 2]).add(a2);
      a3 = FloatVector.fromArray(LANES, y, yBase + to[q + 3]).add(a3);
      a4 = FloatVector.fromArray(LANES, y, yBase + to[q + 4]).add(a4);
      a5 = FloatVector.fromArray(LANES, y, yBase + to[q + 5]).add(a5);
      a6 = FloatVector.fromArray(LANES, y, yBase + to[q + 6]).add(a6);
      a7 = FloatVector.fromArray(LANES, y, yBase + to[q + 7]).add(a7);
      a8 = FloatVector.fromArray(LANES, y, yBase + to[q + 8]).add(a8);
      a9 = FloatVector.fromArray(LANES, y, yBase + to[q + 9]).add(a9);
    }
    a0.intoArray(y, yBase + to[q]);
    a1.intoArray(y, yBase + to[q + 1]);
    a2.intoArray(y, yBase + to[q + 2]);
    a3.intoArray(y, yBase + to[q + 3]);
    a4.intoArray(y, yBase + to[q + 4]);
    a5.intoArray(y, yBase + to[q + 5]);
    a6.intoArray(y, yBase + to[q + 6]);
    a7.intoArray(y, yBase + to[q + 7]);
    a8.intoArray(y, yBase + to[q + 8]);
    a9.intoArray(y, yBase + to[q + 9]);
  }
}
