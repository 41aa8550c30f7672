package dev.verbatim.cpu;

import dev.verbatim.tensor.Tensor;
import java.util.List;

/** Sums of columns in blocks of rows: gradients of biases. A unit is a block; bound by memory. */
final class RowSums implements Pool.Task {
  private final Pool pool;
  private final Scratch scratch;
  private final List<Vectors> kinds;
  private Lanes lanes;
  private float[] dY = {};
  private float[] sums = {};
  private int rows;
  private int channels;

  RowSums(Pool pool, Scratch scratch, List<Vectors> kinds) {
    this.pool = pool;
    this.scratch = scratch;
    this.kinds = kinds;
    this.lanes = kinds.getLast().elements();
  }

  void run(Tensor gradient, int blocks, boolean accumulate, Tensor out) {
    dY = CpuStorage.floats(gradient);
    channels = out.size();
    lanes = Vectors.fitting(kinds, channels).elements();
    rows = gradient.size() / channels / blocks;
    sums = scratch.sums(blocks * channels);
    pool.run(this, blocks);
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
  public void run(int block, int worker) {
    lanes.sumRows(dY, block * rows * channels, rows, channels, sums, block * channels);
  }
}
