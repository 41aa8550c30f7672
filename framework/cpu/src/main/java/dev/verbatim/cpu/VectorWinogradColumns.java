package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.CHUNK;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link WinogradProducts} for panels of one vector of 512 bits: sixteen tiles stay in registers
 * for a whole sum. Bound by loads, one broadcast for each FMA, so where such a vector is loaded in
 * halves two of 256 bits are faster: see {@link Processor#loadsHalves}.
 */
final class VectorWinogradColumns implements WinogradProducts {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int GROUP = 16;

  /** Bits of an index. The compiler then knows that none overflows a little further on. */
  private static final int INDEX = Integer.MAX_VALUE >> 1;

  /** The same for an index of a panel's row. */
  private static final int ALIGNED = INDEX & -CHUNK;

  /** Bytes from a tile to the next one. */
  private static final long STEP = 4L * CHUNK;

  @Override
  public int width() {
    return CHUNK;
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
      products16(v.array, vAt, v.chunk, chunks, u, uAt, m.array, m.at(position, channel, t));
    }
  }

  private static void products16(
      float[] v, int vAt, int chunk, int chunks, float[] u, int uAt, float[] m, int mAt) {
    FloatVector a0 = FloatVector.zero(LANES);
    FloatVector a1 = FloatVector.zero(LANES);
    FloatVector a2 = FloatVector.zero(LANES);
    FloatVector a3 = FloatVector.zero(LANES);
    FloatVector a4 = FloatVector.zero(LANES);
    FloatVector a5 = FloatVector.zero(LANES);
    FloatVector a6 = FloatVector.zero(LANES);
    FloatVector a7 = FloatVector.zero(LANES);
    FloatVector a8 = FloatVector.zero(LANES);
    FloatVector a9 = FloatVector.zero(LANES);
    FloatVector a10 = FloatVector.zero(LANES);
    FloatVector a11 = FloatVector.zero(LANES);
    FloatVector a12 = FloatVector.zero(LANES);
    FloatVector a13 = FloatVector.zero(LANES);
    FloatVector a14 = FloatVector.zero(LANES);
    FloatVector a15 = FloatVector.zero(LANES);
    long from = Unchecked.offset(vAt);
    int row = uAt;
    for (int n = 0; n < chunks; n++) {
      long at = from;
      for (int i = 0; i < CHUNK; i++) {
        FloatVector w = FloatVector.fromArray(LANES, u, (row + i * CHUNK) & ALIGNED);
        a0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at)).fma(w, a0);
        a1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + STEP)).fma(w, a1);
        a2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 2 * STEP)).fma(w, a2);
        a3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 3 * STEP)).fma(w, a3);
        a4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 4 * STEP)).fma(w, a4);
        a5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 5 * STEP)).fma(w, a5);
        a6 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 6 * STEP)).fma(w, a6);
        a7 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 7 * STEP)).fma(w, a7);
        a8 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 8 * STEP)).fma(w, a8);
        a9 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 9 * STEP)).fma(w, a9);
        a10 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 10 * STEP)).fma(w, a10);
        a11 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 11 * STEP)).fma(w, a11);
        a12 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 12 * STEP)).fma(w, a12);
        a13 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 13 * STEP)).fma(w, a13);
        a14 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 14 * STEP)).fma(w, a14);
        a15 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 15 * STEP)).fma(w, a15);
        at += Float.BYTES;
      }
      row += CHUNK * CHUNK;
      from += 4L * chunk;
    }
    int to = mAt & INDEX;
    a0.intoArray(m, to);
    a1.intoArray(m, to + CHUNK);
    a2.intoArray(m, to + 2 * CHUNK);
    a3.intoArray(m, to + 3 * CHUNK);
    a4.intoArray(m, to + 4 * CHUNK);
    a5.intoArray(m, to + 5 * CHUNK);
    a6.intoArray(m, to + 6 * CHUNK);
    a7.intoArray(m, to + 7 * CHUNK);
    a8.intoArray(m, to + 8 * CHUNK);
    a9.intoArray(m, to + 9 * CHUNK);
    a10.intoArray(m, to + 10 * CHUNK);
    a11.intoArray(m, to + 11 * CHUNK);
    a12.intoArray(m, to + 12 * CHUNK);
    a13.intoArray(m, to + 13 * CHUNK);
    a14.intoArray(m, to + 14 * CHUNK);
    a15.intoArray(m, to + 15 * CHUNK);
  }
}
