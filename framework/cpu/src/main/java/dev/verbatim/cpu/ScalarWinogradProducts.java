package dev.verbatim.cpu;

/** {@link WinogradProducts} in plain Java. */
final class ScalarWinogradProducts implements WinogradProducts {
  @Override
  public int width() {
    return WinogradPlanes.CHUNK;
  }

  @Override
  public int group() {
    return 1;
  }

  @Override
  public void products(
      WinogradPlanes v,
      int channels,
      int tiles,
      float[] u,
      int uAt,
      WinogradPlanes m,
      int position,
      int channel,
      float[] fence) {
    float[] sums = new float[width()];
    for (int t = 0; t < tiles; t++) {
      for (int k = 0; k < width(); k++) {
        float sum = 0;
        for (int c = 0; c < channels; c++) {
          sum = Math.fma(v.array[v.at(position, c, t)], u[uAt + c * width() + k], sum);
        }
        sums[k] = sum;
      }
      System.arraycopy(sums, 0, m.array, m.at(position, channel, t), width());
    }
  }
}
