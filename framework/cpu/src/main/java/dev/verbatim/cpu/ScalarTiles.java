package dev.verbatim.cpu;

/**
 * Both inner loops in plain Java, for machines without the Vector API and as a check on the vector
 * code.
 */
final class ScalarTiles implements OutputTiles, WeightTiles {
  static final int LANES = 4;

  @Override
  public void run(OutputTiles.Span s, int vectors, int from, int to) {
    for (int q = from; q < to; q++) {
      for (int c = 0; c < s.channels; c++) {
        float sum = s.start[s.startAt + c];
        int wAt = s.wAt + c;
        for (int row = 0; row < s.rows; row++, wAt += s.wSkip) {
          int at = s.xBase + s.xOffsets[q] + row * s.rowStride;
          for (int i = 0; i < s.rowLength; i++, wAt += s.wStride) {
            sum = Math.fma(s.x[at + i], s.w[wAt], sum);
          }
        }
        int yAt = s.yBase + s.yOffsets[q] + c;
        s.y[yAt] = s.accumulate ? s.y[yAt] + sum : sum;
      }
    }
  }

  @Override
  public void run(WeightTiles.Span s, int vectors, int count, int taps) {
    int width = vectors * LANES;
    for (int tap = 0; tap < taps; tap++) {
      for (int c = 0; c < width; c++) {
        int at = s.sumsAt + tap * s.sumsStride + c;
        float sum = s.fresh ? 0f : s.sums[at];
        for (int q = 0; q < count; q++) {
          float d = s.dY[s.dYAt + s.pixels[2 * q + 1] * width + c];
          sum = Math.fma(s.x[s.xBase + s.pixels[2 * q] + tap], d, sum);
        }
        s.sums[at] = sum;
      }
    }
  }
}
