/*
 * Sums of columns of row-major matrices.
 *
 * Order: the rows of each block in index order and then the blocks' sums in index order. A thread for each element, of which
 * there are few: bound by the latency of memory, and so many values are asked for before the first is added.
 */
#include "common.cuh"

constexpr int AT_ONCE = 32;

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

/** out[e] = the sums partial[block, e] of the blocks, from the first one on: a thread for each e. */
KERNEL(sumBlocks, const float* partial, int accumulate, float* out, int blocks, int n) {
  int e = element();
  if (e >= n) {
    return;
  }
  float total = partial[e];
  int b = 1;
  for (; b + AT_ONCE <= blocks; b += AT_ONCE) {
    float values[AT_ONCE];
#pragma unroll
    for (int k = 0; k < AT_ONCE; k++) {
      values[k] = partial[(b + k) * n + e];
    }
#pragma unroll
    for (int k = 0; k < AT_ONCE; k++) {
      total += values[k];
    }
  }
  for (; b < blocks; b++) {
    total += partial[b * n + e];
  }
  put(out, e, accumulate, total);
}
