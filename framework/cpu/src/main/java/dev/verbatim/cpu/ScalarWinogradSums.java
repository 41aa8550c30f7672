package dev.verbatim.cpu;

/** {@link WinogradSums} in plain Java. */
final class ScalarWinogradSums implements WinogradSums {
  @Override
  public int width() {
    return WinogradPlanes.CHUNK;
  }

  @Override
  public void sums(
      WinogradPlanes v,
      int vAt,
      WinogradPlanes d,
      int dAt,
      int tiles,
      float[] sums,
      int at,
      int stride,
      boolean fresh) {
    for (int c = 0; c < WinogradPlanes.CHUNK; c++) {
      for (int k = 0; k < width(); k++) {
        float sum = fresh ? 0 : sums[at + c * stride + k];
        for (int t = 0; t < tiles; t++) {
          int tile = t * WinogradPlanes.CHUNK;
          sum = Math.fma(v.array[vAt + tile + c], d.array[dAt + tile + k], sum);
        }
        sums[at + c * stride + k] = sum;
      }
    }
  }
}
