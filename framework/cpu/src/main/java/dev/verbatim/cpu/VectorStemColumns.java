package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link OutputTiles#run} for the first layer of most networks: windows three columns wide on
 * images of three channels, a row of neighbouring pixels by one vector of channels at a time.
 *
 * <p>Order: each output adds over (row, value in the row), one FMA each. The nine weights of a row
 * stay in registers, and so do the sums of the three windows that hold a column of the input: a
 * column costs 9 FMAs against 3 broadcasts and a load and a store of a sum, which waits in y for
 * the next row of the window.
 */
final class VectorStemColumns implements OutputTiles {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int WIDTH = LANES.length();

  /** Bytes from a column to the next one. */
  private static final long COLUMN = 4L * VectorStemTiles.STEP;

  private final OutputTiles others;

  /**
   * Tiles of the class's width.
   *
   * @param others for pixels that are left over in a row
   */
  VectorStemColumns(OutputTiles others) {
    this.others = others;
  }

  @Override
  public void run(Span s, int vectors, int from, int to) {
    int q = from;
    while (q < to) {
      int next = s.endOfRun(q, to, VectorStemTiles.STEP);
      if (next - q < 2 || s.accumulate) {
        others.run(s, vectors, q, next);
      } else {
        for (int channel = 0; channel < vectors * WIDTH; channel += WIDTH) {
          pixels(s, q, next, channel);
        }
      }
      q = next;
    }
  }

  private static void pixels(Span s, int from, int to, int channel) {
    FloatVector start = FloatVector.fromArray(LANES, s.start, s.startAt + channel);
    for (int q = from; q < to; q++) {
      start.intoArray(s.y, s.yBase + s.yOffsets[q] + channel);
    }
    for (int row = 0; row < s.rows; row++) {
      row(s, row, from, to, channel);
    }
  }

  private static void row(Span s, int row, int from, int to, int channel) {
    float[] x = s.x;
    float[] w = s.w;
    float[] y = s.y;
    int yAt = s.yBase + s.yOffsets[from] + channel;
    int yStep = s.yOffsets[from + 1] - s.yOffsets[from];
    int wStride = s.wStride;
    int wAt = s.wAt + channel + row * (VectorStemTiles.ROW_LENGTH * wStride + s.wSkip);
    FloatVector w0 = FloatVector.fromArray(LANES, w, wAt);
    FloatVector w1 = FloatVector.fromArray(LANES, w, wAt + wStride);
    FloatVector w2 = FloatVector.fromArray(LANES, w, wAt + 2 * wStride);
    FloatVector w3 = FloatVector.fromArray(LANES, w, wAt + 3 * wStride);
    FloatVector w4 = FloatVector.fromArray(LANES, w, wAt + 4 * wStride);
    FloatVector w5 = FloatVector.fromArray(LANES, w, wAt + 5 * wStride);
    FloatVector w6 = FloatVector.fromArray(LANES, w, wAt + 6 * wStride);
    FloatVector w7 = FloatVector.fromArray(LANES, w, wAt + 7 * wStride);
    FloatVector w8 = FloatVector.fromArray(LANES, w, wAt + 8 * wStride);
    long at = Unchecked.offset(s.xBase + s.xOffsets[from] + row * s.rowStride);
    FloatVector a = FloatVector.fromArray(LANES, y, yAt);
    FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at));
    a = p.fma(w0, a);
    p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 4));
    a = p.fma(w1, a);
    p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 8));
    a = p.fma(w2, a);
    at += COLUMN;
    FloatVector b = FloatVector.fromArray(LANES, y, yAt + yStep);
    p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at));
    a = p.fma(w3, a);
    b = p.fma(w0, b);
    p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 4));
    a = p.fma(w4, a);
    b = p.fma(w1, b);
    p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 8));
    a = p.fma(w5, a);
    b = p.fma(w2, b);
    at += COLUMN;
    for (int q = from + 2; q < to; q++) {
      FloatVector c = FloatVector.fromArray(LANES, y, yAt + 2 * yStep);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at));
      a = p.fma(w6, a);
      b = p.fma(w3, b);
      c = p.fma(w0, c);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 4));
      a = p.fma(w7, a);
      b = p.fma(w4, b);
      c = p.fma(w1, c);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 8));
      a = p.fma(w8, a);
      b = p.fma(w5, b);
      c = p.fma(w2, c);
      at += COLUMN;
      a.intoArray(y, yAt);
      yAt += yStep;
      a = b;
      b = c;
    }
    p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at));
    a = p.fma(w6, a);
    b = p.fma(w3, b);
    p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 4));
    a = p.fma(w7, a);
    b = p.fma(w4, b);
    p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 8));
    a = p.fma(w8, a);
    b = p.fma(w5, b);
    at += COLUMN;
    a.intoArray(y, yAt);
    p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at));
    b = p.fma(w6, b);
    p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 4));
    b = p.fma(w7, b);
    p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 8));
    b = p.fma(w8, b);
    b.intoArray(y, yAt + yStep);
  }
}
