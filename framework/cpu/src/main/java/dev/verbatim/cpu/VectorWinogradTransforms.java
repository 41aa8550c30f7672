package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.CHUNK;
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

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link WinogradTransforms} on vectors of channels. Values between columns and rows wait in the
 * tile's own place, those of the input, whose tiles share columns, in memory of their own.
 */
final class VectorWinogradTransforms implements WinogradTransforms {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final int WIDTH = LANES.length();

  @Override
  public void input(Lines x, int firstChannel, int lastChannel, WinogradPlanes v, int tile) {
    int floats = (x.tiles * TILE + 2) * SIDE * WIDTH;
    if (x.columns.length < floats) {
      x.columns = new float[floats];
    }
    Arrays.fill(x.columns, 0, SIDE * WIDTH, 0f);
    Arrays.fill(x.columns, (x.width + 1) * SIDE * WIDTH, floats, 0f);
    for (int c = firstChannel; c < lastChannel; c += WIDTH) {
      inputColumns(x, c);
      inputRows(x.columns, x.tiles, v.array, v.at(0, c - firstChannel, tile), v.plane);
    }
  }

  private static void inputColumns(Lines lines, int channel) {
    FloatVector p = FloatVector.broadcast(LANES, P);
    FloatVector q = FloatVector.broadcast(LANES, Q);
    FloatVector minusP = FloatVector.broadcast(LANES, -P);
    FloatVector minusQ = FloatVector.broadcast(LANES, -Q);
    FloatVector minusP2 = FloatVector.broadcast(LANES, -P2);
    FloatVector minusQ2 = FloatVector.broadcast(LANES, -Q2);
    FloatVector product = FloatVector.broadcast(LANES, PRODUCT);
    FloatVector minusSum = FloatVector.broadcast(LANES, -SUM);
    float[] x0 = lines.arrays[0];
    float[] x1 = lines.arrays[1];
    float[] x2 = lines.arrays[2];
    float[] x3 = lines.arrays[3];
    float[] x4 = lines.arrays[4];
    float[] x5 = lines.arrays[5];
    int at0 = lines.at[0] + channel;
    int at1 = lines.at[1] + channel;
    int at2 = lines.at[2] + channel;
    int at3 = lines.at[3] + channel;
    int at4 = lines.at[4] + channel;
    int at5 = lines.at[5] + channel;
    int step = lines.channels;
    int width = lines.width;
    float[] to = lines.columns;
    for (int column = 0; column < width; column++) {
      int own = column * step;
      FloatVector d0 = FloatVector.fromArray(LANES, x0, at0 + own);
      FloatVector d1 = FloatVector.fromArray(LANES, x1, at1 + own);
      FloatVector d2 = FloatVector.fromArray(LANES, x2, at2 + own);
      FloatVector d3 = FloatVector.fromArray(LANES, x3, at3 + own);
      FloatVector d4 = FloatVector.fromArray(LANES, x4, at4 + own);
      FloatVector d5 = FloatVector.fromArray(LANES, x5, at5 + own);
      FloatVector evenP = d2.fma(minusQ2, d4);
      FloatVector oddP = d1.fma(minusQ2, d3);
      FloatVector evenQ = d2.fma(minusP2, d4);
      FloatVector oddQ = d1.fma(minusP2, d3);
      int at = (column + 1) * (SIDE * WIDTH);
      d0.fma(product, d2.fma(minusSum, d4)).intoArray(to, at);
      oddP.fma(p, evenP).intoArray(to, at + WIDTH);
      oddP.fma(minusP, evenP).intoArray(to, at + 2 * WIDTH);
      oddQ.fma(q, evenQ).intoArray(to, at + 3 * WIDTH);
      oddQ.fma(minusQ, evenQ).intoArray(to, at + 4 * WIDTH);
      d1.fma(product, d3.fma(minusSum, d5)).intoArray(to, at + 5 * WIDTH);
    }
  }

  private static void inputRows(float[] columns, int tiles, float[] v, int vAt, int plane) {
    FloatVector p = FloatVector.broadcast(LANES, P);
    FloatVector q = FloatVector.broadcast(LANES, Q);
    FloatVector minusP = FloatVector.broadcast(LANES, -P);
    FloatVector minusQ = FloatVector.broadcast(LANES, -Q);
    FloatVector minusP2 = FloatVector.broadcast(LANES, -P2);
    FloatVector minusQ2 = FloatVector.broadcast(LANES, -Q2);
    FloatVector product = FloatVector.broadcast(LANES, PRODUCT);
    FloatVector minusSum = FloatVector.broadcast(LANES, -SUM);
    for (int t = 0; t < tiles; t++) {
      for (int i = 0; i < SIDE; i++) {
        int from = (t * (TILE * SIDE) + i) * WIDTH;
        FloatVector d0 = FloatVector.fromArray(LANES, columns, from);
        FloatVector d1 = FloatVector.fromArray(LANES, columns, from + SIDE * WIDTH);
        FloatVector d2 = FloatVector.fromArray(LANES, columns, from + 2 * SIDE * WIDTH);
        FloatVector d3 = FloatVector.fromArray(LANES, columns, from + 3 * SIDE * WIDTH);
        FloatVector d4 = FloatVector.fromArray(LANES, columns, from + 4 * SIDE * WIDTH);
        FloatVector d5 = FloatVector.fromArray(LANES, columns, from + 5 * SIDE * WIDTH);
        FloatVector evenP = d2.fma(minusQ2, d4);
        FloatVector oddP = d1.fma(minusQ2, d3);
        FloatVector evenQ = d2.fma(minusP2, d4);
        FloatVector oddQ = d1.fma(minusP2, d3);
        int at = vAt + t * CHUNK + i * (SIDE * plane);
        d0.fma(product, d2.fma(minusSum, d4)).intoArray(v, at);
        oddP.fma(p, evenP).intoArray(v, at + plane);
        oddP.fma(minusP, evenP).intoArray(v, at + 2 * plane);
        oddQ.fma(q, evenQ).intoArray(v, at + 3 * plane);
        oddQ.fma(minusQ, evenQ).intoArray(v, at + 4 * plane);
        d1.fma(product, d3.fma(minusSum, d5)).intoArray(v, at + 5 * plane);
      }
    }
  }

  @Override
  public void output(WinogradPlanes m, int tile, Lines y) {
    for (int c = 0; c < y.channels; c += WIDTH) {
      int at = m.at(0, c, tile);
      outputColumns(m.array, at, m.plane, y.tiles);
      outputRows(m.array, at, m.plane, y, c);
    }
  }

  @Override
  public void outputWithBias(WinogradPlanes m, int tile, float[] bias, Lines y) {
    for (int c = 0; c < y.channels; c += WIDTH) {
      int at = m.at(0, c, tile);
      outputColumns(m.array, at, m.plane, y.tiles);
      addedRows(m.array, at, m.plane, bias, c, 0, 0, y, c);
    }
  }

  @Override
  public void outputAdded(WinogradPlanes m, int tile, Lines y) {
    int line = y.width * y.channels;
    for (int c = 0; c < y.channels; c += WIDTH) {
      int at = m.at(0, c, tile);
      outputColumns(m.array, at, m.plane, y.tiles);
      addedRows(m.array, at, m.plane, y.image, y.ownAt + c, line, y.channels, y, c);
    }
  }

  private static void outputColumns(float[] m, int mAt, int plane, int tiles) {
    FloatVector p = FloatVector.broadcast(LANES, P);
    FloatVector p2 = FloatVector.broadcast(LANES, P2);
    FloatVector p3 = FloatVector.broadcast(LANES, P3);
    FloatVector q = FloatVector.broadcast(LANES, Q);
    FloatVector q2 = FloatVector.broadcast(LANES, Q2);
    FloatVector q3 = FloatVector.broadcast(LANES, Q3);
    int down = SIDE * plane;
    for (int t = 0; t < tiles; t++) {
      for (int j = 0; j < SIDE; j++) {
        int at = mAt + t * CHUNK + j * plane;
        FloatVector m1 = FloatVector.fromArray(LANES, m, at + down);
        FloatVector m2 = FloatVector.fromArray(LANES, m, at + 2 * down);
        FloatVector m3 = FloatVector.fromArray(LANES, m, at + 3 * down);
        FloatVector m4 = FloatVector.fromArray(LANES, m, at + 4 * down);
        FloatVector evenP = m1.add(m2);
        FloatVector oddP = m1.sub(m2);
        FloatVector evenQ = m3.add(m4);
        FloatVector oddQ = m3.sub(m4);
        FloatVector m0 = FloatVector.fromArray(LANES, m, at);
        FloatVector m5 = FloatVector.fromArray(LANES, m, at + 5 * down);
        m0.add(evenP).add(evenQ).intoArray(m, at);
        oddQ.fma(q, oddP.mul(p)).intoArray(m, at + down);
        evenQ.fma(q2, evenP.mul(p2)).intoArray(m, at + 2 * down);
        oddQ.fma(q3, oddP.fma(p3, m5)).intoArray(m, at + 3 * down);
      }
    }
  }

  private static void outputRows(float[] m, int mAt, int plane, Lines lines, int channel) {
    FloatVector p = FloatVector.broadcast(LANES, P);
    FloatVector p2 = FloatVector.broadcast(LANES, P2);
    FloatVector p3 = FloatVector.broadcast(LANES, P3);
    FloatVector q = FloatVector.broadcast(LANES, Q);
    FloatVector q2 = FloatVector.broadcast(LANES, Q2);
    FloatVector q3 = FloatVector.broadcast(LANES, Q3);
    float[] y = lines.image;
    int step = lines.channels;
    int rows = lines.rows;
    int tiles = lines.tiles;
    int line = lines.width * step;
    int own = lines.ownAt + channel;
    for (int t = 0; t < tiles; t++) {
      int columns = lines.columnsOf(t);
      for (int i = 0; i < rows; i++) {
        int from = mAt + t * CHUNK + i * (SIDE * plane);
        FloatVector m1 = FloatVector.fromArray(LANES, m, from + plane);
        FloatVector m2 = FloatVector.fromArray(LANES, m, from + 2 * plane);
        FloatVector m3 = FloatVector.fromArray(LANES, m, from + 3 * plane);
        FloatVector m4 = FloatVector.fromArray(LANES, m, from + 4 * plane);
        FloatVector evenP = m1.add(m2);
        FloatVector oddP = m1.sub(m2);
        FloatVector evenQ = m3.add(m4);
        FloatVector oddQ = m3.sub(m4);
        int at = own + i * line + t * (TILE * step);
        FloatVector.fromArray(LANES, m, from).add(evenP).add(evenQ).intoArray(y, at);
        if (columns > 1) {
          oddQ.fma(q, oddP.mul(p)).intoArray(y, at + step);
        }
        if (columns > 2) {
          evenQ.fma(q2, evenP.mul(p2)).intoArray(y, at + 2 * step);
        }
        if (columns > 3) {
          FloatVector m5 = FloatVector.fromArray(LANES, m, from + 5 * plane);
          oddQ.fma(q3, oddP.fma(p3, m5)).intoArray(y, at + 3 * step);
        }
      }
    }
  }

  private static void addedRows(
      float[] m,
      int mAt,
      int plane,
      float[] other,
      int otherAt,
      int otherLine,
      int otherStep,
      Lines lines,
      int channel) {
    FloatVector p = FloatVector.broadcast(LANES, P);
    FloatVector p2 = FloatVector.broadcast(LANES, P2);
    FloatVector p3 = FloatVector.broadcast(LANES, P3);
    FloatVector q = FloatVector.broadcast(LANES, Q);
    FloatVector q2 = FloatVector.broadcast(LANES, Q2);
    FloatVector q3 = FloatVector.broadcast(LANES, Q3);
    float[] y = lines.image;
    int step = lines.channels;
    int rows = lines.rows;
    int tiles = lines.tiles;
    int line = lines.width * step;
    int own = lines.ownAt + channel;
    for (int t = 0; t < tiles; t++) {
      int columns = lines.columnsOf(t);
      for (int i = 0; i < rows; i++) {
        int from = mAt + t * CHUNK + i * (SIDE * plane);
        FloatVector m1 = FloatVector.fromArray(LANES, m, from + plane);
        FloatVector m2 = FloatVector.fromArray(LANES, m, from + 2 * plane);
        FloatVector m3 = FloatVector.fromArray(LANES, m, from + 3 * plane);
        FloatVector m4 = FloatVector.fromArray(LANES, m, from + 4 * plane);
        FloatVector evenP = m1.add(m2);
        FloatVector oddP = m1.sub(m2);
        FloatVector evenQ = m3.add(m4);
        FloatVector oddQ = m3.sub(m4);
        int at = own + i * line + t * (TILE * step);
        int o = otherAt + i * otherLine + t * (TILE * otherStep);
        FloatVector y0 = FloatVector.fromArray(LANES, m, from).add(evenP).add(evenQ);
        y0.add(FloatVector.fromArray(LANES, other, o)).intoArray(y, at);
        if (columns > 1) {
          FloatVector y1 = oddQ.fma(q, oddP.mul(p));
          y1.add(FloatVector.fromArray(LANES, other, o + otherStep)).intoArray(y, at + step);
        }
        if (columns > 2) {
          FloatVector y2 = evenQ.fma(q2, evenP.mul(p2));
          y2.add(FloatVector.fromArray(LANES, other, o + 2 * otherStep))
              .intoArray(y, at + 2 * step);
        }
        if (columns > 3) {
          FloatVector m5 = FloatVector.fromArray(LANES, m, from + 5 * plane);
          FloatVector y3 = oddQ.fma(q3, oddP.fma(p3, m5));
          y3.add(FloatVector.fromArray(LANES, other, o + 3 * otherStep))
              .intoArray(y, at + 3 * step);
        }
      }
    }
  }

  @Override
  public void gradient(Lines dY, WinogradPlanes m, int tile) {
    for (int c = 0; c < dY.channels; c += WIDTH) {
      int at = m.at(0, c, tile);
      gradientColumns(dY, c, m.array, at, m.plane);
      gradientRows(m.array, at, m.plane, dY.tiles);
    }
  }

  private static void gradientColumns(Lines lines, int channel, float[] m, int mAt, int plane) {
    FloatVector p = FloatVector.broadcast(LANES, P);
    FloatVector p2 = FloatVector.broadcast(LANES, P2);
    FloatVector p3 = FloatVector.broadcast(LANES, P3);
    FloatVector q = FloatVector.broadcast(LANES, Q);
    FloatVector q2 = FloatVector.broadcast(LANES, Q2);
    FloatVector q3 = FloatVector.broadcast(LANES, Q3);
    float[] x0 = lines.arrays[1];
    float[] x1 = lines.arrays[2];
    float[] x2 = lines.arrays[3];
    float[] x3 = lines.arrays[4];
    int at0 = lines.at[1] + channel;
    int at1 = lines.at[2] + channel;
    int at2 = lines.at[3] + channel;
    int at3 = lines.at[4] + channel;
    int step = lines.channels;
    int width = lines.width;
    int down = SIDE * plane;
    for (int column = 0; column < width; column++) {
      int own = column * step;
      FloatVector g0 = FloatVector.fromArray(LANES, x0, at0 + own);
      FloatVector g1 = FloatVector.fromArray(LANES, x1, at1 + own);
      FloatVector g2 = FloatVector.fromArray(LANES, x2, at2 + own);
      FloatVector g3 = FloatVector.fromArray(LANES, x3, at3 + own);
      FloatVector evenP = g2.fma(p2, g0);
      FloatVector oddP = g3.fma(p3, g1.mul(p));
      FloatVector evenQ = g2.fma(q2, g0);
      FloatVector oddQ = g3.fma(q3, g1.mul(q));
      int at = mAt + column / TILE * CHUNK + column % TILE * plane;
      g0.intoArray(m, at);
      evenP.add(oddP).intoArray(m, at + down);
      evenP.sub(oddP).intoArray(m, at + 2 * down);
      evenQ.add(oddQ).intoArray(m, at + 3 * down);
      evenQ.sub(oddQ).intoArray(m, at + 4 * down);
      g3.intoArray(m, at + 5 * down);
    }
    FloatVector zero = FloatVector.zero(LANES);
    for (int column = width; column % TILE != 0; column++) {
      int at = mAt + column / TILE * CHUNK + column % TILE * plane;
      for (int i = 0; i < SIDE; i++) {
        zero.intoArray(m, at + i * down);
      }
    }
  }

  private static void gradientRows(float[] m, int mAt, int plane, int tiles) {
    FloatVector p = FloatVector.broadcast(LANES, P);
    FloatVector p2 = FloatVector.broadcast(LANES, P2);
    FloatVector p3 = FloatVector.broadcast(LANES, P3);
    FloatVector q = FloatVector.broadcast(LANES, Q);
    FloatVector q2 = FloatVector.broadcast(LANES, Q2);
    FloatVector q3 = FloatVector.broadcast(LANES, Q3);
    for (int t = 0; t < tiles; t++) {
      for (int i = 0; i < SIDE; i++) {
        int at = mAt + t * CHUNK + i * (SIDE * plane);
        FloatVector g0 = FloatVector.fromArray(LANES, m, at);
        FloatVector g1 = FloatVector.fromArray(LANES, m, at + plane);
        FloatVector g2 = FloatVector.fromArray(LANES, m, at + 2 * plane);
        FloatVector g3 = FloatVector.fromArray(LANES, m, at + 3 * plane);
        FloatVector evenP = g2.fma(p2, g0);
        FloatVector oddP = g3.fma(p3, g1.mul(p));
        FloatVector evenQ = g2.fma(q2, g0);
        FloatVector oddQ = g3.fma(q3, g1.mul(q));
        evenP.add(oddP).intoArray(m, at + plane);
        evenP.sub(oddP).intoArray(m, at + 2 * plane);
        evenQ.add(oddQ).intoArray(m, at + 3 * plane);
        evenQ.sub(oddQ).intoArray(m, at + 4 * plane);
        g3.intoArray(m, at + 5 * plane);
      }
    }
  }
}
