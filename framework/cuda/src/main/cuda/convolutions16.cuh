/*
 * What convolutions16.cu and weightgradients16.cu have in common: products of matrices that are never made, on tensor
 * cores, over places of NHWC images in bf16 and matrix products, which are those of images of one pixel.
 *
 * Sums go over slices of the depth in index order; the order within an mma is the GPU's, the same at each run on one type of
 * it. What is outside, and what fills a slice up, are zeros. No atomics. Eight values of a depth are copied at once where
 * channels are a multiple of 8, else one by one.
 */
#pragma once
#include "tensorcore.cuh"

namespace convolutions16 {
constexpr int THREADS = 256;
constexpr int PAD = 8;  // values between rows in shared memory, so that the eight rows of an ldmatrix are on different banks

static __device__ __forceinline__ uint4 eight(const float (&values)[8]) {
  return make_uint4(
      pairOf(values[0], values[1]), pairOf(values[2], values[3]), pairOf(values[4], values[5]), pairOf(values[6], values[7]));
}

/** Where a place of one image takes its values from, a kernel position being given. */
template <bool GRADIENT>
struct Gather {
  int image, top, left;

  __device__ __forceinline__ Gather(int image, int top, int left) : image(image), top(top), left(left) {}
  __device__ __forceinline__ Gather(const Window& window, const Images& to, int pixel) {
    int row = pixel / to.width % to.height;
    int column = pixel % to.width;
    image = pixel / to.width / to.height;
    top = GRADIENT ? row + window.padding : row * window.stride - window.padding;
    left = GRADIENT ? column + window.padding : column * window.stride - window.padding;
  }
  __device__ __forceinline__ bool source(const Window& window, const Images& from, int tap, int& row, int& column) const {
    int i = tap / window.width;
    int j = tap % window.width;
    if (!GRADIENT) {
      row = top + i;
      column = left + j;
      return from.holds(row, column);
    }
    row = (top - i) / window.stride;
    column = (left - j) / window.stride;
    return top >= i && left >= j && row * window.stride == top - i && column * window.stride == left - j
        && from.holds(row, column);
  }
};

/** Eight values of the depth (kernel position, channel) from `at` on, for one place; zeros from `depth` on. */
template <bool GRADIENT>
static __device__ __forceinline__ void gatherEight(
    Bfloat16* to, const Bfloat16* x, const Window& window, const Images& from, const Gather<GRADIENT>& gather, int at, int depth) {
  int tap = at / from.channels;
  int channel = at % from.channels;
  int row, column;
  bool inside = gather.source(window, from, tap, row, column);
  float values[8];
#pragma unroll
  for (int k = 0; k < 8; k++) {
    values[k] = at + k < depth && inside ? static_cast<float>(x[from.at(gather.image, row, column, channel)]) : 0.0f;
    if (++channel == from.channels) {
      channel = 0;
      inside = gather.source(window, from, ++tap, row, column);
    }
  }
  *reinterpret_cast<uint4*>(to) = eight(values);
}
}  // namespace convolutions16
