package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/** {@link WinogradTiles} on vectors. */
final class VectorWinogradTiles implements WinogradTiles {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int WIDTH = LANES.length();
  private static final boolean ONE = Boolean.getBoolean("one");
  private final float[] fence = new float[32];
  private static final int UNROLL = Integer.getInteger("unroll", 1);
  private static final int ALIGNED = (Integer.MAX_VALUE >> 1) & (-2 * WIDTH);
  private static final int STRIDE = Integer.getInteger("stride", 16);
  private static final int INDEX = Integer.MAX_VALUE >> 1;

  @Override
  public void input(
      float[] x,
      float[] first,
      int firstAt,
      int at1,
      int at2,
      float[] last,
      int lastAt,
      int tiles,
      int step,
      float[] v,
      int vAt,
      int plane) {
    for (int c = 0; c < CHUNK; c += WIDTH) {
      inputRow(x, first, firstAt + c, at1 + c, at2 + c, last, lastAt + c, tiles, step, v, vAt + c, plane);
    }
  }

  private static void inputRow(
      float[] x,
      float[] first,
      int at0,
      int at1,
      int at2,
      float[] last,
      int at3,
      int tiles,
      int step,
      float[] v,
      int vAt,
      int plane) {

    FloatVector a0 = FloatVector.zero(LANES);
    FloatVector a1 = FloatVector.zero(LANES);
    FloatVector a2 = FloatVector.zero(LANES);
    FloatVector a3 = FloatVector.zero(LANES);
      FloatVector sd0 = FloatVector.fromArray(LANES, first, at0);
      FloatVector sd1 = FloatVector.fromArray(LANES, x, at1);
      FloatVector sd2 = FloatVector.fromArray(LANES, x, at2);
      FloatVector sd3 = FloatVector.fromArray(LANES, last, at3);
      FloatVector b0 = sd0.sub(sd2);
      FloatVector b1 = sd1.add(sd2);
      FloatVector b2 = sd2.sub(sd1);
      FloatVector b3 = sd3.sub(sd1);
    int to = vAt;
    for (int t = 1; t < tiles; t++) {
      FloatVector ed0 = FloatVector.fromArray(LANES, first, at0 + step);
      FloatVector ed1 = FloatVector.fromArray(LANES, x, at1 + step);
      FloatVector ed2 = FloatVector.fromArray(LANES, x, at2 + step);
      FloatVector ed3 = FloatVector.fromArray(LANES, last, at3 + step);
      FloatVector c0 = ed0.sub(ed2);
      FloatVector c1 = ed1.add(ed2);
      FloatVector c2 = ed2.sub(ed1);
      FloatVector c3 = ed3.sub(ed1);
      FloatVector fd0 = FloatVector.fromArray(LANES, first, at0 + 2 * step);
      FloatVector fd1 = FloatVector.fromArray(LANES, x, at1 + 2 * step);
      FloatVector fd2 = FloatVector.fromArray(LANES, x, at2 + 2 * step);
      FloatVector fd3 = FloatVector.fromArray(LANES, last, at3 + 2 * step);
      FloatVector d0 = fd0.sub(fd2);
      FloatVector d1 = fd1.add(fd2);
      FloatVector d2 = fd2.sub(fd1);
      FloatVector d3 = fd3.sub(fd1);
      int p0 = to + 0 * plane;
      a0.sub(c0).intoArray(v, p0);
      b0.add(c0).intoArray(v, p0 + plane);
      c0.sub(b0).intoArray(v, p0 + 2 * plane);
      d0.sub(b0).intoArray(v, p0 + 3 * plane);
      int p1 = to + 4 * plane;
      a1.sub(c1).intoArray(v, p1);
      b1.add(c1).intoArray(v, p1 + plane);
      c1.sub(b1).intoArray(v, p1 + 2 * plane);
      d1.sub(b1).intoArray(v, p1 + 3 * plane);
      int p2 = to + 8 * plane;
      a2.sub(c2).intoArray(v, p2);
      b2.add(c2).intoArray(v, p2 + plane);
      c2.sub(b2).intoArray(v, p2 + 2 * plane);
      d2.sub(b2).intoArray(v, p2 + 3 * plane);
      int p3 = to + 12 * plane;
      a3.sub(c3).intoArray(v, p3);
      b3.add(c3).intoArray(v, p3 + plane);
      c3.sub(b3).intoArray(v, p3 + 2 * plane);
      d3.sub(b3).intoArray(v, p3 + 3 * plane);
      a0 = c0;
      b0 = d0;
      a1 = c1;
      b1 = d1;
      a2 = c2;
      b2 = d2;
      a3 = c3;
      b3 = d3;
      at0 += 2 * step;
      at1 += 2 * step;
      at2 += 2 * step;
      at3 += 2 * step;
      to += CHUNK;
    }
      FloatVector gd0 = FloatVector.fromArray(LANES, first, at0 + step);
      FloatVector gd1 = FloatVector.fromArray(LANES, x, at1 + step);
      FloatVector gd2 = FloatVector.fromArray(LANES, x, at2 + step);
      FloatVector gd3 = FloatVector.fromArray(LANES, last, at3 + step);
      FloatVector c0 = gd0.sub(gd2);
      FloatVector c1 = gd1.add(gd2);
      FloatVector c2 = gd2.sub(gd1);
      FloatVector c3 = gd3.sub(gd1);
    FloatVector d0 = FloatVector.zero(LANES);
    FloatVector d1 = d0;
    FloatVector d2 = d0;
    FloatVector d3 = d0;
      int p0 = to + 0 * plane;
      a0.sub(c0).intoArray(v, p0);
      b0.add(c0).intoArray(v, p0 + plane);
      c0.sub(b0).intoArray(v, p0 + 2 * plane);
      d0.sub(b0).intoArray(v, p0 + 3 * plane);
      int p1 = to + 4 * plane;
      a1.sub(c1).intoArray(v, p1);
      b1.add(c1).intoArray(v, p1 + plane);
      c1.sub(b1).intoArray(v, p1 + 2 * plane);
      d1.sub(b1).intoArray(v, p1 + 3 * plane);
      int p2 = to + 8 * plane;
      a2.sub(c2).intoArray(v, p2);
      b2.add(c2).intoArray(v, p2 + plane);
      c2.sub(b2).intoArray(v, p2 + 2 * plane);
      d2.sub(b2).intoArray(v, p2 + 3 * plane);
      int p3 = to + 12 * plane;
      a3.sub(c3).intoArray(v, p3);
      b3.add(c3).intoArray(v, p3 + plane);
      c3.sub(b3).intoArray(v, p3 + 2 * plane);
      d3.sub(b3).intoArray(v, p3 + 3 * plane);
  }

  @Override
  public void output(
      float[] m,
      int mAt,
      int plane,
      int tiles,
      float[] bias,
      int biasAt,
      boolean biased,
      boolean accumulate,
      float[] y,
      int yAt0,
      int yAt1,
      int step) {
    for (int c = 0; c < CHUNK; c += WIDTH) {
      if (biased) {
        biasedRow(m, mAt + c, plane, tiles, bias, biasAt + c, y, yAt0 + c, yAt1 + c, step);
      } else if (accumulate) {
        addedRow(m, mAt + c, plane, tiles, y, yAt0 + c, yAt1 + c, step);
      } else {
        outputRow(m, mAt + c, plane, tiles, y, yAt0 + c, yAt1 + c, step);
      }
    }
  }

  private static void outputRow(
      float[] m,
      int mAt,
      int plane,
      int tiles,
      float[] y,
      int yAt0,
      int yAt1,
      int step) {
    for (int t = 0; t < tiles; t++) {
      FloatVector m00 = FloatVector.fromArray(LANES, m, mAt + 0 * plane);
      FloatVector m10 = FloatVector.fromArray(LANES, m, mAt + 4 * plane);
      FloatVector m20 = FloatVector.fromArray(LANES, m, mAt + 8 * plane);
      FloatVector m30 = FloatVector.fromArray(LANES, m, mAt + 12 * plane);
      FloatVector s00 = m00.add(m10).add(m20);
      FloatVector s10 = m10.sub(m20).add(m30);
      FloatVector m01 = FloatVector.fromArray(LANES, m, mAt + 1 * plane);
      FloatVector m11 = FloatVector.fromArray(LANES, m, mAt + 5 * plane);
      FloatVector m21 = FloatVector.fromArray(LANES, m, mAt + 9 * plane);
      FloatVector m31 = FloatVector.fromArray(LANES, m, mAt + 13 * plane);
      FloatVector s01 = m01.add(m11).add(m21);
      FloatVector s11 = m11.sub(m21).add(m31);
      FloatVector m02 = FloatVector.fromArray(LANES, m, mAt + 2 * plane);
      FloatVector m12 = FloatVector.fromArray(LANES, m, mAt + 6 * plane);
      FloatVector m22 = FloatVector.fromArray(LANES, m, mAt + 10 * plane);
      FloatVector m32 = FloatVector.fromArray(LANES, m, mAt + 14 * plane);
      FloatVector s02 = m02.add(m12).add(m22);
      FloatVector s12 = m12.sub(m22).add(m32);
      FloatVector m03 = FloatVector.fromArray(LANES, m, mAt + 3 * plane);
      FloatVector m13 = FloatVector.fromArray(LANES, m, mAt + 7 * plane);
      FloatVector m23 = FloatVector.fromArray(LANES, m, mAt + 11 * plane);
      FloatVector m33 = FloatVector.fromArray(LANES, m, mAt + 15 * plane);
      FloatVector s03 = m03.add(m13).add(m23);
      FloatVector s13 = m13.sub(m23).add(m33);
      FloatVector y00 = s00.add(s01).add(s02);
      FloatVector y01 = s01.sub(s02).add(s03);
      FloatVector y10 = s10.add(s11).add(s12);
      FloatVector y11 = s11.sub(s12).add(s13);
      y00.intoArray(y, yAt0);
      y01.intoArray(y, yAt0 + step);
      y10.intoArray(y, yAt1);
      y11.intoArray(y, yAt1 + step);
      mAt += CHUNK;
      yAt0 += 2 * step;
      yAt1 += 2 * step;
    }
  }

  private static void biasedRow(
      float[] m,
      int mAt,
      int plane,
      int tiles,
      float[] bias,
      int biasAt,
      float[] y,
      int yAt0,
      int yAt1,
      int step) {
    FloatVector b = FloatVector.fromArray(LANES, bias, biasAt);
    for (int t = 0; t < tiles; t++) {
      FloatVector m00 = FloatVector.fromArray(LANES, m, mAt + 0 * plane);
      FloatVector m10 = FloatVector.fromArray(LANES, m, mAt + 4 * plane);
      FloatVector m20 = FloatVector.fromArray(LANES, m, mAt + 8 * plane);
      FloatVector m30 = FloatVector.fromArray(LANES, m, mAt + 12 * plane);
      FloatVector s00 = m00.add(m10).add(m20);
      FloatVector s10 = m10.sub(m20).add(m30);
      FloatVector m01 = FloatVector.fromArray(LANES, m, mAt + 1 * plane);
      FloatVector m11 = FloatVector.fromArray(LANES, m, mAt + 5 * plane);
      FloatVector m21 = FloatVector.fromArray(LANES, m, mAt + 9 * plane);
      FloatVector m31 = FloatVector.fromArray(LANES, m, mAt + 13 * plane);
      FloatVector s01 = m01.add(m11).add(m21);
      FloatVector s11 = m11.sub(m21).add(m31);
      FloatVector m02 = FloatVector.fromArray(LANES, m, mAt + 2 * plane);
      FloatVector m12 = FloatVector.fromArray(LANES, m, mAt + 6 * plane);
      FloatVector m22 = FloatVector.fromArray(LANES, m, mAt + 10 * plane);
      FloatVector m32 = FloatVector.fromArray(LANES, m, mAt + 14 * plane);
      FloatVector s02 = m02.add(m12).add(m22);
      FloatVector s12 = m12.sub(m22).add(m32);
      FloatVector m03 = FloatVector.fromArray(LANES, m, mAt + 3 * plane);
      FloatVector m13 = FloatVector.fromArray(LANES, m, mAt + 7 * plane);
      FloatVector m23 = FloatVector.fromArray(LANES, m, mAt + 11 * plane);
      FloatVector m33 = FloatVector.fromArray(LANES, m, mAt + 15 * plane);
      FloatVector s03 = m03.add(m13).add(m23);
      FloatVector s13 = m13.sub(m23).add(m33);
      FloatVector y00 = s00.add(s01).add(s02);
      FloatVector y01 = s01.sub(s02).add(s03);
      FloatVector y10 = s10.add(s11).add(s12);
      FloatVector y11 = s11.sub(s12).add(s13);
      y00.add(b).intoArray(y, yAt0);
      y01.add(b).intoArray(y, yAt0 + step);
      y10.add(b).intoArray(y, yAt1);
      y11.add(b).intoArray(y, yAt1 + step);
      mAt += CHUNK;
      yAt0 += 2 * step;
      yAt1 += 2 * step;
    }
  }

  private static void addedRow(
      float[] m,
      int mAt,
      int plane,
      int tiles,
      float[] y,
      int yAt0,
      int yAt1,
      int step) {
    for (int t = 0; t < tiles; t++) {
      FloatVector m00 = FloatVector.fromArray(LANES, m, mAt + 0 * plane);
      FloatVector m10 = FloatVector.fromArray(LANES, m, mAt + 4 * plane);
      FloatVector m20 = FloatVector.fromArray(LANES, m, mAt + 8 * plane);
      FloatVector m30 = FloatVector.fromArray(LANES, m, mAt + 12 * plane);
      FloatVector s00 = m00.add(m10).add(m20);
      FloatVector s10 = m10.sub(m20).add(m30);
      FloatVector m01 = FloatVector.fromArray(LANES, m, mAt + 1 * plane);
      FloatVector m11 = FloatVector.fromArray(LANES, m, mAt + 5 * plane);
      FloatVector m21 = FloatVector.fromArray(LANES, m, mAt + 9 * plane);
      FloatVector m31 = FloatVector.fromArray(LANES, m, mAt + 13 * plane);
      FloatVector s01 = m01.add(m11).add(m21);
      FloatVector s11 = m11.sub(m21).add(m31);
      FloatVector m02 = FloatVector.fromArray(LANES, m, mAt + 2 * plane);
      FloatVector m12 = FloatVector.fromArray(LANES, m, mAt + 6 * plane);
      FloatVector m22 = FloatVector.fromArray(LANES, m, mAt + 10 * plane);
      FloatVector m32 = FloatVector.fromArray(LANES, m, mAt + 14 * plane);
      FloatVector s02 = m02.add(m12).add(m22);
      FloatVector s12 = m12.sub(m22).add(m32);
      FloatVector m03 = FloatVector.fromArray(LANES, m, mAt + 3 * plane);
      FloatVector m13 = FloatVector.fromArray(LANES, m, mAt + 7 * plane);
      FloatVector m23 = FloatVector.fromArray(LANES, m, mAt + 11 * plane);
      FloatVector m33 = FloatVector.fromArray(LANES, m, mAt + 15 * plane);
      FloatVector s03 = m03.add(m13).add(m23);
      FloatVector s13 = m13.sub(m23).add(m33);
      FloatVector y00 = s00.add(s01).add(s02);
      FloatVector y01 = s01.sub(s02).add(s03);
      FloatVector y10 = s10.add(s11).add(s12);
      FloatVector y11 = s11.sub(s12).add(s13);
      FloatVector.fromArray(LANES, y, yAt0).add(y00).intoArray(y, yAt0);
      FloatVector.fromArray(LANES, y, yAt0 + step).add(y01).intoArray(y, yAt0 + step);
      FloatVector.fromArray(LANES, y, yAt1).add(y10).intoArray(y, yAt1);
      FloatVector.fromArray(LANES, y, yAt1 + step).add(y11).intoArray(y, yAt1 + step);
      mAt += CHUNK;
      yAt0 += 2 * step;
      yAt1 += 2 * step;
    }
  }

  @Override
  public void gradient(
      float[] dY, int at0, int at1, int tiles, int step, float[] m, int mAt, int plane) {
    for (int c = 0; c < CHUNK; c += WIDTH) {
      gradientRow(dY, at0 + c, at1 + c, tiles, step, m, mAt + c, plane);
    }
  }

  private static void gradientRow(
      float[] dY, int at0, int at1, int tiles, int step, float[] m, int mAt, int plane) {
    for (int t = 0; t < tiles; t++) {
      FloatVector r00 = FloatVector.fromArray(LANES, dY, at0);
      FloatVector r30 = FloatVector.fromArray(LANES, dY, at1);
      FloatVector r10 = r00.add(r30);
      FloatVector r20 = r00.sub(r30);
      FloatVector r01 = FloatVector.fromArray(LANES, dY, at0 + step);
      FloatVector r31 = FloatVector.fromArray(LANES, dY, at1 + step);
      FloatVector r11 = r01.add(r31);
      FloatVector r21 = r01.sub(r31);
      int p0 = mAt + 0 * plane;
      r00.intoArray(m, p0);
      r00.add(r01).intoArray(m, p0 + plane);
      r00.sub(r01).intoArray(m, p0 + 2 * plane);
      r01.intoArray(m, p0 + 3 * plane);
      int p1 = mAt + 4 * plane;
      r10.intoArray(m, p1);
      r10.add(r11).intoArray(m, p1 + plane);
      r10.sub(r11).intoArray(m, p1 + 2 * plane);
      r11.intoArray(m, p1 + 3 * plane);
      int p2 = mAt + 8 * plane;
      r20.intoArray(m, p2);
      r20.add(r21).intoArray(m, p2 + plane);
      r20.sub(r21).intoArray(m, p2 + 2 * plane);
      r21.intoArray(m, p2 + 3 * plane);
      int p3 = mAt + 12 * plane;
      r30.intoArray(m, p3);
      r30.add(r31).intoArray(m, p3 + plane);
      r30.sub(r31).intoArray(m, p3 + 2 * plane);
      r31.intoArray(m, p3 + 3 * plane);
      mAt += CHUNK;
      at0 += 2 * step;
      at1 += 2 * step;
    }
  }

  @Override
  public void product(
      float[] v, int vAt, int chunk, int chunks, float[] u, int uAt, float[] m, int mAt, int tiles) {
    if (ONE && chunks == 1) {
      for (int t = 0; t < tiles; t += 16) {
        tile16x1(v, vAt + t * CHUNK, chunk, chunks, u, uAt, m, mAt + t * CHUNK);
      }
      return;
    }
    int second = WIDTH == CHUNK ? chunk : WIDTH;
    if (UNROLL > 1) {
      for (int t = 0; t < tiles; t += 8) {
        if (UNROLL == 2) {
          tileBy2(v, vAt + t * CHUNK, chunk, chunks, u, uAt, m, mAt + t * CHUNK, mAt + second + t * CHUNK, fence);
        } else if (UNROLL == 4) {
          tileBy4(v, vAt + t * CHUNK, chunk, chunks, u, uAt, m, mAt + t * CHUNK, mAt + second + t * CHUNK, fence);
        } else {
          tileBy8(v, vAt + t * CHUNK, chunk, chunks, u, uAt, m, mAt + t * CHUNK, mAt + second + t * CHUNK, fence);
        }
      }
      return;
    }
    for (int t = 0; t < tiles; t += 8) {
      tile8x2(v, vAt + t * STRIDE, chunk, chunks, u, uAt, m, mAt + t * CHUNK, mAt + second + t * CHUNK);
    }
  }

  private static void tile8x2(
      float[] v, int vAt, int chunk, int chunks, float[] u, int uAt, float[] m, int mAt0, int mAt1) {
    int m0 = mAt0 & INDEX;
    int m1 = mAt1 & INDEX;
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
    for (int n = 0; n < chunks; n++) {
      long at = from;
      for (int i = 0; i < CHUNK; i++) {
        int k = (uAt + i * (2 * WIDTH)) & ALIGNED;
        FloatVector w0 = FloatVector.fromArray(LANES, u, k);
        FloatVector w1 = FloatVector.fromArray(LANES, u, k + WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 0));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 1 * 4L * STRIDE));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 2 * 4L * STRIDE));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 3 * 4L * STRIDE));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 4 * 4L * STRIDE));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 5 * 4L * STRIDE));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 6 * 4L * STRIDE));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 7 * 4L * STRIDE));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        at += Float.BYTES;
      }
      uAt += CHUNK * 2 * WIDTH;
      from += 4L * chunk;
    }
    a0l.intoArray(m, m0 + 0);
    a0r.intoArray(m, m1 + 0);
    a1l.intoArray(m, m0 + 16);
    a1r.intoArray(m, m1 + 16);
    a2l.intoArray(m, m0 + 32);
    a2r.intoArray(m, m1 + 32);
    a3l.intoArray(m, m0 + 48);
    a3r.intoArray(m, m1 + 48);
    a4l.intoArray(m, m0 + 64);
    a4r.intoArray(m, m1 + 64);
    a5l.intoArray(m, m0 + 80);
    a5r.intoArray(m, m1 + 80);
    a6l.intoArray(m, m0 + 96);
    a6r.intoArray(m, m1 + 96);
    a7l.intoArray(m, m0 + 112);
    a7r.intoArray(m, m1 + 112);
  }

  static void tile16x1(
      float[] v, int vAt, int chunk, int chunks, float[] u, int uAt, float[] m, int m0) {
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
    for (int n = 0; n < chunks; n++) {
      long at = from;
      for (int i = 0; i < CHUNK; i++) {
        int k = (uAt + i * WIDTH) & ALIGNED;
        FloatVector w0 = FloatVector.fromArray(LANES, u, uAt + i * WIDTH);
        a0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 0)).fma(w0, a0);
        a1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 64)).fma(w0, a1);
        a2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 128)).fma(w0, a2);
        a3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 192)).fma(w0, a3);
        a4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 256)).fma(w0, a4);
        a5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 320)).fma(w0, a5);
        a6 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 384)).fma(w0, a6);
        a7 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 448)).fma(w0, a7);
        a8 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 512)).fma(w0, a8);
        a9 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 576)).fma(w0, a9);
        a10 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 640)).fma(w0, a10);
        a11 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 704)).fma(w0, a11);
        a12 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 768)).fma(w0, a12);
        a13 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 832)).fma(w0, a13);
        a14 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 896)).fma(w0, a14);
        a15 = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 960)).fma(w0, a15);
        at += Float.BYTES;
      }
      uAt += CHUNK * WIDTH;
      from += 4L * chunk;
    }
    a0.intoArray(m, m0 + 0);
    a1.intoArray(m, m0 + 16);
    a2.intoArray(m, m0 + 32);
    a3.intoArray(m, m0 + 48);
    a4.intoArray(m, m0 + 64);
    a5.intoArray(m, m0 + 80);
    a6.intoArray(m, m0 + 96);
    a7.intoArray(m, m0 + 112);
    a8.intoArray(m, m0 + 128);
    a9.intoArray(m, m0 + 144);
    a10.intoArray(m, m0 + 160);
    a11.intoArray(m, m0 + 176);
    a12.intoArray(m, m0 + 192);
    a13.intoArray(m, m0 + 208);
    a14.intoArray(m, m0 + 224);
    a15.intoArray(m, m0 + 240);
  }
  private static void tileBy2(
      float[] v, int vAt, int chunk, int chunks, float[] u, int uAt, float[] m, int m0, int m1, float[] fence) {
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
    for (int n = 0; n < chunks; n++) {
      long at = from;
      for (int i = 0; i < CHUNK; i += 2) {
        int k = (uAt + i * (2 * WIDTH)) & ALIGNED;
        FloatVector w0 = FloatVector.fromArray(LANES, u, k + 0 * WIDTH);
        FloatVector w1 = FloatVector.fromArray(LANES, u, k + 1 * WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 0));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 64));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 128));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 192));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 256));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 320));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 384));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 448));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        a7r.intoArray(fence, 0);
        w0 = FloatVector.fromArray(LANES, u, k + 2 * WIDTH);
        w1 = FloatVector.fromArray(LANES, u, k + 3 * WIDTH);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 4));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 68));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 132));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 196));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 260));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 324));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 388));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 452));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        at += 8;
      }
      uAt += CHUNK * 2 * WIDTH;
      from += 4L * chunk;
    }
    a0l.intoArray(m, m0 + 0);
    a0r.intoArray(m, m1 + 0);
    a1l.intoArray(m, m0 + 16);
    a1r.intoArray(m, m1 + 16);
    a2l.intoArray(m, m0 + 32);
    a2r.intoArray(m, m1 + 32);
    a3l.intoArray(m, m0 + 48);
    a3r.intoArray(m, m1 + 48);
    a4l.intoArray(m, m0 + 64);
    a4r.intoArray(m, m1 + 64);
    a5l.intoArray(m, m0 + 80);
    a5r.intoArray(m, m1 + 80);
    a6l.intoArray(m, m0 + 96);
    a6r.intoArray(m, m1 + 96);
    a7l.intoArray(m, m0 + 112);
    a7r.intoArray(m, m1 + 112);
  }

  private static void tileBy4(
      float[] v, int vAt, int chunk, int chunks, float[] u, int uAt, float[] m, int m0, int m1, float[] fence) {
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
    for (int n = 0; n < chunks; n++) {
      long at = from;
      for (int i = 0; i < CHUNK; i += 4) {
        int k = (uAt + i * (2 * WIDTH)) & ALIGNED;
        FloatVector w0 = FloatVector.fromArray(LANES, u, k + 0 * WIDTH);
        FloatVector w1 = FloatVector.fromArray(LANES, u, k + 1 * WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 0));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 64));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 128));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 192));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 256));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 320));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 384));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 448));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        a7r.intoArray(fence, 0);
        w0 = FloatVector.fromArray(LANES, u, k + 2 * WIDTH);
        w1 = FloatVector.fromArray(LANES, u, k + 3 * WIDTH);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 4));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 68));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 132));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 196));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 260));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 324));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 388));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 452));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        a7r.intoArray(fence, 0);
        w0 = FloatVector.fromArray(LANES, u, k + 4 * WIDTH);
        w1 = FloatVector.fromArray(LANES, u, k + 5 * WIDTH);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 8));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 72));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 136));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 200));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 264));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 328));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 392));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 456));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        a7r.intoArray(fence, 0);
        w0 = FloatVector.fromArray(LANES, u, k + 6 * WIDTH);
        w1 = FloatVector.fromArray(LANES, u, k + 7 * WIDTH);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 12));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 76));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 140));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 204));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 268));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 332));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 396));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 460));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        at += 16;
      }
      uAt += CHUNK * 2 * WIDTH;
      from += 4L * chunk;
    }
    a0l.intoArray(m, m0 + 0);
    a0r.intoArray(m, m1 + 0);
    a1l.intoArray(m, m0 + 16);
    a1r.intoArray(m, m1 + 16);
    a2l.intoArray(m, m0 + 32);
    a2r.intoArray(m, m1 + 32);
    a3l.intoArray(m, m0 + 48);
    a3r.intoArray(m, m1 + 48);
    a4l.intoArray(m, m0 + 64);
    a4r.intoArray(m, m1 + 64);
    a5l.intoArray(m, m0 + 80);
    a5r.intoArray(m, m1 + 80);
    a6l.intoArray(m, m0 + 96);
    a6r.intoArray(m, m1 + 96);
    a7l.intoArray(m, m0 + 112);
    a7r.intoArray(m, m1 + 112);
  }

  private static void tileBy8(
      float[] v, int vAt, int chunk, int chunks, float[] u, int uAt, float[] m, int m0, int m1, float[] fence) {
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
    for (int n = 0; n < chunks; n++) {
      long at = from;
      for (int i = 0; i < CHUNK; i += 8) {
        int k = (uAt + i * (2 * WIDTH)) & ALIGNED;
        FloatVector w0 = FloatVector.fromArray(LANES, u, k + 0 * WIDTH);
        FloatVector w1 = FloatVector.fromArray(LANES, u, k + 1 * WIDTH);
        FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 0));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 64));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 128));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 192));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 256));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 320));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 384));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 448));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        a7r.intoArray(fence, 0);
        w0 = FloatVector.fromArray(LANES, u, k + 2 * WIDTH);
        w1 = FloatVector.fromArray(LANES, u, k + 3 * WIDTH);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 4));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 68));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 132));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 196));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 260));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 324));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 388));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 452));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        a7r.intoArray(fence, 0);
        w0 = FloatVector.fromArray(LANES, u, k + 4 * WIDTH);
        w1 = FloatVector.fromArray(LANES, u, k + 5 * WIDTH);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 8));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 72));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 136));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 200));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 264));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 328));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 392));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 456));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        a7r.intoArray(fence, 0);
        w0 = FloatVector.fromArray(LANES, u, k + 6 * WIDTH);
        w1 = FloatVector.fromArray(LANES, u, k + 7 * WIDTH);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 12));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 76));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 140));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 204));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 268));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 332));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 396));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 460));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        a7r.intoArray(fence, 0);
        w0 = FloatVector.fromArray(LANES, u, k + 8 * WIDTH);
        w1 = FloatVector.fromArray(LANES, u, k + 9 * WIDTH);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 16));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 80));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 144));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 208));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 272));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 336));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 400));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 464));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        a7r.intoArray(fence, 0);
        w0 = FloatVector.fromArray(LANES, u, k + 10 * WIDTH);
        w1 = FloatVector.fromArray(LANES, u, k + 11 * WIDTH);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 20));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 84));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 148));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 212));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 276));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 340));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 404));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 468));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        a7r.intoArray(fence, 0);
        w0 = FloatVector.fromArray(LANES, u, k + 12 * WIDTH);
        w1 = FloatVector.fromArray(LANES, u, k + 13 * WIDTH);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 24));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 88));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 152));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 216));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 280));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 344));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 408));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 472));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        a7r.intoArray(fence, 0);
        w0 = FloatVector.fromArray(LANES, u, k + 14 * WIDTH);
        w1 = FloatVector.fromArray(LANES, u, k + 15 * WIDTH);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 28));
        a0l = p.fma(w0, a0l);
        a0r = p.fma(w1, a0r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 92));
        a1l = p.fma(w0, a1l);
        a1r = p.fma(w1, a1r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 156));
        a2l = p.fma(w0, a2l);
        a2r = p.fma(w1, a2r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 220));
        a3l = p.fma(w0, a3l);
        a3r = p.fma(w1, a3r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 284));
        a4l = p.fma(w0, a4l);
        a4r = p.fma(w1, a4r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 348));
        a5l = p.fma(w0, a5l);
        a5r = p.fma(w1, a5r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 412));
        a6l = p.fma(w0, a6l);
        a6r = p.fma(w1, a6r);
        p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, at + 476));
        a7l = p.fma(w0, a7l);
        a7r = p.fma(w1, a7r);
        at += 32;
      }
      uAt += CHUNK * 2 * WIDTH;
      from += 4L * chunk;
    }
    a0l.intoArray(m, m0 + 0);
    a0r.intoArray(m, m1 + 0);
    a1l.intoArray(m, m0 + 16);
    a1r.intoArray(m, m1 + 16);
    a2l.intoArray(m, m0 + 32);
    a2r.intoArray(m, m1 + 32);
    a3l.intoArray(m, m0 + 48);
    a3r.intoArray(m, m1 + 48);
    a4l.intoArray(m, m0 + 64);
    a4r.intoArray(m, m1 + 64);
    a5l.intoArray(m, m0 + 80);
    a5r.intoArray(m, m1 + 80);
    a6l.intoArray(m, m0 + 96);
    a6r.intoArray(m, m1 + 96);
    a7l.intoArray(m, m0 + 112);
    a7r.intoArray(m, m1 + 112);
  }
  @Override
  public void sums(
      float[] v,
      int vAt,
      float[] d,
      int dAt,
      int chunk,
      int tiles,
      float[] sums,
      int at,
      int stride,
      boolean fresh) {
    int second = WIDTH == CHUNK ? chunk : WIDTH;
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
      a0l = FloatVector.fromArray(LANES, sums, at + 0 * stride);
      a0r = FloatVector.fromArray(LANES, sums, at + 0 * stride + WIDTH);
      a1l = FloatVector.fromArray(LANES, sums, at + 1 * stride);
      a1r = FloatVector.fromArray(LANES, sums, at + 1 * stride + WIDTH);
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
    int d2 = dAt + second;
    for (int t = 0; t < tiles; t++) {
      long o = from + 64L * t;
      FloatVector d0 = FloatVector.fromArray(LANES, d, dAt + t * CHUNK);
      FloatVector d1 = FloatVector.fromArray(LANES, d, d2 + t * CHUNK);
      FloatVector p = FloatVector.broadcast(LANES, UNSAFE.getFloat(v, o + 0));
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
    a0l.intoArray(sums, at + 0 * stride);
    a0r.intoArray(sums, at + 0 * stride + WIDTH);
    a1l.intoArray(sums, at + 1 * stride);
    a1r.intoArray(sums, at + 1 * stride + WIDTH);
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

  @Override
  public void weights(float[] w, int wAt, int wPlane, int count, float[] u, int uAt, int uPlane) {
    for (int k = 0; k < count; k += WIDTH) {
      weightVector(w, wAt + k, wPlane, u, uAt + k, uPlane);
    }
  }

  private static void weightVector(float[] w, int wAt, int wPlane, float[] u, int uAt, int uPlane) {
    FloatVector g00 = FloatVector.fromArray(LANES, w, wAt + 0 * wPlane);
    FloatVector g10 = FloatVector.fromArray(LANES, w, wAt + 3 * wPlane);
    FloatVector g20 = FloatVector.fromArray(LANES, w, wAt + 6 * wPlane);
    FloatVector s0 = g00.add(g20);
    FloatVector r10 = s0.add(g10).mul(0.5f);
    FloatVector r20 = s0.sub(g10).mul(0.5f);
    FloatVector g01 = FloatVector.fromArray(LANES, w, wAt + 1 * wPlane);
    FloatVector g11 = FloatVector.fromArray(LANES, w, wAt + 4 * wPlane);
    FloatVector g21 = FloatVector.fromArray(LANES, w, wAt + 7 * wPlane);
    FloatVector s1 = g01.add(g21);
    FloatVector r11 = s1.add(g11).mul(0.5f);
    FloatVector r21 = s1.sub(g11).mul(0.5f);
    FloatVector g02 = FloatVector.fromArray(LANES, w, wAt + 2 * wPlane);
    FloatVector g12 = FloatVector.fromArray(LANES, w, wAt + 5 * wPlane);
    FloatVector g22 = FloatVector.fromArray(LANES, w, wAt + 8 * wPlane);
    FloatVector s2 = g02.add(g22);
    FloatVector r12 = s2.add(g12).mul(0.5f);
    FloatVector r22 = s2.sub(g12).mul(0.5f);
    FloatVector z0 = g00.add(g02);
    g00.intoArray(u, uAt + 0 * uPlane);
    z0.add(g01).mul(0.5f).intoArray(u, uAt + 1 * uPlane);
    z0.sub(g01).mul(0.5f).intoArray(u, uAt + 2 * uPlane);
    g02.intoArray(u, uAt + 3 * uPlane);
    FloatVector z1 = r10.add(r12);
    r10.intoArray(u, uAt + 4 * uPlane);
    z1.add(r11).mul(0.5f).intoArray(u, uAt + 5 * uPlane);
    z1.sub(r11).mul(0.5f).intoArray(u, uAt + 6 * uPlane);
    r12.intoArray(u, uAt + 7 * uPlane);
    FloatVector z2 = r20.add(r22);
    r20.intoArray(u, uAt + 8 * uPlane);
    z2.add(r21).mul(0.5f).intoArray(u, uAt + 9 * uPlane);
    z2.sub(r21).mul(0.5f).intoArray(u, uAt + 10 * uPlane);
    r22.intoArray(u, uAt + 11 * uPlane);
    FloatVector z3 = g20.add(g22);
    g20.intoArray(u, uAt + 12 * uPlane);
    z3.add(g21).mul(0.5f).intoArray(u, uAt + 13 * uPlane);
    z3.sub(g21).mul(0.5f).intoArray(u, uAt + 14 * uPlane);
    g22.intoArray(u, uAt + 15 * uPlane);
  }

  @Override
  public void weightGradients(
      float[] u, int uAt, int uPlane, int count, boolean add, float[] w, int wAt, int wPlane) {
    for (int k = 0; k < count; k += WIDTH) {
      gradientVector(u, uAt + k, uPlane, add, w, wAt + k, wPlane);
    }
  }

  private static void gradientVector(
      float[] u, int uAt, int uPlane, boolean add, float[] w, int wAt, int wPlane) {
    FloatVector u00 = FloatVector.fromArray(LANES, u, uAt + 0 * uPlane);
    FloatVector u10 = FloatVector.fromArray(LANES, u, uAt + 4 * uPlane);
    FloatVector u20 = FloatVector.fromArray(LANES, u, uAt + 8 * uPlane);
    FloatVector u30 = FloatVector.fromArray(LANES, u, uAt + 12 * uPlane);
    FloatVector h0 = u10.add(u20).mul(0.5f);
    FloatVector r00 = u00.add(h0);
    FloatVector r10 = u10.sub(u20).mul(0.5f);
    FloatVector r20 = h0.add(u30);
    FloatVector u01 = FloatVector.fromArray(LANES, u, uAt + 1 * uPlane);
    FloatVector u11 = FloatVector.fromArray(LANES, u, uAt + 5 * uPlane);
    FloatVector u21 = FloatVector.fromArray(LANES, u, uAt + 9 * uPlane);
    FloatVector u31 = FloatVector.fromArray(LANES, u, uAt + 13 * uPlane);
    FloatVector h1 = u11.add(u21).mul(0.5f);
    FloatVector r01 = u01.add(h1);
    FloatVector r11 = u11.sub(u21).mul(0.5f);
    FloatVector r21 = h1.add(u31);
    FloatVector u02 = FloatVector.fromArray(LANES, u, uAt + 2 * uPlane);
    FloatVector u12 = FloatVector.fromArray(LANES, u, uAt + 6 * uPlane);
    FloatVector u22 = FloatVector.fromArray(LANES, u, uAt + 10 * uPlane);
    FloatVector u32 = FloatVector.fromArray(LANES, u, uAt + 14 * uPlane);
    FloatVector h2 = u12.add(u22).mul(0.5f);
    FloatVector r02 = u02.add(h2);
    FloatVector r12 = u12.sub(u22).mul(0.5f);
    FloatVector r22 = h2.add(u32);
    FloatVector u03 = FloatVector.fromArray(LANES, u, uAt + 3 * uPlane);
    FloatVector u13 = FloatVector.fromArray(LANES, u, uAt + 7 * uPlane);
    FloatVector u23 = FloatVector.fromArray(LANES, u, uAt + 11 * uPlane);
    FloatVector u33 = FloatVector.fromArray(LANES, u, uAt + 15 * uPlane);
    FloatVector h3 = u13.add(u23).mul(0.5f);
    FloatVector r03 = u03.add(h3);
    FloatVector r13 = u13.sub(u23).mul(0.5f);
    FloatVector r23 = h3.add(u33);
    FloatVector q0 = r01.add(r02).mul(0.5f);
    put(r00.add(q0), add, w, wAt + 0 * wPlane);
    put(r01.sub(r02).mul(0.5f), add, w, wAt + 1 * wPlane);
    put(q0.add(r03), add, w, wAt + 2 * wPlane);
    FloatVector q1 = r11.add(r12).mul(0.5f);
    put(r10.add(q1), add, w, wAt + 3 * wPlane);
    put(r11.sub(r12).mul(0.5f), add, w, wAt + 4 * wPlane);
    put(q1.add(r13), add, w, wAt + 5 * wPlane);
    FloatVector q2 = r21.add(r22).mul(0.5f);
    put(r20.add(q2), add, w, wAt + 6 * wPlane);
    put(r21.sub(r22).mul(0.5f), add, w, wAt + 7 * wPlane);
    put(q2.add(r23), add, w, wAt + 8 * wPlane);
  }

  private static void put(FloatVector sum, boolean add, float[] w, int at) {
    if (add) {
      FloatVector.fromArray(LANES, w, at).add(sum).intoArray(w, at);
    } else {
      sum.intoArray(w, at);
    }
  }
}
