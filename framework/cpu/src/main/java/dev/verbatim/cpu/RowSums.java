package dev.verbatim.cpu;

import dev.verbatim.tensor.Tensor;
import java.util.List;

/**
 * Sums of columns in blocks of rows: gradients of biases. A unit is four blocks, since the
 * additions of one wait for each other; bound by memory.
 */
final class RowSums implements Pool.Task {
  private static final int BLOCKS_IN_UNIT = 4;

  private final Pool pool;
  private final Scratch scratch;
  private final List<Vectors> kinds;
  private Lanes lanes;
  private float[] dY = {};
  private float[] sums = {};
  private int rows;
  private int channels;
  private int blocks;

  RowSums(Pool pool, Scratch scratch, List<Vectors> kinds) {
    this.pool = pool;
    this.scratch = scratch;
    this.kinds = kinds;
    this.lanes = kinds.getLast().elements();
  }

  void run(Tensor gradient, int parts, boolean accumulate, Tensor out) {
    dY = CpuStorage.floats(gradient);
    channels = out.size();
    blocks = parts;
    lanes = Vectors.fitting(kinds, channels).elements();
    rows = gradient.size() / channels / blocks;
    sums = scratch.sums(blocks * channels);
    pool.run(this, Math.ceilDiv(blocks, BLOCKS_IN_UNIT));
    for (int block = 1; block < blocks; block++) {
      for (int c = 0; c < channels; c++) {
        sums[c] += sums[block * channels + c];
      }
    }
    float[] to = CpuStorage.floats(out);
    for (int c = 0; c < channels; c++) {
      to[c] = accumulate ? to[c] + sums[c] : sums[c];
    }
  }

  @Override
  public void run(int unit, int worker) {
    int first = unit * BLOCKS_IN_UNIT;
    int last = Math.min(first + BLOCKS_IN_UNIT, blocks);
    int size = rows * channels;
    if (last - first == BLOCKS_IN_UNIT) {
      lanes.sumRowsOfFour(dY, first * size, rows, channels, sums, first * channels);
      return;
    }
    for (int block = first; block < last; block++) {
      lanes.sumRows(dY, block * size, rows, channels, sums, block * channels);
    }
  }
}
