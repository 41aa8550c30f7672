package dev.verbatim.cpu;

/** {@link WinogradWeightTransforms} in plain Java. */
final class ScalarWinogradWeightTransforms implements WinogradWeightTransforms {
  @Override
  public void weights(float[] w, int at, int plane, int count, float[] u, int to, int uPlane) {
    float[] g = new float[16];
    for (int n = 0; n < count; n++) {
      for (int j = 0; j < 3; j++) {
        for (int i = 0; i < 3; i++) {
          g[4 * i + j] = w[at + n + (3 * i + j) * plane];
        }
        weights(g, j, 4);
      }
      for (int i = 0; i < 4; i++) {
        weights(g, 4 * i, 1);
      }
      for (int p = 0; p < 16; p++) {
        u[to + n + p * uPlane] = g[p];
      }
    }
  }

  /** Four weights of three, a step apart, in place. */
  private static void weights(float[] g, int at, int step) {
    float g1 = g[at + step];
    float g2 = g[at + 2 * step];
    float ends = g[at] + g2;
    g[at + step] = (ends + g1) * 0.5f;
    g[at + 2 * step] = (ends - g1) * 0.5f;
    g[at + 3 * step] = g2;
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
    float[] g = new float[16];
    for (int n = 0; n < count; n++) {
      for (int p = 0; p < 16; p++) {
        g[p] = u[from + n + p * uPlane];
      }
      for (int j = 0; j < 4; j++) {
        gradients(g, j, 4);
      }
      for (int i = 0; i < 3; i++) {
        gradients(g, 4 * i, 1);
        for (int j = 0; j < 3; j++) {
          int to = at + n + (3 * i + j) * plane;
          dW[to] = accumulate ? dW[to] + g[4 * i + j] : g[4 * i + j];
        }
      }
    }
  }

  /** Three gradients of four, a step apart, in place. */
  private static void gradients(float[] u, int at, int step) {
    float u1 = u[at + step];
    float u2 = u[at + 2 * step];
    float mean = (u1 + u2) * 0.5f;
    u[at] += mean;
    u[at + step] = (u1 - u2) * 0.5f;
    u[at + 2 * step] = mean + u[at + 3 * step];
  }
}
