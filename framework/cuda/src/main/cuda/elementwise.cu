/*
 * One element after another: a thread for each, neighbours in memory to neighbouring threads, no sums. Bound by memory.
 */
#include "segments.cuh"

KERNEL(fill, float* x, float value, int n) {
  int i = element();
  if (i < n) {
    x[i] = value;
  }
}

/** tensors: x, y. */
KERNEL(copy, Segments all, int accumulate) {
  int s = all.own();
  const float* x = all.tensors[s][0];
  float* y = all.tensors[s][1];
  for (int i = all.from(s) + threadIdx.x; i < all.to(s); i += blockDim.x) {
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
