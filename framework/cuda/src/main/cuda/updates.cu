/*
 * Optimizers and clipping, each over all parameters of a network in one launch. Neighbouring threads take neighbouring
 * weights, no sums but the squares of gradients: float64, blocks of 4096 elements each from +0 in index order, their sums
 * in order. Bound by memory, and for small networks by the launch.
 */
#include "segments.cuh"

constexpr int SQUARES_IN_BLOCK = 4096;

/** tensors: p, dP, v; number: weight decay. */
KERNEL(sgd, Segments all, const float* rate, float momentum, int nesterov) {
  int s = all.own();
  float* p = all.tensors[s][0];
  const float* dP = all.tensors[s][1];
  float* v = all.tensors[s][2];
  float decay = all.number[s];
  for (int i = all.from(s) + threadIdx.x; i < all.to(s); i += blockDim.x) {
    float g = fmaf(decay, p[i], dP[i]);
    float velocity = fmaf(momentum, v[i], g);
    v[i] = velocity;
    p[i] = fmaf(-*rate, nesterov ? fmaf(momentum, velocity, g) : velocity, p[i]);
  }
}

/** tensors: p, dP, m, v; number: weight decay. */
KERNEL(
    adam,
    Segments all,
    const float* numbers,
    float oneMinusBeta1,
    float beta2,
    float oneMinusBeta2,
    float epsilon,
    int decoupled) {
  int s = all.own();
  float* p = all.tensors[s][0];
  const float* dP = all.tensors[s][1];
  float* m = all.tensors[s][2];
  float* v = all.tensors[s][3];
  float decay = all.number[s];
  for (int i = all.from(s) + threadIdx.x; i < all.to(s); i += blockDim.x) {
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
}

/** tensors: p, dP, s, v; number: weight decay. */
KERNEL(rmsProp, Segments all, const float* rate, float alpha, float oneMinusAlpha, float epsilon, float momentum) {
  int s = all.own();
  float* p = all.tensors[s][0];
  const float* dP = all.tensors[s][1];
  float* squares = all.tensors[s][2];
  float* v = all.tensors[s][3];
  float decay = all.number[s];
  for (int i = all.from(s) + threadIdx.x; i < all.to(s); i += blockDim.x) {
    float g = fmaf(decay, p[i], dP[i]);
    float square = fmaf(oneMinusAlpha * g, g, alpha * squares[i]);
    squares[i] = square;
    float velocity = fmaf(momentum, v[i], g / (sqrtf(square) + epsilon));
    v[i] = velocity;
    p[i] = fmaf(-*rate, velocity, p[i]);
  }
}

KERNEL(clampTo, Segments all, float limit) {
  int s = all.own();
  float* x = all.tensors[s][0];
  for (int i = all.from(s) + threadIdx.x; i < all.to(s); i += blockDim.x) {
    float v = x[i];
    x[i] = v > limit ? limit : v < -limit ? -limit : v;
  }
}

KERNEL(scale, Segments all, const float* factor) {
  int s = all.own();
  float* x = all.tensors[s][0];
  for (int i = all.from(s) + threadIdx.x; i < all.to(s); i += blockDim.x) {
    x[i] *= *factor;
  }
}

/** partial[block] of blocks of 4096 elements: its threads read, its first adds. */
KERNEL(squaresOfBlocks, Segments all, double* partial) {
  __shared__ float held[SQUARES_IN_BLOCK];
  int s = all.own();
  const float* x = all.tensors[s][0];
  int from = all.from(s);
  int count = all.to(s) - from;
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

/** For one block: a thread adds the blocks of a tensor, the first adds the tensors. */
KERNEL(addSquares, Segments all, const double* partial, double* total, int blocks) {
  __shared__ double sums[MOST_SEGMENTS];
  int s = threadIdx.x;
  if (s < all.count) {
    int end = s + 1 < all.count ? all.firstBlock[s + 1] : blocks;
    double sum = 0.0;
    for (int b = all.firstBlock[s]; b < end; b++) {
      sum += partial[b];
    }
    sums[s] = sum;
  }
  __syncthreads();
  if (s == 0) {
    for (int i = 0; i < all.count; i++) {
      *total += sums[i];
    }
  }
}

/** A count is exact in any order, so blocks may add theirs as they come. */
KERNEL(countNotFinite, Segments all, double* count) {
  __shared__ int found;
  int s = all.own();
  const float* x = all.tensors[s][0];
  if (threadIdx.x == 0) {
    found = 0;
  }
  __syncthreads();
  int own = 0;
  for (int i = all.from(s) + threadIdx.x; i < all.to(s); i += blockDim.x) {
    own += (__float_as_uint(x[i]) & 0x7f800000u) == 0x7f800000u;
  }
  if (own > 0) {
    atomicAdd(&found, own);
  }
  __syncthreads();
  if (threadIdx.x == 0 && found > 0) {
    atomicAdd(count, static_cast<double>(found));
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
