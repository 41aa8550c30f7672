/*
 * Sums of columns of row-major matrices.
 *
 * Order: the rows of each block in index order and then the blocks' sums in index order. A thread for each element, of which
 * there are few: bound by the latency of memory, and so many values are asked for before the first is added.
 */
#include "blocksums.cuh"
#include "segments.cuh"

/** partial[block, channel], or what is added to it: a thread for each. */
KERNEL(sumRowsOfBlocks, const float* dY, float* partial, int blocks, int rows, int channels, int accumulate) {
  int e = element();
  if (e >= blocks * channels) {
    return;
  }
  const float* from = dY + e / channels * rows * channels + e % channels;
  float sum = 0.0f;
  for (int r = 0; r < rows; r++) {
    sum += from[r * channels];
  }
  put(partial, e, accumulate, sum);
}

/** Sums[block, e] of an output, from the first block on, become out[e] or are added to it: a thread for each e. */
KERNEL(sumBlocks, Segments all) {
  int own = all.own();
  int n = all.size[own];
  int e = all.from(own) + static_cast<int>(threadIdx.x);
  if (e >= n) {
    return;
  }
  const float* sums = all.tensors[own][0];
  float* out = all.tensors[own][1];
  bool accumulate = all.tensors[own][2];
  int blocks = static_cast<int>(all.number[own]);
  put(out, e, accumulate, sumOfBlocks(sums + e, blocks, n));
}
