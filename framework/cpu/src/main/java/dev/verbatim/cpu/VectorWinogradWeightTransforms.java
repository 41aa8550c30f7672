package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.SIDE;
import static dev.verbatim.cpu.WinogradPoints.AT_0;
import static dev.verbatim.cpu.WinogradPoints.P_EVEN;
import static dev.verbatim.cpu.WinogradPoints.P_ODD;
import static dev.verbatim.cpu.WinogradPoints.Q_EVEN;
import static dev.verbatim.cpu.WinogradPoints.Q_ODD;
import static dev.verbatim.cpu.WinogradPoints.SQUARE;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link WinogradWeightTransforms} on vectors of pairs of channels. What is between columns and
 * rows waits in the positions' own places.
 */
final class VectorWinogradWeightTransforms implements WinogradWeightTransforms {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final int WIDTH = LANES.length();
  private static final int KERNEL = 3;

  @Override
  public void weights(float[] w, int at, int plane, int count, float[] u, int to, int uPlane) {
    for (int n = 0; n < count; n += WIDTH) {
      for (int j = 0; j < KERNEL; j++) {
        weightLine(w, at + n + j * plane, KERNEL * plane, u, to + n + j * uPlane, SIDE * uPlane);
      }
      for (int i = 0; i < SIDE; i++) {
        weightLine(u, to + n + i * SIDE * uPlane, uPlane, u, to + n + i * SIDE * uPlane, uPlane);
      }
    }
  }

  private static void weightLine(float[] w, int from, int step, float[] u, int to, int uStep) {
    FloatVector pOdd = FloatVector.broadcast(LANES, P_ODD);
    FloatVector qOdd = FloatVector.broadcast(LANES, Q_ODD);
    FloatVector square = FloatVector.broadcast(LANES, SQUARE);
    FloatVector g0 = FloatVector.fromArray(LANES, w, from);
    FloatVector g1 = FloatVector.fromArray(LANES, w, from + step);
    FloatVector g2 = FloatVector.fromArray(LANES, w, from + 2 * step);
    FloatVector evenP = square.neg().fma(g2, g0.mul(P_EVEN));
    FloatVector evenQ = square.fma(g2, g0.mul(Q_EVEN));
    g0.mul(AT_0).intoArray(u, to);
    pOdd.fma(g1, evenP).intoArray(u, to + uStep);
    pOdd.neg().fma(g1, evenP).intoArray(u, to + 2 * uStep);
    qOdd.fma(g1, evenQ).intoArray(u, to + 3 * uStep);
    qOdd.neg().fma(g1, evenQ).intoArray(u, to + 4 * uStep);
    g2.intoArray(u, to + 5 * uStep);
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
      for (int j = 0; j < SIDE; j++) {
        gradientLine(u, from + n + j * uPlane, SIDE * uPlane);
      }
      for (int i = 0; i < KERNEL; i++) {
        int line = from + n + i * SIDE * uPlane;
        gradientLine(u, line, uPlane);
        for (int j = 0; j < KERNEL; j++) {
          FloatVector g = FloatVector.fromArray(LANES, u, line + j * uPlane);
          int to = at + n + (KERNEL * i + j) * plane;
          if (accumulate) {
            g.add(FloatVector.fromArray(LANES, dW, to)).intoArray(dW, to);
          } else {
            g.intoArray(dW, to);
          }
        }
      }
    }
  }

  private static void gradientLine(float[] u, int at, int step) {
    FloatVector pEven = FloatVector.broadcast(LANES, P_EVEN);
    FloatVector qEven = FloatVector.broadcast(LANES, Q_EVEN);
    FloatVector pOdd = FloatVector.broadcast(LANES, P_ODD);
    FloatVector qOdd = FloatVector.broadcast(LANES, Q_ODD);
    FloatVector square = FloatVector.broadcast(LANES, SQUARE);
    FloatVector u0 = FloatVector.fromArray(LANES, u, at);
    FloatVector u1 = FloatVector.fromArray(LANES, u, at + step);
    FloatVector u2 = FloatVector.fromArray(LANES, u, at + 2 * step);
    FloatVector u3 = FloatVector.fromArray(LANES, u, at + 3 * step);
    FloatVector u4 = FloatVector.fromArray(LANES, u, at + 4 * step);
    FloatVector u5 = FloatVector.fromArray(LANES, u, at + 5 * step);
    FloatVector evenP = u1.add(u2);
    FloatVector evenQ = u3.add(u4);
    qEven.fma(evenQ, pEven.fma(evenP, u0.mul(AT_0))).intoArray(u, at);
    qOdd.fma(u3.sub(u4), pOdd.mul(u1.sub(u2))).intoArray(u, at + step);
    square.fma(evenQ, square.neg().fma(evenP, u5)).intoArray(u, at + 2 * step);
  }
}
