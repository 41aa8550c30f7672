package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.CHUNK;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link WinogradProducts} for panels of four vectors of 512 bits: six tiles by these stay in
 * registers for a whole sum. 24 FMAs take 39 instructions, 16 of them 26 where {@link
 * VectorWinogradProducts} takes 31: worth a tenth where another program has the core's other
 * thread, since both then share what decodes them.
 */
final class VectorWinogradQuadProducts implements WinogradProducts {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int WIDTH = 4 * CHUNK;
  private static final int GROUP = 6;

  /** Bits of an index. The compiler then knows that none overflows a little further on. */
  private static final int INDEX = Integer.MAX_VALUE >> 1;

  /** The same for an index of a panel's row. */
  private static final int ALIGNED = INDEX & -WIDTH;

  /** Bytes from a tile to the next one. */
  private static final long STEP = 4L * CHUNK;

  @Override
  public int width() {
    return WIDTH;
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
    int chunks = channels / CHUNK;
    for (int t = 0; t < tiles; t += GROUP) {
      int vAt = v.at(position, 0, t);
      int to = m.at(position, channel, t);
      products6x4(v.array, vAt, v.chunk, chunks, u, uAt, m.array, to, m.chunk);
    }
  }

  private static void products6x4(
      float[] v,
      int vAt,
      int chunk,
      int chunks,
      float[] u,
      int uAt,
      float[] m,
      int mAt,
      int mChunk) {
    FloatVector a0 = FloatVector.zero(LANES);
    FloatVector b0 = FloatVector.zero(LANES);
    FloatVector c0 = FloatVector.zero(LANES);
    FloatVector d0 = FloatVector.zero(LANES);
    FloatVector a1 = FloatVector.zero(LANES);
    FloatVector b1 = FloatVector.zero(LANES);
    FloatVector c1 = FloatVector.zero(LANES);
    FloatVector d1 = FloatVector.zero(LANES);
    FloatVector a2 = FloatVector.zero(LANES);
    FloatVector b2 = FloatVector.zero(LANES);
    FloatVector c2 = FloatVector.zero(LANES);
    FloatVector d2 = FloatVector.zero(LANES);
    FloatVector a3 = FloatVector.zero(LANES);
    FloatVector b3 = FloatVector.zero(LANES);
    FloatVector c3 = FloatVector.zero(LANES);
    FloatVector d3 = FloatVector.zero(LANES);
    FloatVector a4 = FloatVector.zero(LANES);
    FloatVector b4 = FloatVector.zero(LANES);
    FloatVector c4 = FloatVector.zero(LANES);
    FloatVector d4 = FloatVector.zero(LANES);
    FloatVector a5 = FloatVector.zero(LANES);
    FloatVector b5 = FloatVector.zero(LANES);
    FloatVector c5 = FloatVector.zero(LANES);
    FloatVector d5 = FloatVector.zero(LANES);
    long from = Unchecked.offset(vAt);
    int row = uAt;
    for (int n = 0; n < chunks; n++) {
      long at = from;
      for (int i = 0; i < CHUNK; i++) {
        int k = (row + i * WIDTH) & ALIGNED;
        FloatVector w0 = FloatVector.fromArray(LANES, u, k);
        FloatVector w1 = FloatVector.fromArray(LANES, u, k + CHUNK);
        FloatVector w2 = FloatVector.fromArray(LANES, u, k + 2 * CHUNK);
        FloatVector w3 = FloatVector.fromArray(LANES, u, k + 3 * CHUNK);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at));
        a0 = p.fma(w0, a0);
        b0 = p.fma(w1, b0);
        c0 = p.fma(w2, c0);
        d0 = p.fma(w3, d0);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + STEP));
        a1 = p.fma(w0, a1);
        b1 = p.fma(w1, b1);
        c1 = p.fma(w2, c1);
        d1 = p.fma(w3, d1);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 2 * STEP));
        a2 = p.fma(w0, a2);
        b2 = p.fma(w1, b2);
        c2 = p.fma(w2, c2);
        d2 = p.fma(w3, d2);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 3 * STEP));
        a3 = p.fma(w0, a3);
        b3 = p.fma(w1, b3);
        c3 = p.fma(w2, c3);
        d3 = p.fma(w3, d3);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 4 * STEP));
        a4 = p.fma(w0, a4);
        b4 = p.fma(w1, b4);
        c4 = p.fma(w2, c4);
        d4 = p.fma(w3, d4);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 5 * STEP));
        a5 = p.fma(w0, a5);
        b5 = p.fma(w1, b5);
        c5 = p.fma(w2, c5);
        d5 = p.fma(w3, d5);
        at += Float.BYTES;
      }
      row += CHUNK * WIDTH;
      from += 4L * chunk;
    }
    int m0 = mAt & INDEX;
    a0.intoArray(m, m0);
    a1.intoArray(m, m0 + CHUNK);
    a2.intoArray(m, m0 + 2 * CHUNK);
    a3.intoArray(m, m0 + 3 * CHUNK);
    a4.intoArray(m, m0 + 4 * CHUNK);
    a5.intoArray(m, m0 + 5 * CHUNK);
    int m1 = (mAt + mChunk) & INDEX;
    b0.intoArray(m, m1);
    b1.intoArray(m, m1 + CHUNK);
    b2.intoArray(m, m1 + 2 * CHUNK);
    b3.intoArray(m, m1 + 3 * CHUNK);
    b4.intoArray(m, m1 + 4 * CHUNK);
    b5.intoArray(m, m1 + 5 * CHUNK);
    int m2 = (mAt + 2 * mChunk) & INDEX;
    c0.intoArray(m, m2);
    c1.intoArray(m, m2 + CHUNK);
    c2.intoArray(m, m2 + 2 * CHUNK);
    c3.intoArray(m, m2 + 3 * CHUNK);
    c4.intoArray(m, m2 + 4 * CHUNK);
    c5.intoArray(m, m2 + 5 * CHUNK);
    int m3 = (mAt + 3 * mChunk) & INDEX;
    d0.intoArray(m, m3);
    d1.intoArray(m, m3 + CHUNK);
    d2.intoArray(m, m3 + 2 * CHUNK);
    d3.intoArray(m, m3 + 3 * CHUNK);
    d4.intoArray(m, m3 + 4 * CHUNK);
    d5.intoArray(m, m3 + 5 * CHUNK);
  }
}
