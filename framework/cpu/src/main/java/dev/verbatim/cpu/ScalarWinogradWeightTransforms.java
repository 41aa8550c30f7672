package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.POSITIONS;
import static dev.verbatim.cpu.WinogradPlanes.SIDE;
import static dev.verbatim.cpu.WinogradPoints.AT_0;
import static dev.verbatim.cpu.WinogradPoints.P_EVEN;
import static dev.verbatim.cpu.WinogradPoints.P_ODD;
import static dev.verbatim.cpu.WinogradPoints.Q_EVEN;
import static dev.verbatim.cpu.WinogradPoints.Q_ODD;
import static dev.verbatim.cpu.WinogradPoints.SQUARE;

/** {@link WinogradWeightTransforms} in plain Java. */
final class ScalarWinogradWeightTransforms implements WinogradWeightTransforms {
  @Override
  public void weights(float[] w, int at, int plane, int count, float[] u, int to, int uPlane) {
    float[] g = new float[POSITIONS];
    for (int n = 0; n < count; n++) {
      for (int j = 0; j < 3; j++) {
        for (int i = 0; i < 3; i++) {
          g[SIDE * i + j] = w[at + n + (3 * i + j) * plane];
        }
        weights(g, j, SIDE);
      }
      for (int i = 0; i < SIDE; i++) {
        weights(g, SIDE * i, 1);
      }
      for (int p = 0; p < POSITIONS; p++) {
        u[to + n + p * uPlane] = g[p];
      }
    }
  }

  /** Six weights of three, a step apart, in place. */
  private static void weights(float[] g, int at, int step) {
    float g0 = g[at];
    float g1 = g[at + step];
    float g2 = g[at + 2 * step];
    float evenP = Math.fma(-SQUARE, g2, g0 * P_EVEN);
    float evenQ = Math.fma(SQUARE, g2, g0 * Q_EVEN);
    g[at] = g0 * AT_0;
    g[at + step] = Math.fma(P_ODD, g1, evenP);
    g[at + 2 * step] = Math.fma(-P_ODD, g1, evenP);
    g[at + 3 * step] = Math.fma(Q_ODD, g1, evenQ);
    g[at + 4 * step] = Math.fma(-Q_ODD, g1, evenQ);
    g[at + 5 * step] = g2;
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
    float[] g = new float[POSITIONS];
    for (int n = 0; n < count; n++) {
      for (int p = 0; p < POSITIONS; p++) {
        g[p] = u[from + n + p * uPlane];
      }
      for (int j = 0; j < SIDE; j++) {
        gradients(g, j, SIDE);
      }
      for (int i = 0; i < 3; i++) {
        gradients(g, SIDE * i, 1);
        for (int j = 0; j < 3; j++) {
          int to = at + n + (3 * i + j) * plane;
          dW[to] = accumulate ? dW[to] + g[SIDE * i + j] : g[SIDE * i + j];
        }
      }
    }
  }

  /** Three gradients of six, a step apart, in place. */
  private static void gradients(float[] u, int at, int step) {
    float u1 = u[at + step];
    float u2 = u[at + 2 * step];
    float u3 = u[at + 3 * step];
    float u4 = u[at + 4 * step];
    float evenP = u1 + u2;
    float evenQ = u3 + u4;
    u[at] = Math.fma(Q_EVEN, evenQ, Math.fma(P_EVEN, evenP, u[at] * AT_0));
    u[at + step] = Math.fma(Q_ODD, u3 - u4, P_ODD * (u1 - u2));
    u[at + 2 * step] = Math.fma(SQUARE, evenQ, Math.fma(-SQUARE, evenP, u[at + 5 * step]));
  }
}
