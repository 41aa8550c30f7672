package dev.verbatim.cpu;

import dev.verbatim.tensor.Tensor;
import java.util.Arrays;

/** Sums of columns in blocks of rows: gradients of biases. A unit is a block; bound by memory. */
final class RowSums implements Pool.Task {
  private final Pool pool;
  private final Scratch scratch;
  private float[] dY = {};
  private float[] sums = {};
  private int rows;
  private int channels;

  RowSums(Pool pool, Scratch scratch) {
    this.pool = pool;
    this.scratch = scratch;
  }

  void run(Tensor gradient, int blocks, boolean accumulate, Tensor out) {
    dY = CpuStorage.floats(gradient);
    channels = out.size();
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
    int sumsAt = block * channels;
    Arrays.fill(sums, sumsAt, sumsAt + channels, 0f);
    int at = block * rows * channels;
    for (int row = 0; row < rows; row++, at += channels) {
      for (int c = 0; c < channels; c++) {
        sums[sumsAt + c] += dY[at + c];
      }
    }
  }
}
