package dev.verbatim.cpu;

/**
 * Both inner loops in plain Java, for machines without the Vector API and as a check on the vector
 * code.
 */
final class ScalarTiles implements OutputTiles, WeightTiles {
  static final int LANES = 4;

  @Override
  public void run(OutputTiles.Span s, int vectors, int channels, int from, int to) {
    for (int q = from; q < to; q++) {
      for (int c = 0; c < channels; c++) {
        float sum = s.start[s.startAt + c];
        int wAt = s.wAt + c;
        for (int row = 0; row < s.rows; row++) {
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
  public void run(WeightTiles.Span s, int vectors, int from, int to, int firstTap, int lastTap) {
    for (int tap = firstTap; tap < lastTap; tap++) {
      for (int c = 0; c < vectors * LANES; c++) {
        int at = s.sumsAt + tap * s.sumsStride + c;
        float sum = s.sums[at];
        for (int q = from; q < to; q++) {
          sum =
              Math.fma(s.x[s.xBase + s.xOffsets[q] + tap], s.dY[s.dYAt + q * s.dYStride + c], sum);
        }
        s.sums[at] = sum;
      }
    }
  }
}
