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
}
