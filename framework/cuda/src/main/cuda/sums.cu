/*
 * Sums of columns of row-major matrices.
 *
 * Order: the rows of each block in index order and then the blocks' sums in index order. A thread for each element; bound
 * by memory.
 */
#include "common.cuh"

/** partial[block, channel]: a thread for each. */
KERNEL(sumRowsOfBlocks, const float* dY, float* partial, int blocks, int rows, int channels) {
  int e = element();
  if (e >= blocks * channels) {
    return;
  }
  const float* from = dY + e / channels * rows * channels + e % channels;
  float sum = 0.0f;
  for (int r = 0; r < rows; r++) {
    sum += from[r * channels];
  }
  partial[e] = sum;
}

/** out[e] = the sums partial[block, e] of the blocks, from the first one on: a thread for each e. */
KERNEL(sumBlocks, const float* partial, int accumulate, float* out, int blocks, int n) {
  int e = element();
  if (e >= n) {
    return;
  }
  float total = partial[e];
  for (int b = 1; b < blocks; b++) {
    total += partial[b * n + e];
  }
  put(out, e, accumulate, total);
}
