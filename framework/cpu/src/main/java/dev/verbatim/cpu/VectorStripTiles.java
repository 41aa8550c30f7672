package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link OutputTiles#run} for strips: the windows of each six pixels, from the first on, begin
 * {@code STEP} floats apart; a panel is two vectors and all its channels are written. One address
 * then serves all six pixels, which are constants away from it: 12 FMAs take 27 instructions (29
 * with 16 registers, where sums go to the fence).
 */
final class VectorStripTiles implements OutputTiles {
  /** Pixels of a tile. */
  static final int PIXELS = 6;

  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int WIDTH = LANES.length();

  /**
   * Bits of an index of a panel's row: rows are multiples of two vectors. The compiler then knows
   * that no index overflows, and reads both vectors at one address.
   */
  private static final int ALIGNED = Integer.MAX_VALUE & (-2 * WIDTH);

  private static final boolean WIDE = VectorWidth.with32Registers();

  /** Bytes from a pixel to the next one. */
  private static final long STEP = 4L * Specialized.step(MethodHandles.lookup());

  @Override
  public void run(Span s, int vectors, int from, int to) {
    for (int q = from; q < to; q += PIXELS) {
      strip(s, q);
    }
  }

  private static void strip(Span s, int q) {
    float[] x = s.x;
    float[] w = s.w;
    float[] fence = s.fence;
    long rowAt = Unchecked.offset(s.xBase + s.xOffsets[q]);
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
    int wSkip = s.wSkip;
    long rowStride = 4L * s.rowStride;
    int rowLength = s.rowLength;
    for (int row = 0; row < s.rows; row++) {
      long at = rowAt;
      int i = 0;
      // Runs once at least: see the package's description. The compiler also keeps sums twice
      // where it may not, and with 16 registers then spilled one in the loop: half the speed.
      do {
        int k = (wAt + i * (2 * WIDTH)) & ALIGNED;
        FloatVector w0 = FloatVector.fromArray(LANES, w, k);
        FloatVector w1 = FloatVector.fromArray(LANES, w, k + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + STEP));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        if (!WIDE) {
          a1r.intoArray(fence, 0);
        }
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 2 * STEP));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 3 * STEP));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        if (!WIDE) {
          a3r.intoArray(fence, 0);
        }
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 4 * STEP));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, at + 5 * STEP));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        at += Float.BYTES;
        i++;
      } while (i < rowLength);
      wAt += rowLength * 2 * WIDTH + wSkip;
      rowAt += rowStride;
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
}
