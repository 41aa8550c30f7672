package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link WinogradWeightTransforms} on vectors of pairs of channels. */
final class VectorWinogradWeightTransforms implements WinogradWeightTransforms {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final int WIDTH = LANES.length();

  @Override
  public void weights(float[] w, int at, int plane, int count, float[] u, int to, int uPlane) {
    for (int n = 0; n < count; n += WIDTH) {
      weightVector(w, at + n, plane, u, to + n, uPlane);
    }
  }

  private static void weightVector(float[] w, int at, int plane, float[] u, int to, int uPlane) {
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
    int p0 = to + 0 * uPlane;
    g00.intoArray(u, p0);
    z0.add(g01).mul(half).intoArray(u, p0 + uPlane);
    z0.sub(g01).mul(half).intoArray(u, p0 + 2 * uPlane);
    g02.intoArray(u, p0 + 3 * uPlane);
    FloatVector z1 = r10.add(r12);
    int p1 = to + 4 * uPlane;
    r10.intoArray(u, p1);
    z1.add(r11).mul(half).intoArray(u, p1 + uPlane);
    z1.sub(r11).mul(half).intoArray(u, p1 + 2 * uPlane);
    r12.intoArray(u, p1 + 3 * uPlane);
    FloatVector z2 = r20.add(r22);
    int p2 = to + 8 * uPlane;
    r20.intoArray(u, p2);
    z2.add(r21).mul(half).intoArray(u, p2 + uPlane);
    z2.sub(r21).mul(half).intoArray(u, p2 + 2 * uPlane);
    r22.intoArray(u, p2 + 3 * uPlane);
    FloatVector z3 = g20.add(g22);
    int p3 = to + 12 * uPlane;
    g20.intoArray(u, p3);
    z3.add(g21).mul(half).intoArray(u, p3 + uPlane);
    z3.sub(g21).mul(half).intoArray(u, p3 + 2 * uPlane);
    g22.intoArray(u, p3 + 3 * uPlane);
  }

  @Override
  public void gradient(
      float[] u,
      int from,
      int uPlane,
      int count,
      boolean accumulate,
      float[] dW,
      int at,
      int plane) {
    for (int n = 0; n < count; n += WIDTH) {
      gradientVector(u, from + n, uPlane, accumulate, dW, at + n, plane);
    }
  }

  private static void gradientVector(
      float[] u, int from, int uPlane, boolean accumulate, float[] dW, int at, int plane) {
    FloatVector half = FloatVector.broadcast(LANES, 0.5f);
    FloatVector u00 = FloatVector.fromArray(LANES, u, from + 0 * uPlane);
    FloatVector u10 = FloatVector.fromArray(LANES, u, from + 4 * uPlane);
    FloatVector u20 = FloatVector.fromArray(LANES, u, from + 8 * uPlane);
    FloatVector u30 = FloatVector.fromArray(LANES, u, from + 12 * uPlane);
    FloatVector h0 = u10.add(u20).mul(half);
    FloatVector r00 = u00.add(h0);
    FloatVector r10 = u10.sub(u20).mul(half);
    FloatVector r20 = h0.add(u30);
    FloatVector u01 = FloatVector.fromArray(LANES, u, from + 1 * uPlane);
    FloatVector u11 = FloatVector.fromArray(LANES, u, from + 5 * uPlane);
    FloatVector u21 = FloatVector.fromArray(LANES, u, from + 9 * uPlane);
    FloatVector u31 = FloatVector.fromArray(LANES, u, from + 13 * uPlane);
    FloatVector h1 = u11.add(u21).mul(half);
    FloatVector r01 = u01.add(h1);
    FloatVector r11 = u11.sub(u21).mul(half);
    FloatVector r21 = h1.add(u31);
    FloatVector u02 = FloatVector.fromArray(LANES, u, from + 2 * uPlane);
    FloatVector u12 = FloatVector.fromArray(LANES, u, from + 6 * uPlane);
    FloatVector u22 = FloatVector.fromArray(LANES, u, from + 10 * uPlane);
    FloatVector u32 = FloatVector.fromArray(LANES, u, from + 14 * uPlane);
    FloatVector h2 = u12.add(u22).mul(half);
    FloatVector r02 = u02.add(h2);
    FloatVector r12 = u12.sub(u22).mul(half);
    FloatVector r22 = h2.add(u32);
    FloatVector u03 = FloatVector.fromArray(LANES, u, from + 3 * uPlane);
    FloatVector u13 = FloatVector.fromArray(LANES, u, from + 7 * uPlane);
    FloatVector u23 = FloatVector.fromArray(LANES, u, from + 11 * uPlane);
    FloatVector u33 = FloatVector.fromArray(LANES, u, from + 15 * uPlane);
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
