/*
 * Statistics of x[rows, channels] for batch norm, and what follows from them for each channel.
 *
 * Order: that of norms.cu. One pass over memory, which binds it; none where the convolution before has left the moments
 * of the blocks (BlockMoments). Then few sums that follow each other: bound by the latency of memory.
 */
#include "norms.cuh"

KERNEL(momentsOfBlocks, const float* x, float* sums, float* squares, int rows, int channels) {
  momentsOfEachBlock(x, sums, squares, rows, channels);
}

/** What is to be known of a layer, and what becomes of it; see dev.verbatim.tensor.NormKernels. */
struct Normalization {
  const float* gamma;  // absent where mean and variance alone are asked for
  const float* beta;
  float* inverse;
  float* scale;
  float* shift;
  float* runningMean;  // may be absent
  float* runningVariance;
  float epsilon;
  float momentum;
  float unbiased;

  __device__ __forceinline__ void fold(int c, float mean, float variance) const {
    float i = 1.0f / sqrtf(variance + epsilon);
    float s = gamma[c] * i;
    inverse[c] = i;
    scale[c] = s;
    shift[c] = fmaf(-mean, s, beta[c]);
  }
  __device__ __forceinline__ void updateRunning(int c, float mean, float variance) const {
    runningMean[c] = fmaf(momentum, mean - runningMean[c], runningMean[c]);
    runningVariance[c] = fmaf(momentum, variance * unbiased - runningVariance[c], runningVariance[c]);
  }
};

/** mean and variance of channel blockIdx.x from the sums of its blocks, and what follows from them. */
KERNEL(
    moments,
    const float* sums,
    const float* squares,
    float* work,
    float* mean,
    float* variance,
    Normalization layer,
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
    float v = total / all;
    mean[c] = m;
    variance[c] = v;
    if (layer.gamma) {
      layer.fold(c, m, v);
    }
    if (layer.runningMean) {
      layer.updateRunning(c, m, v);
    }
  }
}

KERNEL(fold, const float* mean, const float* variance, Normalization layer, int channels) {
  int c = element();
  if (c < channels) {
    layer.fold(c, mean[c], variance[c]);
  }
}

KERNEL(updateRunning, const float* mean, const float* variance, Normalization layer, int channels) {
  int c = element();
  if (c < channels) {
    layer.updateRunning(c, mean[c], variance[c]);
  }
}
