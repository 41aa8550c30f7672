/*
 * One element after another: a thread for each, neighbours in memory to neighbouring threads, no sums. Bound by memory.
 */
#include "common.cuh"

KERNEL(fill, float* x, float value, int n) {
  int i = element();
  if (i < n) {
    x[i] = value;
  }
}

KERNEL(copy, const float* x, int accumulate, float* y, int n) {
  int i = element();
  if (i < n) {
    put(y, i, accumulate, x[i]);
  }
}

KERNEL(add, const float* a, const float* b, float* c, int n) {
  int i = element();
  if (i < n) {
    c[i] = a[i] + b[i];
  }
}

KERNEL(relu, const float* x, float* y, int n) {
  int i = element();
  if (i < n) {
    y[i] = x[i] <= 0.0f ? 0.0f : x[i];
  }
}

KERNEL(reluGradient, const float* y, const float* dY, int accumulate, float* dX, int n) {
  int i = element();
  if (i < n) {
    put(dX, i, accumulate, y[i] <= 0.0f ? 0.0f : dY[i]);
  }
}

KERNEL(clampTo, float* x, float limit, int n) {
  int i = element();
  if (i < n) {
    float v = x[i];
    x[i] = v > limit ? limit : v < -limit ? -limit : v;
  }
}

KERNEL(scale, float* x, const float* factor, int n) {
  int i = element();
  if (i < n) {
    x[i] *= *factor;
  }
}

/** A count is exact in any order, so blocks may add theirs as they come. */
KERNEL(countNotFinite, const float* x, double* count, int n) {
  __shared__ int found;
  if (threadIdx.x == 0) {
    found = 0;
  }
  __syncthreads();
  int own = 0;
  for (int i = element(); i < n; i += gridDim.x * blockDim.x) {
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
