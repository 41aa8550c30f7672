/*
 * What is said of activations in float32, said of them in bf16: the same sources, the same orders, the kernels' names
 * ending in 16. Sums and statistics are float32. Bound by memory, of which they move half as much.
 */
#include "bfloat16.cuh"
#include "elementary.cuh"
#include "philox.cuh"

#undef NAMED
#define NAMED(name) name##16
namespace bfloat16 {
using Real = Bfloat16;
#include "activations.cu"
#include "dropout.cu"
#include "pooling.cu"
}  // namespace bfloat16
#undef NAMED
#define NAMED(name) name

KERNEL(copy16, const Bfloat16* x, int accumulate, Bfloat16* y, int n) {
  int i = element();
  if (i < n) {
    put(y, i, accumulate, x[i]);
  }
}

KERNEL(add16, const Bfloat16* a, const Bfloat16* b, Bfloat16* c, int n) {
  int i = element();
  if (i < n) {
    c[i] = a[i] + b[i];
  }
}

KERNEL(relu16, const Bfloat16* x, Bfloat16* y, int n) {
  int i = element();
  if (i < n) {
    y[i] = x[i] <= 0.0f ? 0.0f : x[i];
  }
}

KERNEL(reluGradient16, const Bfloat16* y, const Bfloat16* dY, int accumulate, Bfloat16* dX, int n) {
  int i = element();
  if (i < n) {
    put(dX, i, accumulate, y[i] <= 0.0f ? 0.0f : dY[i]);
  }
}

/** From float32, and back. */
KERNEL(narrow, const float* x, int accumulate, Bfloat16* y, int n) {
  int i = element();
  if (i < n) {
    put(y, i, accumulate, x[i]);
  }
}

KERNEL(widen, const Bfloat16* x, int accumulate, float* y, int n) {
  int i = element();
  if (i < n) {
    put(y, i, accumulate, x[i]);
  }
}

/** partial[block, channel], or what is added to it: a thread for each. */
KERNEL(sumRowsOfBlocks16, const Bfloat16* dY, float* partial, int blocks, int rows, int channels, int accumulate) {
  int e = element();
  if (e >= blocks * channels) {
    return;
  }
  const Bfloat16* from = dY + e / channels * rows * channels + e % channels;
  float sum = 0.0f;
  for (int r = 0; r < rows; r++) {
    sum += from[r * channels];
  }
  put(partial, e, accumulate, sum);
}
