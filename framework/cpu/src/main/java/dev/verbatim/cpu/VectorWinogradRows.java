package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.CHUNK;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link WinogradSums} for panels of one vector of 512 bits: all sixteen channels of a chunk stay
 * in registers for all tiles. See {@link VectorWinogradColumns} for where.
 */
final class VectorWinogradRows implements WinogradSums {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;

  /** Bytes from a tile to the next one. */
  private static final long STEP = 4L * CHUNK;

  @Override
  public int width() {
    return CHUNK;
  }

  @Override
  public void sums(
      WinogradPlanes v,
      int vAt,
      WinogradPlanes d,
      int dAt,
      int tiles,
      float[] sums,
      int at,
      int stride,
      boolean fresh) {
    sums16(v.array, vAt, d.array, dAt, tiles, sums, at, stride, fresh);
  }

  private static void sums16(
      float[] v,
      int vAt,
      float[] d,
      int dAt,
      int tiles,
      float[] sums,
      int at,
      int stride,
      boolean fresh) {
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
    if (!fresh) {
      a0 = FloatVector.fromArray(LANES, sums, at);
      a1 = FloatVector.fromArray(LANES, sums, at + stride);
      a2 = FloatVector.fromArray(LANES, sums, at + 2 * stride);
      a3 = FloatVector.fromArray(LANES, sums, at + 3 * stride);
      a4 = FloatVector.fromArray(LANES, sums, at + 4 * stride);
      a5 = FloatVector.fromArray(LANES, sums, at + 5 * stride);
      a6 = FloatVector.fromArray(LANES, sums, at + 6 * stride);
      a7 = FloatVector.fromArray(LANES, sums, at + 7 * stride);
      a8 = FloatVector.fromArray(LANES, sums, at + 8 * stride);
      a9 = FloatVector.fromArray(LANES, sums, at + 9 * stride);
      a10 = FloatVector.fromArray(LANES, sums, at + 10 * stride);
      a11 = FloatVector.fromArray(LANES, sums, at + 11 * stride);
      a12 = FloatVector.fromArray(LANES, sums, at + 12 * stride);
      a13 = FloatVector.fromArray(LANES, sums, at + 13 * stride);
      a14 = FloatVector.fromArray(LANES, sums, at + 14 * stride);
      a15 = FloatVector.fromArray(LANES, sums, at + 15 * stride);
    }
    long from = Unchecked.offset(vAt);
    for (int t = 0; t < tiles; t++) {
      long o = from + t * STEP;
      FloatVector d0 = FloatVector.fromArray(LANES, d, dAt + t * CHUNK);
      a0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o)).fma(d0, a0);
      a1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 4)).fma(d0, a1);
      a2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 8)).fma(d0, a2);
      a3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 12)).fma(d0, a3);
      a4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 16)).fma(d0, a4);
      a5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 20)).fma(d0, a5);
      a6 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 24)).fma(d0, a6);
      a7 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 28)).fma(d0, a7);
      a8 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 32)).fma(d0, a8);
      a9 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 36)).fma(d0, a9);
      a10 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 40)).fma(d0, a10);
      a11 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 44)).fma(d0, a11);
      a12 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 48)).fma(d0, a12);
      a13 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 52)).fma(d0, a13);
      a14 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 56)).fma(d0, a14);
      a15 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 60)).fma(d0, a15);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + stride);
    a2.intoArray(sums, at + 2 * stride);
    a3.intoArray(sums, at + 3 * stride);
    a4.intoArray(sums, at + 4 * stride);
    a5.intoArray(sums, at + 5 * stride);
    a6.intoArray(sums, at + 6 * stride);
    a7.intoArray(sums, at + 7 * stride);
    a8.intoArray(sums, at + 8 * stride);
    a9.intoArray(sums, at + 9 * stride);
    a10.intoArray(sums, at + 10 * stride);
    a11.intoArray(sums, at + 11 * stride);
    a12.intoArray(sums, at + 12 * stride);
    a13.intoArray(sums, at + 13 * stride);
    a14.intoArray(sums, at + 14 * stride);
    a15.intoArray(sums, at + 15 * stride);
  }
}
