/*
 * Moments of a block of the rule of 64: its sum, and the sum of the squares of the distances from its own mean; see
 * dev.verbatim.tensor.NormKernels. A thread has all of a block's values of one channel.
 */
#pragma once
#include "common.cuh"

constexpr int ROWS_IN_BLOCK = 64;

/** Of the first `count` values, in index order. */
static __device__ __forceinline__ void momentsOf(const float (&values)[ROWS_IN_BLOCK], int count, float& sum, float& square) {
  float total = 0.0f;
#pragma unroll
  for (int r = 0; r < ROWS_IN_BLOCK; r++) {
    total = r < count ? total + values[r] : total;
  }
  float mean = total / static_cast<float>(count);
  float squares = 0.0f;
#pragma unroll
  for (int r = 0; r < ROWS_IN_BLOCK; r++) {
    float d = values[r] - mean;
    squares = r < count ? fmaf(d, d, squares) : squares;
  }
  sum = total;
  square = squares;
}
