/*
 * Matrix products and sums of columns, all matrices row-major.
 *
 * Order: each element of a product starts at its bias (or +0) and adds over k in index order, one FMA each. A sum of
 * columns adds the rows of each block in index order and then the blocks' sums in index order.
 */
#include "common.cuh"

/** Which operand is read transposed; see CudaKernels.code. */
enum Transpose { NN, NT, TN };

KERNEL(
    gemm,
    int transpose,
    const float* a,
    const float* b,
    const float* bias,
    int accumulate,
    float* c,
    int rows,
    int columns,
    int depth) {
  int e = element();
  if (e >= rows * columns) {
    return;
  }
  int i = e / columns;
  int j = e % columns;
  float sum = bias ? bias[j] : 0.0f;
  for (int k = 0; k < depth; k++) {
    float left = a[transpose == TN ? k * rows + i : i * depth + k];
    float right = b[transpose == NT ? j * depth + k : k * columns + j];
    sum = fmaf(left, right, sum);
  }
  put(c, e, accumulate, sum);
}

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
