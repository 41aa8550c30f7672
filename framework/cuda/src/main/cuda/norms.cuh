/*
 * What the kernels of batch norm have in common: sums over rows by the rule of 64, the moments of its blocks, and where
 * gradients by parameters go; see dev.verbatim.tensor.NormKernels.
 */
#pragma once
#include "common.cuh"

constexpr int ROWS_IN_BLOCK = 64;
constexpr int ROWS_AT_ONCE = 16;  // values that are asked for before the first is added

/** Of the values of one block. */
template <class Value>
static __device__ __forceinline__ float sumOfBlock(int block, int count, Value value) {
  int end = min((block + 1) * ROWS_IN_BLOCK, count);
  float sum = 0.0f;
  for (int i = block * ROWS_IN_BLOCK; i < end; i += ROWS_AT_ONCE) {
    float values[ROWS_AT_ONCE];
#pragma unroll
    for (int k = 0; k < ROWS_AT_ONCE; k++) {
      values[k] = i + k < end ? value(i + k) : 0.0f;
    }
#pragma unroll
    for (int k = 0; k < ROWS_AT_ONCE; k++) {
      sum = i + k < end ? sum + values[k] : sum;
    }
  }
  return sum;
}

/**
 * The sum by the rule of `count` values value(0), value(1), ..., by all threads of a block, which all get it.
 *
 * @param work room for the sums of all levels: count / 63 + 2 floats, of this block alone
 */
template <class Value>
static __device__ __forceinline__ float sumByRule(int count, float* work, Value value) {
  int blocks = (count + ROWS_IN_BLOCK - 1) / ROWS_IN_BLOCK;
  for (int b = threadIdx.x; b < blocks; b += blockDim.x) {
    work[b] = sumOfBlock(b, count, value);
  }
  __syncthreads();
  while (blocks > 1) {
    const float* from = work;
    work += blocks;
    count = blocks;
    blocks = (count + ROWS_IN_BLOCK - 1) / ROWS_IN_BLOCK;
    for (int b = threadIdx.x; b < blocks; b += blockDim.x) {
      work[b] = sumOfBlock(b, count, [=](int i) { return from[i]; });
    }
    __syncthreads();
  }
  return work[0];
}

/** Of a block of the rule. */
static __device__ __forceinline__ int rowsOfBlock(int block, int rows) {
  return min(ROWS_IN_BLOCK, rows - block * ROWS_IN_BLOCK);
}

/**
 * Of value(0), value(1), ... of one channel of a block: their sum, and the sum of the squares of the distances from their
 * own mean, both in index order. AT_ONCE of them are asked for before the first is added.
 */
template <int AT_ONCE, class Value>
static __device__ __forceinline__ void momentsOf(int count, Value value, float& sum, float& square) {
  float total = 0.0f;
#pragma unroll AT_ONCE
  for (int r = 0; r < ROWS_IN_BLOCK; r++) {
    total = r < count ? total + value(r) : total;
  }
  float mean = total / static_cast<float>(count);
  float squares = 0.0f;
#pragma unroll AT_ONCE
  for (int r = 0; r < ROWS_IN_BLOCK; r++) {
    float d = value(r) - mean;
    squares = r < count ? fmaf(d, d, squares) : squares;
  }
  sum = total;
  square = squares;
}

/** sums[block, channel] and squares[block, channel] of x: a thread for each, which reads its whole block once, all at a time. */
template <class Value>
static __device__ __forceinline__ void momentsOfEachBlock(
    const Value* __restrict__ x, float* sums, float* squares, int rows, int channels) {
  int e = element();
  int block = e / channels;
  if (block * ROWS_IN_BLOCK >= rows) {
    return;
  }
  int count = rowsOfBlock(block, rows);
  const Value* from = x + static_cast<size_t>(block) * ROWS_IN_BLOCK * channels + e % channels;
  float values[ROWS_IN_BLOCK];
#pragma unroll
  for (int r = 0; r < ROWS_IN_BLOCK; r++) {
    values[r] = r < count ? static_cast<float>(from[r * channels]) : 0.0f;
  }
  momentsOf<ROWS_IN_BLOCK>(count, [&](int r) { return values[r]; }, sums[e], squares[e]);
}

/** Where a convolution leaves the moments of the blocks of its output, [block, channel] each; absent where nobody asks. */
struct BlockMoments {
  float* sums;
  float* squares;

  /**
   * Leaves those of a tile of whole blocks of all outputs [rows, channels], in which a thread finds value(row, channel).
   *
   * @tparam ROWS of the tile, and WIDE its channels
   */
  template <int ROWS, int WIDE, class Value>
  __device__ __forceinline__ void leave(int firstRow, int rows, int firstChannel, int channels, Value value) const {
    int block = static_cast<int>(threadIdx.x) / WIDE;
    int own = static_cast<int>(threadIdx.x) % WIDE;
    int from = block * ROWS_IN_BLOCK;
    int channel = firstChannel + own;
    if (from >= ROWS || firstRow + from >= rows || channel >= channels) {
      return;
    }
    int at = (firstRow + from) / ROWS_IN_BLOCK * channels + channel;
    int count = min(ROWS_IN_BLOCK, rows - firstRow - from);
    momentsOf<ROWS_AT_ONCE>(count, [&](int r) { return value(from + r, own); }, sums[at], squares[at]);
  }
};

/** Where the gradients by gamma and beta go; absent where they are not asked for. */
struct ParameterGradients {
  const float* inverse;
  float* dGamma;
  float* dBeta;
  int accumulateGamma;
  int accumulateBeta;

  /** What follows from sums[at] of [2, channels]. */
  __device__ __forceinline__ void put(int at, int channels, float sum) const {
    if (!dGamma) {
      return;
    }
    if (at < channels) {
      ::put(dBeta, at, accumulateBeta, sum);
    } else {
      ::put(dGamma, at - channels, accumulateGamma, inverse[at - channels] * sum);
    }
  }
};
