package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.POSITIONS;
import static dev.verbatim.cpu.WinogradPlanes.SIDE;
import static dev.verbatim.cpu.WinogradPlanes.TILE;
import static dev.verbatim.cpu.WinogradPoints.P;
import static dev.verbatim.cpu.WinogradPoints.P2;
import static dev.verbatim.cpu.WinogradPoints.P3;
import static dev.verbatim.cpu.WinogradPoints.PRODUCT;
import static dev.verbatim.cpu.WinogradPoints.Q;
import static dev.verbatim.cpu.WinogradPoints.Q2;
import static dev.verbatim.cpu.WinogradPoints.Q3;
import static dev.verbatim.cpu.WinogradPoints.SUM;

/** {@link WinogradTransforms} in plain Java. */
final class ScalarWinogradTransforms implements WinogradTransforms {
  @Override
  public void input(Lines x, int firstChannel, int lastChannel, WinogradPlanes v, int tile) {
    float[] d = new float[POSITIONS];
    for (int c = firstChannel; c < lastChannel; c++) {
      for (int t = 0; t < x.tiles; t++) {
        for (int j = 0; j < SIDE; j++) {
          int column = TILE * t + j - 1;
          boolean inside = column >= 0 && column < x.width;
          for (int i = 0; i < SIDE; i++) {
            d[SIDE * i + j] = inside ? x.arrays[i][x.at[i] + column * x.channels + c] : 0f;
          }
          values(d, j, SIDE);
        }
        for (int i = 0; i < SIDE; i++) {
          values(d, SIDE * i, 1);
        }
        put(d, v, c - firstChannel, tile + t);
      }
    }
  }

  /** Six values, a step apart, in place. */
  private static void values(float[] d, int at, int step) {
    float d1 = d[at + step];
    float d2 = d[at + 2 * step];
    float d3 = d[at + 3 * step];
    float d4 = d[at + 4 * step];
    float evenP = Math.fma(-Q2, d2, d4);
    float oddP = Math.fma(-Q2, d1, d3);
    float evenQ = Math.fma(-P2, d2, d4);
    float oddQ = Math.fma(-P2, d1, d3);
    d[at] = Math.fma(PRODUCT, d[at], Math.fma(-SUM, d2, d4));
    d[at + step] = Math.fma(P, oddP, evenP);
    d[at + 2 * step] = Math.fma(-P, oddP, evenP);
    d[at + 3 * step] = Math.fma(Q, oddQ, evenQ);
    d[at + 4 * step] = Math.fma(-Q, oddQ, evenQ);
    d[at + 5 * step] = Math.fma(PRODUCT, d1, Math.fma(-SUM, d3, d[at + 5 * step]));
  }

  private static void put(float[] d, WinogradPlanes planes, int channel, int tile) {
    for (int p = 0; p < POSITIONS; p++) {
      planes.array[planes.at(p, channel, tile)] = d[p];
    }
  }

  @Override
  public void output(WinogradPlanes m, int tile, Lines y) {
    outputs(m, tile, new float[0], false, y);
  }

  @Override
  public void outputWithBias(WinogradPlanes m, int tile, float[] bias, Lines y) {
    outputs(m, tile, bias, false, y);
  }

  @Override
  public void outputAdded(WinogradPlanes m, int tile, Lines y) {
    outputs(m, tile, new float[0], true, y);
  }

  private static void outputs(
      WinogradPlanes m, int tile, float[] bias, boolean accumulate, Lines y) {
    float[] s = new float[POSITIONS];
    for (int c = 0; c < y.channels; c++) {
      for (int t = 0; t < y.tiles; t++) {
        for (int p = 0; p < POSITIONS; p++) {
          s[p] = m.array[m.at(p, c, tile + t)];
        }
        for (int j = 0; j < SIDE; j++) {
          outputs(s, j, SIDE);
        }
        for (int i = 0; i < y.rows; i++) {
          outputs(s, SIDE * i, 1);
          for (int j = 0; j < y.columnsOf(t); j++) {
            int at = y.ownAt + (i * y.width + TILE * t + j) * y.channels + c;
            float sum = bias.length > 0 ? s[SIDE * i + j] + bias[c] : s[SIDE * i + j];
            y.image[at] = accumulate ? y.image[at] + sum : sum;
          }
        }
      }
    }
  }

  /** Four outputs of six products, a step apart, in place. */
  private static void outputs(float[] m, int at, int step) {
    float m1 = m[at + step];
    float m2 = m[at + 2 * step];
    float m3 = m[at + 3 * step];
    float m4 = m[at + 4 * step];
    float evenP = m1 + m2;
    float oddP = m1 - m2;
    float evenQ = m3 + m4;
    float oddQ = m3 - m4;
    m[at] = m[at] + evenP + evenQ;
    m[at + step] = Math.fma(Q, oddQ, P * oddP);
    m[at + 2 * step] = Math.fma(Q2, evenQ, P2 * evenP);
    m[at + 3 * step] = Math.fma(Q3, oddQ, Math.fma(P3, oddP, m[at + 5 * step]));
  }

  @Override
  public void gradient(Lines dY, WinogradPlanes m, int tile) {
    float[] d = new float[POSITIONS];
    for (int c = 0; c < dY.channels; c++) {
      for (int t = 0; t < dY.tiles; t++) {
        for (int j = 0; j < TILE; j++) {
          boolean inside = j < dY.columnsOf(t);
          for (int i = 0; i < TILE; i++) {
            int at = dY.at[i + 1] + (TILE * t + j) * dY.channels + c;
            d[SIDE * i + j] = inside ? dY.arrays[i + 1][at] : 0f;
          }
          gradients(d, j, SIDE);
        }
        for (int i = 0; i < SIDE; i++) {
          gradients(d, SIDE * i, 1);
        }
        put(d, m, c, tile + t);
      }
    }
  }

  /** Six gradients from four, a step apart, in place. */
  private static void gradients(float[] g, int at, int step) {
    float g0 = g[at];
    float g1 = g[at + step];
    float g2 = g[at + 2 * step];
    float g3 = g[at + 3 * step];
    float evenP = Math.fma(P2, g2, g0);
    float oddP = Math.fma(P3, g3, P * g1);
    float evenQ = Math.fma(Q2, g2, g0);
    float oddQ = Math.fma(Q3, g3, Q * g1);
    g[at + step] = evenP + oddP;
    g[at + 2 * step] = evenP - oddP;
    g[at + 3 * step] = evenQ + oddQ;
    g[at + 4 * step] = evenQ - oddQ;
    g[at + 5 * step] = g3;
  }
}
