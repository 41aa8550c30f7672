/*
 * Optimizers and clipping. A thread for each weight, no sums but the squares of gradients: float64, blocks of 4096
 * elements each from +0 in index order, their sums in order. Bound by memory.
 */
#include "common.cuh"

constexpr int SQUARES_IN_BLOCK = 4096;

KERNEL(
    sgd,
    float* p,
    const float* dP,
    float* v,
    const float* rate,
    float momentum,
    float decay,
    int nesterov,
    int n) {
  int i = element();
  if (i >= n) {
    return;
  }
  float g = fmaf(decay, p[i], dP[i]);
  float velocity = fmaf(momentum, v[i], g);
  v[i] = velocity;
  p[i] = fmaf(-*rate, nesterov ? fmaf(momentum, velocity, g) : velocity, p[i]);
}

KERNEL(
    adam,
    float* p,
    const float* dP,
    float* m,
    float* v,
    const float* numbers,
    float oneMinusBeta1,
    float beta2,
    float oneMinusBeta2,
    float epsilon,
    float decay,
    int decoupled,
    int n) {
  int i = element();
  if (i >= n) {
    return;
  }
  float weight = p[i];
  float g = dP[i];
  if (!decoupled) {
    g = fmaf(decay, weight, g);
  } else if (decay != 0.0f) {
    weight = weight * numbers[3];
  }
  float mean = fmaf(oneMinusBeta1, g - m[i], m[i]);
  float square = fmaf(oneMinusBeta2 * g, g, beta2 * v[i]);
  m[i] = mean;
  v[i] = square;
  p[i] = fmaf(-numbers[1], mean / fmaf(sqrtf(square), numbers[2], epsilon), weight);
}

KERNEL(
    rmsProp,
    float* p,
    const float* dP,
    float* s,
    float* v,
    const float* rate,
    float alpha,
    float oneMinusAlpha,
    float epsilon,
    float momentum,
    float decay,
    int n) {
  int i = element();
  if (i >= n) {
    return;
  }
  float g = fmaf(decay, p[i], dP[i]);
  float square = fmaf(oneMinusAlpha * g, g, alpha * s[i]);
  s[i] = square;
  float velocity = fmaf(momentum, v[i], g / (sqrtf(square) + epsilon));
  v[i] = velocity;
  p[i] = fmaf(-*rate, velocity, p[i]);
}

/** partial[block]: a block of threads reads, its first adds. */
KERNEL(squaresOfBlocks, const float* x, double* partial, int n) {
  __shared__ float held[SQUARES_IN_BLOCK];
  int from = blockIdx.x * SQUARES_IN_BLOCK;
  int count = min(SQUARES_IN_BLOCK, n - from);
  for (int i = threadIdx.x; i < count; i += blockDim.x) {
    held[i] = x[from + i];
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
      double value = held[i];
      sum = fma(value, value, sum);  // the square of a float is exact
    }
    partial[blockIdx.x] = sum;
  }
}

KERNEL(addSquares, const double* partial, double* total, int blocks) {
  if (element() == 0) {
    double sum = 0.0;
    for (int b = 0; b < blocks; b++) {
      sum += partial[b];
    }
    *total += sum;
  }
}

KERNEL(startSquares, double* total) {
  if (element() == 0) {
    *total = 0.0;
  }
}

KERNEL(clipFactor, const double* total, float limit, float* factor) {
  if (element() == 0) {
    float norm = static_cast<float>(sqrt(*total));
    float wanted = limit / (norm + 1e-6f);
    *factor = wanted > 1.0f ? 1.0f : wanted;
  }
}
