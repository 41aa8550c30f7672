package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.CHUNK;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link WinogradTransforms} on vectors of channels. Bound by loads and stores: for a tile's vector
 * the input takes 24 additions, 8 loads and 16 stores, since neighbouring tiles share two columns.
 */
final class VectorWinogradTransforms implements WinogradTransforms {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final int WIDTH = LANES.length();

  @Override
  public void input(Lines x, int firstChannel, int lastChannel, WinogradPlanes v, int tile) {
    for (int c = firstChannel; c < lastChannel; c += WIDTH) {
      inputRow(x, c, v.array, v.at(0, c - firstChannel, tile), v.plane);
    }
  }

  private static void inputRow(Lines lines, int channel, float[] v, int vAt, int plane) {
    float[] x = lines.image;
    float[] above = lines.above;
    float[] below = lines.below;
    int at0 = lines.aboveAt + channel;
    int at1 = lines.firstAt + channel;
    int at2 = lines.secondAt + channel;
    int at3 = lines.belowAt + channel;
    int step = lines.channels;
    int tiles = lines.tiles;
    FloatVector a0 = FloatVector.zero(LANES);
    FloatVector a1 = FloatVector.zero(LANES);
    FloatVector a2 = FloatVector.zero(LANES);
    FloatVector a3 = FloatVector.zero(LANES);
    FloatVector s0 = FloatVector.fromArray(LANES, above, at0);
    FloatVector s1 = FloatVector.fromArray(LANES, x, at1);
    FloatVector s2 = FloatVector.fromArray(LANES, x, at2);
    FloatVector s3 = FloatVector.fromArray(LANES, below, at3);
    FloatVector b0 = s0.sub(s2);
    FloatVector b1 = s1.add(s2);
    FloatVector b2 = s2.sub(s1);
    FloatVector b3 = s3.sub(s1);
    int to = vAt;
    for (int t = 1; t < tiles; t++) {
      FloatVector e0 = FloatVector.fromArray(LANES, above, at0 + step);
      FloatVector e1 = FloatVector.fromArray(LANES, x, at1 + step);
      FloatVector e2 = FloatVector.fromArray(LANES, x, at2 + step);
      FloatVector e3 = FloatVector.fromArray(LANES, below, at3 + step);
      FloatVector c0 = e0.sub(e2);
      FloatVector c1 = e1.add(e2);
      FloatVector c2 = e2.sub(e1);
      FloatVector c3 = e3.sub(e1);
      FloatVector f0 = FloatVector.fromArray(LANES, above, at0 + 2 * step);
      FloatVector f1 = FloatVector.fromArray(LANES, x, at1 + 2 * step);
      FloatVector f2 = FloatVector.fromArray(LANES, x, at2 + 2 * step);
      FloatVector f3 = FloatVector.fromArray(LANES, below, at3 + 2 * step);
      FloatVector d0 = f0.sub(f2);
      FloatVector d1 = f1.add(f2);
      FloatVector d2 = f2.sub(f1);
      FloatVector d3 = f3.sub(f1);
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
    FloatVector g0 = FloatVector.fromArray(LANES, above, at0 + step);
    FloatVector g1 = FloatVector.fromArray(LANES, x, at1 + step);
    FloatVector g2 = FloatVector.fromArray(LANES, x, at2 + step);
    FloatVector g3 = FloatVector.fromArray(LANES, below, at3 + step);
    FloatVector c0 = g0.sub(g2);
    FloatVector c1 = g1.add(g2);
    FloatVector c2 = g2.sub(g1);
    FloatVector c3 = g3.sub(g1);
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
  public void output(WinogradPlanes m, int tile, Lines y) {
    for (int c = 0; c < y.channels; c += WIDTH) {
      outputRow(m.array, m.at(0, c, tile), m.plane, y, c);
    }
  }

  @Override
  public void outputWithBias(WinogradPlanes m, int tile, float[] bias, Lines y) {
    for (int c = 0; c < y.channels; c += WIDTH) {
      addedRow(m.array, m.at(0, c, tile), m.plane, bias, c, c, 0, y, c);
    }
  }

  @Override
  public void outputAdded(WinogradPlanes m, int tile, Lines y) {
    for (int c = 0; c < y.channels; c += WIDTH) {
      addedRow(
          m.array,
          m.at(0, c, tile),
          m.plane,
          y.image,
          y.firstAt + c,
          y.secondAt + c,
          y.channels,
          y,
          c);
    }
  }

  private static void outputRow(float[] m, int mAt, int plane, Lines lines, int channel) {
    float[] y = lines.image;
    int at0 = lines.firstAt + channel;
    int at1 = lines.secondAt + channel;
    int step = lines.channels;
    int from = mAt;
    for (int t = 0; t < lines.tiles; t++) {
      FloatVector m00 = FloatVector.fromArray(LANES, m, from + 0 * plane);
      FloatVector m10 = FloatVector.fromArray(LANES, m, from + 4 * plane);
      FloatVector m20 = FloatVector.fromArray(LANES, m, from + 8 * plane);
      FloatVector m30 = FloatVector.fromArray(LANES, m, from + 12 * plane);
      FloatVector s00 = m00.add(m10).add(m20);
      FloatVector s10 = m10.sub(m20).add(m30);
      FloatVector m01 = FloatVector.fromArray(LANES, m, from + 1 * plane);
      FloatVector m11 = FloatVector.fromArray(LANES, m, from + 5 * plane);
      FloatVector m21 = FloatVector.fromArray(LANES, m, from + 9 * plane);
      FloatVector m31 = FloatVector.fromArray(LANES, m, from + 13 * plane);
      FloatVector s01 = m01.add(m11).add(m21);
      FloatVector s11 = m11.sub(m21).add(m31);
      FloatVector m02 = FloatVector.fromArray(LANES, m, from + 2 * plane);
      FloatVector m12 = FloatVector.fromArray(LANES, m, from + 6 * plane);
      FloatVector m22 = FloatVector.fromArray(LANES, m, from + 10 * plane);
      FloatVector m32 = FloatVector.fromArray(LANES, m, from + 14 * plane);
      FloatVector s02 = m02.add(m12).add(m22);
      FloatVector s12 = m12.sub(m22).add(m32);
      FloatVector m03 = FloatVector.fromArray(LANES, m, from + 3 * plane);
      FloatVector m13 = FloatVector.fromArray(LANES, m, from + 7 * plane);
      FloatVector m23 = FloatVector.fromArray(LANES, m, from + 11 * plane);
      FloatVector m33 = FloatVector.fromArray(LANES, m, from + 15 * plane);
      FloatVector s03 = m03.add(m13).add(m23);
      FloatVector s13 = m13.sub(m23).add(m33);
      FloatVector y00 = s00.add(s01).add(s02);
      FloatVector y01 = s01.sub(s02).add(s03);
      FloatVector y10 = s10.add(s11).add(s12);
      FloatVector y11 = s11.sub(s12).add(s13);
      y00.intoArray(y, at0);
      y01.intoArray(y, at0 + step);
      y10.intoArray(y, at1);
      y11.intoArray(y, at1 + step);
      from += CHUNK;
      at0 += 2 * step;
      at1 += 2 * step;
    }
  }

  private static void addedRow(
      float[] m,
      int mAt,
      int plane,
      float[] other,
      int other0,
      int other1,
      int otherStep,
      Lines lines,
      int channel) {
    float[] y = lines.image;
    int at0 = lines.firstAt + channel;
    int at1 = lines.secondAt + channel;
    int step = lines.channels;
    int from = mAt;
    int o0 = other0;
    int o1 = other1;
    for (int t = 0; t < lines.tiles; t++) {
      FloatVector m00 = FloatVector.fromArray(LANES, m, from + 0 * plane);
      FloatVector m10 = FloatVector.fromArray(LANES, m, from + 4 * plane);
      FloatVector m20 = FloatVector.fromArray(LANES, m, from + 8 * plane);
      FloatVector m30 = FloatVector.fromArray(LANES, m, from + 12 * plane);
      FloatVector s00 = m00.add(m10).add(m20);
      FloatVector s10 = m10.sub(m20).add(m30);
      FloatVector m01 = FloatVector.fromArray(LANES, m, from + 1 * plane);
      FloatVector m11 = FloatVector.fromArray(LANES, m, from + 5 * plane);
      FloatVector m21 = FloatVector.fromArray(LANES, m, from + 9 * plane);
      FloatVector m31 = FloatVector.fromArray(LANES, m, from + 13 * plane);
      FloatVector s01 = m01.add(m11).add(m21);
      FloatVector s11 = m11.sub(m21).add(m31);
      FloatVector m02 = FloatVector.fromArray(LANES, m, from + 2 * plane);
      FloatVector m12 = FloatVector.fromArray(LANES, m, from + 6 * plane);
      FloatVector m22 = FloatVector.fromArray(LANES, m, from + 10 * plane);
      FloatVector m32 = FloatVector.fromArray(LANES, m, from + 14 * plane);
      FloatVector s02 = m02.add(m12).add(m22);
      FloatVector s12 = m12.sub(m22).add(m32);
      FloatVector m03 = FloatVector.fromArray(LANES, m, from + 3 * plane);
      FloatVector m13 = FloatVector.fromArray(LANES, m, from + 7 * plane);
      FloatVector m23 = FloatVector.fromArray(LANES, m, from + 11 * plane);
      FloatVector m33 = FloatVector.fromArray(LANES, m, from + 15 * plane);
      FloatVector s03 = m03.add(m13).add(m23);
      FloatVector s13 = m13.sub(m23).add(m33);
      FloatVector y00 = s00.add(s01).add(s02);
      FloatVector y01 = s01.sub(s02).add(s03);
      FloatVector y10 = s10.add(s11).add(s12);
      FloatVector y11 = s11.sub(s12).add(s13);
      y00.add(FloatVector.fromArray(LANES, other, o0)).intoArray(y, at0);
      y01.add(FloatVector.fromArray(LANES, other, o0 + otherStep)).intoArray(y, at0 + step);
      y10.add(FloatVector.fromArray(LANES, other, o1)).intoArray(y, at1);
      y11.add(FloatVector.fromArray(LANES, other, o1 + otherStep)).intoArray(y, at1 + step);
      from += CHUNK;
      at0 += 2 * step;
      at1 += 2 * step;
      o0 += 2 * otherStep;
      o1 += 2 * otherStep;
    }
  }

  @Override
  public void gradient(Lines dY, WinogradPlanes m, int tile) {
    for (int c = 0; c < dY.channels; c += WIDTH) {
      gradientRow(dY, c, m.array, m.at(0, c, tile), m.plane);
    }
  }

  private static void gradientRow(Lines lines, int channel, float[] m, int mAt, int plane) {
    float[] dY = lines.image;
    int at0 = lines.firstAt + channel;
    int at1 = lines.secondAt + channel;
    int step = lines.channels;
    int to = mAt;
    for (int t = 0; t < lines.tiles; t++) {
      FloatVector r00 = FloatVector.fromArray(LANES, dY, at0);
      FloatVector r30 = FloatVector.fromArray(LANES, dY, at1);
      FloatVector r10 = r00.add(r30);
      FloatVector r20 = r00.sub(r30);
      FloatVector r01 = FloatVector.fromArray(LANES, dY, at0 + step);
      FloatVector r31 = FloatVector.fromArray(LANES, dY, at1 + step);
      FloatVector r11 = r01.add(r31);
      FloatVector r21 = r01.sub(r31);
      int p0 = to + 0 * plane;
      r00.intoArray(m, p0);
      r00.add(r01).intoArray(m, p0 + plane);
      r00.sub(r01).intoArray(m, p0 + 2 * plane);
      r01.intoArray(m, p0 + 3 * plane);
      int p1 = to + 4 * plane;
      r10.intoArray(m, p1);
      r10.add(r11).intoArray(m, p1 + plane);
      r10.sub(r11).intoArray(m, p1 + 2 * plane);
      r11.intoArray(m, p1 + 3 * plane);
      int p2 = to + 8 * plane;
      r20.intoArray(m, p2);
      r20.add(r21).intoArray(m, p2 + plane);
      r20.sub(r21).intoArray(m, p2 + 2 * plane);
      r21.intoArray(m, p2 + 3 * plane);
      int p3 = to + 12 * plane;
      r30.intoArray(m, p3);
      r30.add(r31).intoArray(m, p3 + plane);
      r30.sub(r31).intoArray(m, p3 + 2 * plane);
      r31.intoArray(m, p3 + 3 * plane);
      to += CHUNK;
      at0 += 2 * step;
      at1 += 2 * step;
    }
  }

  @Override
  public void weights(float[] w, int first, int count, int plane, float[] u) {
    for (int at = first; at < first + count; at += WIDTH) {
      weightVector(w, at, plane, u);
    }
  }

  private static void weightVector(float[] w, int at, int plane, float[] u) {
    FloatVector half = FloatVector.broadcast(LANES, 0.5f);
    FloatVector g00 = FloatVector.fromArray(LANES, w, at + 0 * plane);
    FloatVector g10 = FloatVector.fromArray(LANES, w, at + 3 * plane);
    FloatVector g20 = FloatVector.fromArray(LANES, w, at + 6 * plane);
    FloatVector s0 = g00.add(g20);
    FloatVector r10 = s0.add(g10).mul(half);
    FloatVector r20 = s0.sub(g10).mul(half);
    FloatVector g01 = FloatVector.fromArray(LANES, w, at + 1 * plane);
    FloatVector g11 = FloatVector.fromArray(LANES, w, at + 4 * plane);
    FloatVector g21 = FloatVector.fromArray(LANES, w, at + 7 * plane);
    FloatVector s1 = g01.add(g21);
    FloatVector r11 = s1.add(g11).mul(half);
    FloatVector r21 = s1.sub(g11).mul(half);
    FloatVector g02 = FloatVector.fromArray(LANES, w, at + 2 * plane);
    FloatVector g12 = FloatVector.fromArray(LANES, w, at + 5 * plane);
    FloatVector g22 = FloatVector.fromArray(LANES, w, at + 8 * plane);
    FloatVector s2 = g02.add(g22);
    FloatVector r12 = s2.add(g12).mul(half);
    FloatVector r22 = s2.sub(g12).mul(half);
    FloatVector z0 = g00.add(g02);
    int p0 = at + 0 * plane;
    g00.intoArray(u, p0);
    z0.add(g01).mul(half).intoArray(u, p0 + plane);
    z0.sub(g01).mul(half).intoArray(u, p0 + 2 * plane);
    g02.intoArray(u, p0 + 3 * plane);
    FloatVector z1 = r10.add(r12);
    int p1 = at + 4 * plane;
    r10.intoArray(u, p1);
    z1.add(r11).mul(half).intoArray(u, p1 + plane);
    z1.sub(r11).mul(half).intoArray(u, p1 + 2 * plane);
    r12.intoArray(u, p1 + 3 * plane);
    FloatVector z2 = r20.add(r22);
    int p2 = at + 8 * plane;
    r20.intoArray(u, p2);
    z2.add(r21).mul(half).intoArray(u, p2 + plane);
    z2.sub(r21).mul(half).intoArray(u, p2 + 2 * plane);
    r22.intoArray(u, p2 + 3 * plane);
    FloatVector z3 = g20.add(g22);
    int p3 = at + 12 * plane;
    g20.intoArray(u, p3);
    z3.add(g21).mul(half).intoArray(u, p3 + plane);
    z3.sub(g21).mul(half).intoArray(u, p3 + 2 * plane);
    g22.intoArray(u, p3 + 3 * plane);
  }

  @Override
  public void weightGradient(
      float[] u, int first, int count, int plane, boolean accumulate, float[] dW) {
    for (int at = first; at < first + count; at += WIDTH) {
      gradientVector(u, at, plane, accumulate, dW);
    }
  }

  private static void gradientVector(float[] u, int at, int plane, boolean accumulate, float[] dW) {
    FloatVector half = FloatVector.broadcast(LANES, 0.5f);
    FloatVector u00 = FloatVector.fromArray(LANES, u, at + 0 * plane);
    FloatVector u10 = FloatVector.fromArray(LANES, u, at + 4 * plane);
    FloatVector u20 = FloatVector.fromArray(LANES, u, at + 8 * plane);
    FloatVector u30 = FloatVector.fromArray(LANES, u, at + 12 * plane);
    FloatVector h0 = u10.add(u20).mul(half);
    FloatVector r00 = u00.add(h0);
    FloatVector r10 = u10.sub(u20).mul(half);
    FloatVector r20 = h0.add(u30);
    FloatVector u01 = FloatVector.fromArray(LANES, u, at + 1 * plane);
    FloatVector u11 = FloatVector.fromArray(LANES, u, at + 5 * plane);
    FloatVector u21 = FloatVector.fromArray(LANES, u, at + 9 * plane);
    FloatVector u31 = FloatVector.fromArray(LANES, u, at + 13 * plane);
    FloatVector h1 = u11.add(u21).mul(half);
    FloatVector r01 = u01.add(h1);
    FloatVector r11 = u11.sub(u21).mul(half);
    FloatVector r21 = h1.add(u31);
    FloatVector u02 = FloatVector.fromArray(LANES, u, at + 2 * plane);
    FloatVector u12 = FloatVector.fromArray(LANES, u, at + 6 * plane);
    FloatVector u22 = FloatVector.fromArray(LANES, u, at + 10 * plane);
    FloatVector u32 = FloatVector.fromArray(LANES, u, at + 14 * plane);
    FloatVector h2 = u12.add(u22).mul(half);
    FloatVector r02 = u02.add(h2);
    FloatVector r12 = u12.sub(u22).mul(half);
    FloatVector r22 = h2.add(u32);
    FloatVector u03 = FloatVector.fromArray(LANES, u, at + 3 * plane);
    FloatVector u13 = FloatVector.fromArray(LANES, u, at + 7 * plane);
    FloatVector u23 = FloatVector.fromArray(LANES, u, at + 11 * plane);
    FloatVector u33 = FloatVector.fromArray(LANES, u, at + 15 * plane);
    FloatVector h3 = u13.add(u23).mul(half);
    FloatVector r03 = u03.add(h3);
    FloatVector r13 = u13.sub(u23).mul(half);
    FloatVector r23 = h3.add(u33);
    FloatVector q0 = r01.add(r02).mul(half);
    FloatVector g00 = r00.add(q0);
    FloatVector g01 = r01.sub(r02).mul(half);
    FloatVector g02 = q0.add(r03);
    FloatVector q1 = r11.add(r12).mul(half);
    FloatVector g10 = r10.add(q1);
    FloatVector g11 = r11.sub(r12).mul(half);
    FloatVector g12 = q1.add(r13);
    FloatVector q2 = r21.add(r22).mul(half);
    FloatVector g20 = r20.add(q2);
    FloatVector g21 = r21.sub(r22).mul(half);
    FloatVector g22 = q2.add(r23);
    if (accumulate) {
      g00 = g00.add(FloatVector.fromArray(LANES, dW, at + 0 * plane));
      g01 = g01.add(FloatVector.fromArray(LANES, dW, at + 1 * plane));
      g02 = g02.add(FloatVector.fromArray(LANES, dW, at + 2 * plane));
      g10 = g10.add(FloatVector.fromArray(LANES, dW, at + 3 * plane));
      g11 = g11.add(FloatVector.fromArray(LANES, dW, at + 4 * plane));
      g12 = g12.add(FloatVector.fromArray(LANES, dW, at + 5 * plane));
      g20 = g20.add(FloatVector.fromArray(LANES, dW, at + 6 * plane));
      g21 = g21.add(FloatVector.fromArray(LANES, dW, at + 7 * plane));
      g22 = g22.add(FloatVector.fromArray(LANES, dW, at + 8 * plane));
    }
    g00.intoArray(dW, at + 0 * plane);
    g01.intoArray(dW, at + 1 * plane);
    g02.intoArray(dW, at + 2 * plane);
    g10.intoArray(dW, at + 3 * plane);
    g11.intoArray(dW, at + 4 * plane);
    g12.intoArray(dW, at + 5 * plane);
    g20.intoArray(dW, at + 6 * plane);
    g21.intoArray(dW, at + 7 * plane);
    g22.intoArray(dW, at + 8 * plane);
  }
}
