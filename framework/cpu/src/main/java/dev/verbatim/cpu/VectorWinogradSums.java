package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.CHUNK;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link WinogradSums} on vectors: eight channels of values by two vectors of output channels stay
 * in registers for all tiles, six and then four where there are 16 registers: see {@link
 * VectorWidth#with32Registers} for the fence.
 */
final class VectorWinogradSums implements WinogradSums {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int WIDTH = LANES.length();
  private static final boolean WIDE = VectorWidth.with32Registers();

  /** Bytes from a tile to the next one. */
  private static final long STEP = 4L * CHUNK;

  @Override
  public int width() {
    return 2 * WIDTH;
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
    int d2 = dAt + d.toSecond(WIDTH);
    float[] to = sums;
    if (WIDE) {
      sums8x2(v.array, vAt, d.array, dAt, d2, tiles, to, at, stride, fresh);
      sums8x2(v.array, vAt + 8, d.array, dAt, d2, tiles, to, at + 8 * stride, stride, fresh);
    } else {
      float[] fence = v.fence; // gradients may be those of all threads
      sums6x2(v.array, vAt, d.array, dAt, d2, tiles, to, at, stride, fresh, fence);
      sums6x2(v.array, vAt + 6, d.array, dAt, d2, tiles, to, at + 6 * stride, stride, fresh, fence);
      sums4x2(v.array, vAt + 12, d.array, dAt, d2, tiles, to, at + 12 * stride, stride, fresh);
    }
  }

  private static void sums8x2(
      float[] v,
      int vAt,
      float[] d,
      int firstAt,
      int secondAt,
      int tiles,
      float[] sums,
      int at,
      int stride,
      boolean fresh) {
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
    if (!fresh) {
      a0l = FloatVector.fromArray(LANES, sums, at);
      a0r = FloatVector.fromArray(LANES, sums, at + WIDTH);
      a1l = FloatVector.fromArray(LANES, sums, at + stride);
      a1r = FloatVector.fromArray(LANES, sums, at + stride + WIDTH);
      a2l = FloatVector.fromArray(LANES, sums, at + 2 * stride);
      a2r = FloatVector.fromArray(LANES, sums, at + 2 * stride + WIDTH);
      a3l = FloatVector.fromArray(LANES, sums, at + 3 * stride);
      a3r = FloatVector.fromArray(LANES, sums, at + 3 * stride + WIDTH);
      a4l = FloatVector.fromArray(LANES, sums, at + 4 * stride);
      a4r = FloatVector.fromArray(LANES, sums, at + 4 * stride + WIDTH);
      a5l = FloatVector.fromArray(LANES, sums, at + 5 * stride);
      a5r = FloatVector.fromArray(LANES, sums, at + 5 * stride + WIDTH);
      a6l = FloatVector.fromArray(LANES, sums, at + 6 * stride);
      a6r = FloatVector.fromArray(LANES, sums, at + 6 * stride + WIDTH);
      a7l = FloatVector.fromArray(LANES, sums, at + 7 * stride);
      a7r = FloatVector.fromArray(LANES, sums, at + 7 * stride + WIDTH);
    }
    long from = Unchecked.offset(vAt);
    for (int t = 0; t < tiles; t++) {
      long o = from + t * STEP;
      FloatVector d0 = FloatVector.fromArray(LANES, d, firstAt + t * CHUNK);
      FloatVector d1 = FloatVector.fromArray(LANES, d, secondAt + t * CHUNK);
      FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o));
      a0l = p.fma(d0, a0l);
      a0r = p.fma(d1, a0r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 4));
      a1l = p.fma(d0, a1l);
      a1r = p.fma(d1, a1r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 8));
      a2l = p.fma(d0, a2l);
      a2r = p.fma(d1, a2r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 12));
      a3l = p.fma(d0, a3l);
      a3r = p.fma(d1, a3r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 16));
      a4l = p.fma(d0, a4l);
      a4r = p.fma(d1, a4r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 20));
      a5l = p.fma(d0, a5l);
      a5r = p.fma(d1, a5r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 24));
      a6l = p.fma(d0, a6l);
      a6r = p.fma(d1, a6r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 28));
      a7l = p.fma(d0, a7l);
      a7r = p.fma(d1, a7r);
    }
    a0l.intoArray(sums, at);
    a0r.intoArray(sums, at + WIDTH);
    a1l.intoArray(sums, at + stride);
    a1r.intoArray(sums, at + stride + WIDTH);
    a2l.intoArray(sums, at + 2 * stride);
    a2r.intoArray(sums, at + 2 * stride + WIDTH);
    a3l.intoArray(sums, at + 3 * stride);
    a3r.intoArray(sums, at + 3 * stride + WIDTH);
    a4l.intoArray(sums, at + 4 * stride);
    a4r.intoArray(sums, at + 4 * stride + WIDTH);
    a5l.intoArray(sums, at + 5 * stride);
    a5r.intoArray(sums, at + 5 * stride + WIDTH);
    a6l.intoArray(sums, at + 6 * stride);
    a6r.intoArray(sums, at + 6 * stride + WIDTH);
    a7l.intoArray(sums, at + 7 * stride);
    a7r.intoArray(sums, at + 7 * stride + WIDTH);
  }

  private static void sums6x2(
      float[] v,
      int vAt,
      float[] d,
      int firstAt,
      int secondAt,
      int tiles,
      float[] sums,
      int at,
      int stride,
      boolean fresh,
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
    if (!fresh) {
      a0l = FloatVector.fromArray(LANES, sums, at);
      a0r = FloatVector.fromArray(LANES, sums, at + WIDTH);
      a1l = FloatVector.fromArray(LANES, sums, at + stride);
      a1r = FloatVector.fromArray(LANES, sums, at + stride + WIDTH);
      a2l = FloatVector.fromArray(LANES, sums, at + 2 * stride);
      a2r = FloatVector.fromArray(LANES, sums, at + 2 * stride + WIDTH);
      a3l = FloatVector.fromArray(LANES, sums, at + 3 * stride);
      a3r = FloatVector.fromArray(LANES, sums, at + 3 * stride + WIDTH);
      a4l = FloatVector.fromArray(LANES, sums, at + 4 * stride);
      a4r = FloatVector.fromArray(LANES, sums, at + 4 * stride + WIDTH);
      a5l = FloatVector.fromArray(LANES, sums, at + 5 * stride);
      a5r = FloatVector.fromArray(LANES, sums, at + 5 * stride + WIDTH);
    }
    long from = Unchecked.offset(vAt);
    for (int t = 0; t < tiles; t++) {
      long o = from + t * STEP;
      FloatVector d0 = FloatVector.fromArray(LANES, d, firstAt + t * CHUNK);
      FloatVector d1 = FloatVector.fromArray(LANES, d, secondAt + t * CHUNK);
      FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o));
      a0l = p.fma(d0, a0l);
      a0r = p.fma(d1, a0r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 4));
      a1l = p.fma(d0, a1l);
      a1r = p.fma(d1, a1r);
      a1r.intoArray(fence, 0);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 8));
      a2l = p.fma(d0, a2l);
      a2r = p.fma(d1, a2r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 12));
      a3l = p.fma(d0, a3l);
      a3r = p.fma(d1, a3r);
      a3r.intoArray(fence, 0);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 16));
      a4l = p.fma(d0, a4l);
      a4r = p.fma(d1, a4r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 20));
      a5l = p.fma(d0, a5l);
      a5r = p.fma(d1, a5r);
    }
    a0l.intoArray(sums, at);
    a0r.intoArray(sums, at + WIDTH);
    a1l.intoArray(sums, at + stride);
    a1r.intoArray(sums, at + stride + WIDTH);
    a2l.intoArray(sums, at + 2 * stride);
    a2r.intoArray(sums, at + 2 * stride + WIDTH);
    a3l.intoArray(sums, at + 3 * stride);
    a3r.intoArray(sums, at + 3 * stride + WIDTH);
    a4l.intoArray(sums, at + 4 * stride);
    a4r.intoArray(sums, at + 4 * stride + WIDTH);
    a5l.intoArray(sums, at + 5 * stride);
    a5r.intoArray(sums, at + 5 * stride + WIDTH);
  }

  private static void sums4x2(
      float[] v,
      int vAt,
      float[] d,
      int firstAt,
      int secondAt,
      int tiles,
      float[] sums,
      int at,
      int stride,
      boolean fresh) {
    FloatVector a0l = FloatVector.zero(LANES);
    FloatVector a0r = FloatVector.zero(LANES);
    FloatVector a1l = FloatVector.zero(LANES);
    FloatVector a1r = FloatVector.zero(LANES);
    FloatVector a2l = FloatVector.zero(LANES);
    FloatVector a2r = FloatVector.zero(LANES);
    FloatVector a3l = FloatVector.zero(LANES);
    FloatVector a3r = FloatVector.zero(LANES);
    if (!fresh) {
      a0l = FloatVector.fromArray(LANES, sums, at);
      a0r = FloatVector.fromArray(LANES, sums, at + WIDTH);
      a1l = FloatVector.fromArray(LANES, sums, at + stride);
      a1r = FloatVector.fromArray(LANES, sums, at + stride + WIDTH);
      a2l = FloatVector.fromArray(LANES, sums, at + 2 * stride);
      a2r = FloatVector.fromArray(LANES, sums, at + 2 * stride + WIDTH);
      a3l = FloatVector.fromArray(LANES, sums, at + 3 * stride);
      a3r = FloatVector.fromArray(LANES, sums, at + 3 * stride + WIDTH);
    }
    long from = Unchecked.offset(vAt);
    for (int t = 0; t < tiles; t++) {
      long o = from + t * STEP;
      FloatVector d0 = FloatVector.fromArray(LANES, d, firstAt + t * CHUNK);
      FloatVector d1 = FloatVector.fromArray(LANES, d, secondAt + t * CHUNK);
      FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o));
      a0l = p.fma(d0, a0l);
      a0r = p.fma(d1, a0r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 4));
      a1l = p.fma(d0, a1l);
      a1r = p.fma(d1, a1r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 8));
      a2l = p.fma(d0, a2l);
      a2r = p.fma(d1, a2r);
      p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 12));
      a3l = p.fma(d0, a3l);
      a3r = p.fma(d1, a3r);
    }
    a0l.intoArray(sums, at);
    a0r.intoArray(sums, at + WIDTH);
    a1l.intoArray(sums, at + stride);
    a1r.intoArray(sums, at + stride + WIDTH);
    a2l.intoArray(sums, at + 2 * stride);
    a2r.intoArray(sums, at + 2 * stride + WIDTH);
    a3l.intoArray(sums, at + 3 * stride);
    a3r.intoArray(sums, at + 3 * stride + WIDTH);
  }
}
