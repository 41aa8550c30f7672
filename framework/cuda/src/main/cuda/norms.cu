/*
 * Batch normalization of x[rows, channels].
 *
 * Order: sums over rows by the rule of 64: blocks of 64 rows are summed from +0 in index order, the blocks' sums by the
 * same rule until one is left. A thread adds one block of one channel; then one block of threads for each channel adds
 * what those have left. Neighbouring threads take neighbouring channels. Bound by memory.
 */
#include "common.cuh"

constexpr int ROWS_IN_BLOCK = 64;

/**
 * The sum by the rule of `count` values value(0), value(1), ..., by all threads of a block, which all get it.
 *
 * @param work room for the sums of all levels: count / 63 + 2 floats, of this block alone
 */
template <class Value>
static __device__ __forceinline__ float sumByRule(int count, float* work, Value value) {
  int blocks = (count + ROWS_IN_BLOCK - 1) / ROWS_IN_BLOCK;
  for (int b = threadIdx.x; b < blocks; b += blockDim.x) {
    float sum = 0.0f;
    for (int i = b * ROWS_IN_BLOCK; i < min((b + 1) * ROWS_IN_BLOCK, count); i++) {
      sum += value(i);
    }
    work[b] = sum;
  }
  __syncthreads();
  while (blocks > 1) {
    const float* from = work;
    work += blocks;
    count = blocks;
    blocks = (count + ROWS_IN_BLOCK - 1) / ROWS_IN_BLOCK;
    for (int b = threadIdx.x; b < blocks; b += blockDim.x) {
      float sum = 0.0f;
      for (int i = b * ROWS_IN_BLOCK; i < min((b + 1) * ROWS_IN_BLOCK, count); i++) {
        sum += from[i];
      }
      work[b] = sum;
    }
    __syncthreads();
  }
  return work[0];
}

static __device__ __forceinline__ int rowsOfBlock(int block, int rows) {
  return min(ROWS_IN_BLOCK, rows - block * ROWS_IN_BLOCK);
}

/** sums[block, channel] and squares[block, channel]: a thread for each. */
KERNEL(momentsOfBlocks, const float* x, float* sums, float* squares, int rows, int channels) {
  int e = element();
  int block = e / channels;
  if (block * ROWS_IN_BLOCK >= rows) {
    return;
  }
  int count = rowsOfBlock(block, rows);
  const float* from = x + static_cast<size_t>(block) * ROWS_IN_BLOCK * channels + e % channels;
  float sum = 0.0f;
  for (int r = 0; r < count; r++) {
    sum += from[r * channels];
  }
  float mean = sum / static_cast<float>(count);
  float square = 0.0f;
  for (int r = 0; r < count; r++) {
    float d = from[r * channels] - mean;
    square = fmaf(d, d, square);
  }
  sums[e] = sum;
  squares[e] = square;
}

/** mean and variance of channel blockIdx.x from the sums of its blocks. */
KERNEL(
    moments,
    const float* sums,
    const float* squares,
    float* work,
    float* mean,
    float* variance,
    int rows,
    int channels,
    int workSize) {
  int c = blockIdx.x;
  int blocks = (rows + ROWS_IN_BLOCK - 1) / ROWS_IN_BLOCK;
  float* own = work + static_cast<size_t>(c) * workSize;
  float all = static_cast<float>(rows);
  float m = (blocks == 1 ? sums[c] : sumByRule(blocks, own, [=](int b) { return sums[b * channels + c]; })) / all;
  auto part = [=](int b) {
    float n = static_cast<float>(rowsOfBlock(b, rows));
    float e = sums[b * channels + c] / n - m;
    return fmaf(n * e, e, squares[b * channels + c]);
  };
  __syncthreads();  // all have read the sum before its place is used again
  float total = blocks == 1 ? part(0) : sumByRule(blocks, own, part);
  if (threadIdx.x == 0) {
    mean[c] = m;
    variance[c] = total / all;
  }
}

KERNEL(
    fold,
    const float* gamma,
    const float* beta,
    const float* mean,
    const float* variance,
    float epsilon,
    float* inverse,
    float* scale,
    float* shift,
    int channels) {
  int c = element();
  if (c < channels) {
    float i = 1.0f / sqrtf(variance[c] + epsilon);
    float s = gamma[c] * i;
    inverse[c] = i;
    scale[c] = s;
    shift[c] = fmaf(-mean[c], s, beta[c]);
  }
}

KERNEL(
    channelAffine,
    const float* x,
    const float* scale,
    const float* shift,
    const float* residual,
    int relu,
    float* y,
    int channels,
    int n) {
  int i = element();
  if (i < n) {
    int c = i % channels;
    float v = fmaf(x[i], scale[c], shift[c]);
    v = residual ? v + residual[i] : v;
    y[i] = relu && v <= 0.0f ? 0.0f : v;
  }
}

/** The gradient that comes in, after ReLU where there is one; y may be absent where it follows from x. */
struct Incoming {
  const float* x;
  const float* y;
  const float* dY;
  const float* scale;
  const float* shift;
  int relu;

  __device__ __forceinline__ float at(int i, int c) const {
    if (!relu) {
      return dY[i];
    }
    float out = y ? y[i] : fmaf(x[i], scale[c], shift[c]);
    return out <= 0.0f ? 0.0f : dY[i];
  }
};

/** partial[0, block, channel] of g and partial[1, block, channel] of g * (x - mean): a thread for each pair. */
KERNEL(gradientSumsOfBlocks, Incoming incoming, const float* mean, float* partial, int rows, int channels) {
  int e = element();
  int block = e / channels;
  int c = e % channels;
  if (block * ROWS_IN_BLOCK >= rows) {
    return;
  }
  int blocks = (rows + ROWS_IN_BLOCK - 1) / ROWS_IN_BLOCK;
  float m = mean[c];
  float sum = 0.0f;
  float product = 0.0f;
  for (int r = 0; r < rowsOfBlock(block, rows); r++) {
    int i = (block * ROWS_IN_BLOCK + r) * channels + c;
    float g = incoming.at(i, c);
    sum += g;
    product = fmaf(g, incoming.x[i] - m, product);
  }
  partial[e] = sum;
  partial[blocks * channels + e] = product;
}

/** sums[blockIdx.y, blockIdx.x] from the sums of the blocks. */
KERNEL(gradientSums, const float* partial, float* work, float* sums, int blocks, int channels, int workSize) {
  int at = blockIdx.y * channels + blockIdx.x;
  const float* from = partial + static_cast<size_t>(blockIdx.y) * blocks * channels + blockIdx.x;
  float sum = blocks == 1 ? from[0] : sumByRule(blocks, work + static_cast<size_t>(at) * workSize, [=](int b) {
    return from[b * channels];
  });
  if (threadIdx.x == 0) {
    sums[at] = sum;
  }
}

KERNEL(
    inputGradient,
    Incoming incoming,
    const float* mean,
    const float* inverse,
    const float* sums,
    int accumulateX,
    float* dX,
    int accumulateResidual,
    float* dResidual,
    int rows,
    int channels) {
  int i = element();
  if (i >= rows * channels) {
    return;
  }
  int c = i % channels;
  float g = incoming.at(i, c);
  if (dResidual) {
    put(dResidual, i, accumulateResidual, g);
  }
  if (dX) {
    float all = static_cast<float>(rows);
    float scale = incoming.scale[c];
    float b = -(scale * (inverse[c] * inverse[c] * sums[channels + c] / all));
    float last = -(scale * (sums[c] / all));
    put(dX, i, accumulateX, fmaf(scale, g, fmaf(b, incoming.x[i] - mean[c], last)));
  }
}

KERNEL(
    parameterGradients,
    const float* sums,
    const float* inverse,
    int accumulateGamma,
    float* dGamma,
    int accumulateBeta,
    float* dBeta,
    int channels) {
  int c = element();
  if (c < channels) {
    put(dGamma, c, accumulateGamma, inverse[c] * sums[channels + c]);
    put(dBeta, c, accumulateBeta, sums[c]);
  }
}

KERNEL(
    updateRunning,
    const float* mean,
    const float* variance,
    float unbiased,
    float momentum,
    float* runningMean,
    float* runningVariance,
    int channels) {
  int c = element();
  if (c < channels) {
    runningMean[c] = fmaf(momentum, mean[c] - runningMean[c], runningMean[c]);
    runningVariance[c] = fmaf(momentum, variance[c] * unbiased - runningVariance[c], runningVariance[c]);
  }
}
