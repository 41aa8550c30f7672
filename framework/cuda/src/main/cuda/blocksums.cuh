/*
 * Sums of blocks that are added up, such as those of the block rule.
 */
#pragma once
#include "common.cuh"

constexpr int AT_ONCE = 32;

/** The sum of sums[block, n] of one element over the blocks, in index order and from the first one on. */
static __device__ __forceinline__ float sumOfBlocks(const float* sums, int blocks, int n) {
  float total = *sums;
  int b = 1;
  for (; b + AT_ONCE <= blocks; b += AT_ONCE) {
    float values[AT_ONCE];
#pragma unroll
    for (int k = 0; k < AT_ONCE; k++) {
      values[k] = sums[(b + k) * n];
    }
#pragma unroll
    for (int k = 0; k < AT_ONCE; k++) {
      total += values[k];
    }
  }
  for (; b < blocks; b++) {
    total += sums[b * n];
  }
  return total;
}
