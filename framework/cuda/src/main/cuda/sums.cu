/*
 * Sums of columns of row-major matrices, and of blocks of the block rule.
 *
 * Order: the rows of each block in index order and then the blocks' sums in index order. A thread for each element, of which
 * there are few: bound by the latency of memory, and so many values are asked for before the first is added.
 */
#include "blocksums.cuh"
#include "segments.cuh"
#include "winograd.cuh"

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

constexpr int THREADS_FOR_PAIR = 16;  // of channels, to add up the blocks of a gradient in tiles

/**
 * The gradient by the weights of a convolution in tiles, or what is added to it, from partial[block, position, pair of
 * channels], for sixteen pairs: sixteen threads for each add up the blocks; then one transforms.
 */
static __device__ void weightGradientInTiles(
    const float* partial, int blocks, int firstPair, int pairs, int accumulate, float* dW) {
  using namespace winograd;
  constexpr int PAIRS = 256 / THREADS_FOR_PAIR;  // of a block
  __shared__ float totals[POSITIONS][PAIRS];
  int own = threadIdx.x % PAIRS;
  int pair = firstPair + own;
  for (int position = threadIdx.x / PAIRS; position < POSITIONS; position += THREADS_FOR_PAIR) {
    totals[position][own] = sumOfBlocks(partial + position * pairs + pair, blocks, POSITIONS * pairs);
  }
  __syncthreads();
  if (threadIdx.x >= PAIRS) {
    return;
  }
  float total[SIDE][SIDE], g[3][3];
#pragma unroll
  for (int p = 0; p < POSITIONS; p++) {
    total[p / SIDE][p % SIDE] = totals[p][own];
  }
  transform(weightGradients, total, g);
#pragma unroll
  for (int tap = 0; tap < 9; tap++) {
    put(dW, tap * pairs + pair, accumulate, g[tap / 3][tap % 3]);
  }
}

/**
 * Sums[block, e] of an output, from the first block on, become out[e] or are added to it: a thread for each e, or
 * sixteen for each pair of channels of a gradient in tiles.
 */
KERNEL(sumBlocks, Segments all) {
  int own = all.own();
  int n = all.size[own];
  int first = all.from(own);
  const float* sums = all.tensors[own][0];
  float* out = all.tensors[own][1];
  bool accumulate = all.tensors[own][2];
  bool inTiles = all.tensors[own][3];
  int blocks = static_cast<int>(all.number[own]);
  if (inTiles) {
    weightGradientInTiles(sums, blocks, first / THREADS_FOR_PAIR, n / THREADS_FOR_PAIR, accumulate, out);
    return;
  }
  int e = first + static_cast<int>(threadIdx.x);
  if (e < n) {
    put(out, e, accumulate, sumOfBlocks(sums + e, blocks, n));
  }
}
