/*
 * What every kernel file starts with.
 *
 * Numerics: each multiply-add is an explicit fmaf; nvcc runs with --fmad=false, so that a * b + c stays two rounded
 * operations; division and square root are the IEEE ones; denormals are kept. Sums follow the order that
 * dev.verbatim.tensor.Kernels states, which depends on shapes alone: one thread adds one sum from its first term to its
 * last, and threads take different sums. Kernels neither check nor allocate.
 */
#pragma once
#ifdef __CUDACC__
#include <cstdint>
/** A kernel whose blocks have so many threads at most. */
#define KERNEL_OF_THREADS(threads, name, ...) extern "C" __global__ void __launch_bounds__(threads) name(__VA_ARGS__)
/** Shared memory whose size the launch says. */
#define DYN_SHARED(type, name)                          \
  extern __shared__ __align__(16) unsigned char raw[]; \
  type* name = reinterpret_cast<type*>(raw)
#else
#include "standin.h"
#endif
#define KERNEL_OF(name, ...) KERNEL_OF_THREADS(256, name, __VA_ARGS__)
#define KERNEL_CALLED(name, ...) KERNEL_OF(name, __VA_ARGS__)
#define KERNEL(name, ...) KERNEL_CALLED(NAMED(name), __VA_ARGS__)

/** What activations and their gradients are, and what kernels are called: simple16.cu says otherwise. */
using Real = float;
#define NAMED(name) name

/** This thread's element, where there is a thread for each. */
__device__ __forceinline__ int element() {
  return static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
}

/** What `accumulate` says: the sum is added to the output, or becomes it. */
template <class Value>
__device__ __forceinline__ void put(Value* out, int at, int accumulate, float sum) {
  out[at] = accumulate ? out[at] + sum : sum;
}

/** A window as in dev.verbatim.tensor.Window. */
struct Window {
  int height, width, stride, padding;
};

/** Sizes of images[n, height, width, channels]. */
struct Images {
  int n, height, width, channels;

  __device__ __forceinline__ bool holds(int row, int column) const {
    return row >= 0 && row < height && column >= 0 && column < width;
  }
  __device__ __forceinline__ int at(int image, int row, int column, int channel) const {
    return ((image * height + row) * width + column) * channels + channel;
  }
};

/** Four channels from one on, with +0 for those that are not there. */
__device__ __forceinline__ float4 four(const float* at, int left, bool wholeQuads) {
  if (wholeQuads && left > 0) {
    return *reinterpret_cast<const float4*>(at);
  }
  return make_float4(left > 0 ? at[0] : 0.0f, left > 1 ? at[1] : 0.0f, left > 2 ? at[2] : 0.0f, left > 3 ? at[3] : 0.0f);
}
