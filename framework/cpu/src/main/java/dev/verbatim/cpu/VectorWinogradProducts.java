package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.CHUNK;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link WinogradProducts} on vectors: eight tiles by two vectors of output channels stay in
 * registers for a whole sum, six where there are 16 registers: see {@link
 * VectorWidth#with32Registers} for the fence. Bound by FMA: 16 of them take 31 instructions.
 */
final class VectorWinogradProducts implements WinogradProducts {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int WIDTH = LANES.length();
  private static final boolean WIDE = VectorWidth.with32Registers();
  private static final int GROUP = WIDE ? 8 : 6;

  /**
   * Whether values are read a channel ahead, for the sake of registers alone: the compiler gives
   * what a loop carries the lower ones, in the order of the source, and a broadcast from memory to
   * one of the upper 16 takes an execution unit from FMAs (Zen 4: 9.7 cycles for 16 FMAs of 256
   * bits instead of 8.3). Of 512 bits, which only ever have the slow form, the plain loop is
   * faster.
   */
  private static final boolean AHEAD = WIDE && WIDTH < CHUNK;

  /** Bits of an index. The compiler then knows that none overflows a little further on. */
  private static final int INDEX = Integer.MAX_VALUE >> 1;

  /** The same for an index of a panel's row: rows are multiples of two vectors. */
  private static final int ALIGNED = INDEX & (-2 * WIDTH);

  /** Bytes from a tile to the next one. */
  private static final long STEP = 4L * CHUNK;

  @Override
  public int width() {
    return 2 * WIDTH;
  }

  @Override
  public int group() {
    return GROUP;
  }

  @Override
  public void products(
      WinogradPlanes v,
      int channels,
      int tiles,
      float[] u,
      int uAt,
      WinogradPlanes m,
      int position,
      int channel,
      float[] fence) {
    int second = m.toSecond(WIDTH);
    int chunks = channels / CHUNK;
    if (AHEAD) {
      int vAt = v.at(position, 0, 0);
      int to = m.at(position, channel, 0);
      int groups = Math.ceilDiv(tiles, GROUP);
      ahead8x2(v.array, vAt, v.chunk, chunks, u, uAt, m.array, to, to + second, groups);
      return;
    }
    for (int t = 0; t < tiles; t += GROUP) {
      int vAt = v.at(position, 0, t);
      int to = m.at(position, channel, t);
      if (WIDE) {
        products8x2(v.array, vAt, v.chunk, chunks, u, uAt, m.array, to, to + second);
      } else {
        products6x2(v.array, vAt, v.chunk, chunks, u, uAt, m.array, to, to + second, fence);
      }
    }
  }

  /**
   * The values of the next channel are read while those of the last are multiplied; behind the last
   * channel some are read that are not used.
   */
  private static void ahead8x2(
      float[] v,
      int vAt,
      int chunk,
      int chunks,
      float[] u,
      int uAt,
      float[] m,
      int firstAt,
      int secondAt,
      int groups) {
    for (int g = 0; g < groups; g++) {
      long from = Unchecked.offset(vAt + g * (8 * CHUNK));
      FloatVector p0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from));
      FloatVector p1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + STEP));
      FloatVector p2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 2 * STEP));
      FloatVector p3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 3 * STEP));
      FloatVector p4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 4 * STEP));
      FloatVector p5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 5 * STEP));
      FloatVector p6 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 6 * STEP));
      FloatVector p7 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 7 * STEP));
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
      int row = uAt;
      for (int n = 0; n < chunks; n++) {
        long at = from;
        for (int i = 0; i < CHUNK; i++) {
          at += Float.BYTES;
          int k = (row + i * (2 * WIDTH)) & ALIGNED;
          FloatVector w0 = FloatVector.fromArray(LANES, u, k);
          FloatVector w1 = FloatVector.fromArray(LANES, u, k + WIDTH);
          a0l = p0.fma(w0, a0l);
          a0r = p0.fma(w1, a0r);
          p0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at));
          a1l = p1.fma(w0, a1l);
          a1r = p1.fma(w1, a1r);
          p1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + STEP));
          a2l = p2.fma(w0, a2l);
          a2r = p2.fma(w1, a2r);
          p2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 2 * STEP));
          a3l = p3.fma(w0, a3l);
          a3r = p3.fma(w1, a3r);
          p3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 3 * STEP));
          a4l = p4.fma(w0, a4l);
          a4r = p4.fma(w1, a4r);
          p4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 4 * STEP));
          a5l = p5.fma(w0, a5l);
          a5r = p5.fma(w1, a5r);
          p5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 5 * STEP));
          a6l = p6.fma(w0, a6l);
          a6r = p6.fma(w1, a6r);
          p6 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 6 * STEP));
          a7l = p7.fma(w0, a7l);
          a7r = p7.fma(w1, a7r);
          p7 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 7 * STEP));
        }
        row += CHUNK * 2 * WIDTH;
        from += 4L * chunk;
        if (n + 1 < chunks) {
          p0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from));
          p1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + STEP));
          p2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 2 * STEP));
          p3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 3 * STEP));
          p4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 4 * STEP));
          p5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 5 * STEP));
          p6 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 6 * STEP));
          p7 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, from + 7 * STEP));
        }
      }
      int m0 = (firstAt + g * (8 * CHUNK)) & INDEX;
      int m1 = (secondAt + g * (8 * CHUNK)) & INDEX;
      a0l.intoArray(m, m0);
      a0r.intoArray(m, m1);
      a1l.intoArray(m, m0 + CHUNK);
      a1r.intoArray(m, m1 + CHUNK);
      a2l.intoArray(m, m0 + 2 * CHUNK);
      a2r.intoArray(m, m1 + 2 * CHUNK);
      a3l.intoArray(m, m0 + 3 * CHUNK);
      a3r.intoArray(m, m1 + 3 * CHUNK);
      a4l.intoArray(m, m0 + 4 * CHUNK);
      a4r.intoArray(m, m1 + 4 * CHUNK);
      a5l.intoArray(m, m0 + 5 * CHUNK);
      a5r.intoArray(m, m1 + 5 * CHUNK);
      a6l.intoArray(m, m0 + 6 * CHUNK);
      a6r.intoArray(m, m1 + 6 * CHUNK);
      a7l.intoArray(m, m0 + 7 * CHUNK);
      a7r.intoArray(m, m1 + 7 * CHUNK);
    }
  }

  private static void products8x2(
      float[] v,
      int vAt,
      int chunk,
      int chunks,
      float[] u,
      int uAt,
      float[] m,
      int firstAt,
      int secondAt) {
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
    long from = Unchecked.offset(vAt);
    int row = uAt;
    for (int n = 0; n < chunks; n++) {
      long at = from;
      for (int i = 0; i < CHUNK; i++) {
        int k = (row + i * (2 * WIDTH)) & ALIGNED;
        FloatVector w0 = FloatVector.fromArray(LANES, u, k);
        FloatVector w1 = FloatVector.fromArray(LANES, u, k + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + STEP));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 2 * STEP));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 3 * STEP));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 4 * STEP));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 5 * STEP));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 6 * STEP));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 7 * STEP));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        at += Float.BYTES;
      }
      row += CHUNK * 2 * WIDTH;
      from += 4L * chunk;
    }
    int m0 = firstAt & INDEX;
    int m1 = secondAt & INDEX;
    a0l.intoArray(m, m0);
    a0r.intoArray(m, m1);
    a1l.intoArray(m, m0 + CHUNK);
    a1r.intoArray(m, m1 + CHUNK);
    a2l.intoArray(m, m0 + 2 * CHUNK);
    a2r.intoArray(m, m1 + 2 * CHUNK);
    a3l.intoArray(m, m0 + 3 * CHUNK);
    a3r.intoArray(m, m1 + 3 * CHUNK);
    a4l.intoArray(m, m0 + 4 * CHUNK);
    a4r.intoArray(m, m1 + 4 * CHUNK);
    a5l.intoArray(m, m0 + 5 * CHUNK);
    a5r.intoArray(m, m1 + 5 * CHUNK);
    a6l.intoArray(m, m0 + 6 * CHUNK);
    a6r.intoArray(m, m1 + 6 * CHUNK);
    a7l.intoArray(m, m0 + 7 * CHUNK);
    a7r.intoArray(m, m1 + 7 * CHUNK);
  }

  private static void products6x2(
      float[] v,
      int vAt,
      int chunk,
      int chunks,
      float[] u,
      int uAt,
      float[] m,
      int firstAt,
      int secondAt,
      float[] fence) {
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
    long from = Unchecked.offset(vAt);
    int row = uAt;
    for (int n = 0; n < chunks; n++) {
      long at = from;
      for (int i = 0; i < CHUNK; i++) {
        int k = (row + i * (2 * WIDTH)) & ALIGNED;
        FloatVector w0 = FloatVector.fromArray(LANES, u, k);
        FloatVector w1 = FloatVector.fromArray(LANES, u, k + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + STEP));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        a1r.intoArray(fence, 0);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 2 * STEP));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 3 * STEP));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        a3r.intoArray(fence, 0);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 4 * STEP));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 5 * STEP));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        at += Float.BYTES;
      }
      row += CHUNK * 2 * WIDTH;
      from += 4L * chunk;
    }
    int m0 = firstAt & INDEX;
    int m1 = secondAt & INDEX;
    a0l.intoArray(m, m0);
    a0r.intoArray(m, m1);
    a1l.intoArray(m, m0 + CHUNK);
    a1r.intoArray(m, m1 + CHUNK);
    a2l.intoArray(m, m0 + 2 * CHUNK);
    a2r.intoArray(m, m1 + 2 * CHUNK);
    a3l.intoArray(m, m0 + 3 * CHUNK);
    a3r.intoArray(m, m1 + 3 * CHUNK);
    a4l.intoArray(m, m0 + 4 * CHUNK);
    a4r.intoArray(m, m1 + 4 * CHUNK);
    a5l.intoArray(m, m0 + 5 * CHUNK);
    a5r.intoArray(m, m1 + 5 * CHUNK);
  }
}
