package dev.verbatim.cpu;

/** {@link WinogradTransforms} in plain Java. */
final class ScalarWinogradTransforms implements WinogradTransforms {
  @Override
  public void input(Lines x, int firstChannel, int lastChannel, WinogradPlanes v, int tile) {
    float[] d = new float[16];
    for (int c = firstChannel; c < lastChannel; c++) {
      for (int t = 0; t < x.tiles; t++) {
        for (int j = 0; j < 4; j++) {
          int column = 2 * t + j - 1;
          boolean inside = column >= 0 && column < 2 * x.tiles;
          int at = column * x.channels + c;
          d[j] = inside ? x.above[x.aboveAt + at] : 0f;
          d[4 + j] = inside ? x.image[x.firstAt + at] : 0f;
          d[8 + j] = inside ? x.image[x.secondAt + at] : 0f;
          d[12 + j] = inside ? x.below[x.belowAt + at] : 0f;
        }
        for (int j = 0; j < 4; j++) {
          values(d, j, 4);
        }
        for (int i = 0; i < 4; i++) {
          values(d, 4 * i, 1);
        }
        put(d, v, c - firstChannel, tile + t);
      }
    }
  }

  /** Four values, a step apart, in place. */
  private static void values(float[] d, int at, int step) {
    float d1 = d[at + step];
    float d2 = d[at + 2 * step];
    d[at] -= d2;
    d[at + step] = d1 + d2;
    d[at + 2 * step] = d2 - d1;
    d[at + 3 * step] -= d1;
  }

  private static void put(float[] d, WinogradPlanes planes, int channel, int tile) {
    for (int p = 0; p < 16; p++) {
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
    float[] s = new float[16];
    for (int c = 0; c < y.channels; c++) {
      for (int t = 0; t < y.tiles; t++) {
        for (int p = 0; p < 16; p++) {
          s[p] = m.array[m.at(p, c, tile + t)];
        }
        for (int j = 0; j < 4; j++) {
          outputs(s, j, 4);
        }
        for (int i = 0; i < 2; i++) {
          outputs(s, 4 * i, 1);
          for (int j = 0; j < 2; j++) {
            int at = (i == 0 ? y.firstAt : y.secondAt) + (2 * t + j) * y.channels + c;
            float sum = bias.length > 0 ? s[4 * i + j] + bias[c] : s[4 * i + j];
            y.image[at] = accumulate ? y.image[at] + sum : sum;
          }
        }
      }
    }
  }

  /** Two outputs of four products, a step apart, in place. */
  private static void outputs(float[] m, int at, int step) {
    float m1 = m[at + step];
    float m2 = m[at + 2 * step];
    m[at] = m[at] + m1 + m2;
    m[at + step] = m1 - m2 + m[at + 3 * step];
  }

  @Override
  public void gradient(Lines dY, WinogradPlanes m, int tile) {
    float[] d = new float[16];
    for (int c = 0; c < dY.channels; c++) {
      for (int t = 0; t < dY.tiles; t++) {
        for (int j = 0; j < 2; j++) {
          d[j] = dY.image[dY.firstAt + (2 * t + j) * dY.channels + c];
          d[4 + j] = dY.image[dY.secondAt + (2 * t + j) * dY.channels + c];
          gradients(d, j, 4);
        }
        for (int i = 0; i < 4; i++) {
          gradients(d, 4 * i, 1);
        }
        put(d, m, c, tile + t);
      }
    }
  }

  /** Four gradients from two, a step apart, in place. */
  private static void gradients(float[] d, int at, int step) {
    float d0 = d[at];
    float d1 = d[at + step];
    d[at + step] = d0 + d1;
    d[at + 2 * step] = d0 - d1;
    d[at + 3 * step] = d1;
  }
}
