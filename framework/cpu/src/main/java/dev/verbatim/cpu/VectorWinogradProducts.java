package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.CHUNK;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link WinogradProducts} on vectors: eight tiles (or channels of values) by two vectors of output
 * channels stay in registers for a whole sum, six where there are 16 registers: see {@link
 * VectorWidth#with32Registers} for the fence. Bound by FMA: 16 of them take 31 instructions.
 */
final class VectorWinogradProducts implements WinogradProducts {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int WIDTH = LANES.length();
  private static final boolean WIDE = VectorWidth.with32Registers();

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

  /** Floats from a panel's first vector to its second one. */
  private static int toSecond(WinogradPlanes planes) {
    return WIDTH == CHUNK ? planes.chunk : WIDTH;
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
      int channel) {
    int second = toSecond(m);
    for (int t = 0; t < tiles; t += WinogradPlanes.GROUP) {
      int vAt = v.at(position, 0, t);
      int to = m.at(position, channel, t);
      if (WIDE) {
        products8x2(v.array, vAt, v.chunk, channels / CHUNK, u, uAt, m.array, to, to + second);
      } else {
        products6x2(
            v.array, vAt, v.chunk, channels / CHUNK, u, uAt, m.array, to, to + second, m.fence);
      }
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
    int d2 = dAt + toSecond(d);
    float[] to = sums;
    if (WIDE) {
      sums8x2(v.array, vAt, d.array, dAt, d2, tiles, to, at, stride, fresh);
      sums8x2(v.array, vAt + 8, d.array, dAt, d2, tiles, to, at + 8 * stride, stride, fresh);
    } else {
      float[] fence = d.fence;
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
