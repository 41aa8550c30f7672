package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link OutputTiles#run} for one vector of channels and some neighbouring pixels of a row. The
 * distance of their windows is a constant of the class, so that one address serves all of them;
 * pixels by tables would need a register for each.
 *
 * <p>Order: each output adds over (row, value in the row), one FMA each. Bound by loads: a
 * broadcast for each FMA.
 */
final class VectorRowTiles implements OutputTiles {
  /** Most pixels of a tile: the compiler wants a register for each sum and for each value. */
  static final int MOST = 15;

  /** The same where there are 16 registers: some sums go to the fence, so three values do. */
  static final int MOST_OF_16 = 11;

  /** Fewest pixels that keep both multipliers busy. */
  static final int FEWEST = 8;

  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int WIDTH = LANES.length();

  /**
   * Bits of an index of a panel's row: rows are multiples of a vector. The compiler then knows that
   * no index overflows.
   */
  private static final int ALIGNED = Integer.MAX_VALUE & -WIDTH;

  /** Floats from the window of a pixel to that of the next. */
  private static final int STEP = Specialized.step(MethodHandles.lookup());

  /** The same in bytes. */
  private static final long BYTES = 4L * STEP;

  private static final boolean WIDE = VectorWidth.with32Registers();

  private static final int PIXELS = Specialized.pixels(MethodHandles.lookup());

  private final OutputTiles others;

  /**
   * Tiles of the class's constants.
   *
   * @param others for pixels that are left over in a row
   */
  VectorRowTiles(OutputTiles others) {
    this.others = others;
  }

  @Override
  public void run(Span s, int vectors, int from, int to) {
    int q = from;
    while (q + PIXELS <= to) {
      int next = s.endOfRow(q, PIXELS, STEP);
      if (next == q + PIXELS) {
        tile(s, q);
      } else {
        others.run(s, 1, q, next);
      }
      q = next;
    }
    others.run(s, 1, q, to);
  }

  private static void tile(Span s, int q) {
    float[] x = s.x;
    float[] w = s.w;
    float[] fence = s.fence;
    long rowAt = Unchecked.offset(s.xBase + s.xOffsets[q]);
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
    FloatVector a12 = a0;
    FloatVector a13 = a0;
    FloatVector a14 = a0;
    int wAt = s.wAt;
    int wSkip = s.wSkip;
    long rowStride = 4L * s.rowStride;
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      long at = rowAt;
      int i = 0;
      do {
        FloatVector w0 = FloatVector.fromArray(LANES, w, (wAt + i * WIDTH) & ALIGNED);
        a0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at)).fma(w0, a0);
        a1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + BYTES)).fma(w0, a1);
        a2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 2 * BYTES)).fma(w0, a2);
        if (!WIDE) {
          a2.intoArray(fence, 0);
        }
        a3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 3 * BYTES)).fma(w0, a3);
        a4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 4 * BYTES)).fma(w0, a4);
        a5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 5 * BYTES)).fma(w0, a5);
        if (!WIDE) {
          a5.intoArray(fence, 0);
        }
        a6 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 6 * BYTES)).fma(w0, a6);
        a7 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 7 * BYTES)).fma(w0, a7);
        if (PIXELS > 8) {
          a8 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 8 * BYTES)).fma(w0, a8);
        }
        if (!WIDE && PIXELS > 8) {
          a8.intoArray(fence, 0);
        }
        if (PIXELS > 9) {
          a9 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 9 * BYTES)).fma(w0, a9);
        }
        if (PIXELS > 10) {
          a10 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 10 * BYTES)).fma(w0, a10);
        }
        if (PIXELS > 11) {
          a11 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 11 * BYTES)).fma(w0, a11);
        }
        if (PIXELS > 12) {
          a12 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 12 * BYTES)).fma(w0, a12);
        }
        if (PIXELS > 13) {
          a13 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 13 * BYTES)).fma(w0, a13);
        }
        if (PIXELS > 14) {
          a14 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 14 * BYTES)).fma(w0, a14);
        }
        at += Float.BYTES;
        i++;
      } while (i < rowLength);
      wAt += rowLength * WIDTH + wSkip;
      rowAt += rowStride;
    }
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
      if (PIXELS > 8) {
        a8 = FloatVector.fromArray(LANES, y, yBase + to[q + 8]).add(a8);
      }
      if (PIXELS > 9) {
        a9 = FloatVector.fromArray(LANES, y, yBase + to[q + 9]).add(a9);
      }
      if (PIXELS > 10) {
        a10 = FloatVector.fromArray(LANES, y, yBase + to[q + 10]).add(a10);
      }
      if (PIXELS > 11) {
        a11 = FloatVector.fromArray(LANES, y, yBase + to[q + 11]).add(a11);
      }
      if (PIXELS > 12) {
        a12 = FloatVector.fromArray(LANES, y, yBase + to[q + 12]).add(a12);
      }
      if (PIXELS > 13) {
        a13 = FloatVector.fromArray(LANES, y, yBase + to[q + 13]).add(a13);
      }
      if (PIXELS > 14) {
        a14 = FloatVector.fromArray(LANES, y, yBase + to[q + 14]).add(a14);
      }
    }
    a0.intoArray(y, yBase + to[q]);
    a1.intoArray(y, yBase + to[q + 1]);
    a2.intoArray(y, yBase + to[q + 2]);
    a3.intoArray(y, yBase + to[q + 3]);
    a4.intoArray(y, yBase + to[q + 4]);
    a5.intoArray(y, yBase + to[q + 5]);
    a6.intoArray(y, yBase + to[q + 6]);
    a7.intoArray(y, yBase + to[q + 7]);
    if (PIXELS > 8) {
      a8.intoArray(y, yBase + to[q + 8]);
    }
    if (PIXELS > 9) {
      a9.intoArray(y, yBase + to[q + 9]);
    }
    if (PIXELS > 10) {
      a10.intoArray(y, yBase + to[q + 10]);
    }
    if (PIXELS > 11) {
      a11.intoArray(y, yBase + to[q + 11]);
    }
    if (PIXELS > 12) {
      a12.intoArray(y, yBase + to[q + 12]);
    }
    if (PIXELS > 13) {
      a13.intoArray(y, yBase + to[q + 13]);
    }
    if (PIXELS > 14) {
      a14.intoArray(y, yBase + to[q + 14]);
    }
  }
}
