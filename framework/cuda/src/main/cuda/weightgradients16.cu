/*
 * Gradients of convolutions of NHWC images in bf16 by their weights: convolutions16.cuh says how products are formed. The
 * gradients are float32, as are all sums.
 *
 * Order: slices of a block of images' pixels, one after another, each warp its share of them, the shares in the order of
 * warps, and then the blocks (sums.cu). Bound by memory.
 */
#include "convolutions16.cuh"

namespace convolutions16 {
/*
 * Sums of the gradient by the weights over a block of images: [kernel position and channel] x [output channel] over the
 * pixels of the output: partial[block, weight], or what is added to it.
 *
 * A block of threads takes 64 rows by WIDE columns; its warps are 2 by WIDE / COLUMNS by as many as that leaves, which
 * share the pixels of a slice and are added at the end, in order. Both operands lie in memory pixel by pixel and so come
 * transposed from shared memory.
 * Bound by shared memory.
 */
template <int WIDE>
static __device__ __forceinline__ void weightSums(
    const Window& window,
    const Images& in,
    const Images& out,
    int imagesPerBlock,
    const Bfloat16* __restrict__ x,
    const Bfloat16* __restrict__ dY,
    float* __restrict__ partial,
    int accumulate) {
  constexpr int TALL = 64;
  constexpr int DEPTH = 64;
  constexpr int COLUMNS = WIDE < 32 ? WIDE : 32;  // of a warp
  constexpr int TILES = COLUMNS / 8;
  constexpr int WARP_COLUMNS = WIDE / COLUMNS;
  constexpr int SHARES = THREADS / 32 / 2 / WARP_COLUMNS;
  constexpr int A_STRIDE = TALL + PAD;
  constexpr int B_STRIDE = WIDE + PAD;
  constexpr int STAGES = 2;
  constexpr int A_ROWS = THREADS / (TALL / 8);  // pixels that are copied at once
  constexpr int B_ROWS = THREADS / (WIDE / 8);
  alignas(16) __shared__ Bfloat16 a[STAGES][DEPTH * A_STRIDE];
  alignas(16) __shared__ Bfloat16 b[STAGES][DEPTH * B_STRIDE];
  const int rows = window.height * window.width * in.channels;
  const int thread = threadIdx.x;
  const int firstRow = blockIdx.x * TALL;
  const int firstColumn = blockIdx.z * WIDE;
  const int perImage = out.height * out.width;
  const int begin = blockIdx.y * imagesPerBlock * perImage;
  const int end = min((static_cast<int>(blockIdx.y) + 1) * imagesPerBlock, in.n) * perImage;
  const int slices = (end - begin + DEPTH - 1) / DEPTH;
  const int ownRow = firstRow + thread % (TALL / 8) * 8;
  const int ownColumn = firstColumn + thread % (WIDE / 8) * 8;
  const int tap = ownRow / in.channels;
  const int channel = ownRow % in.channels;

  auto copySlice = [&](int slice) {
    if (slice < slices) {
#pragma unroll
      for (int k = thread / (TALL / 8); k < DEPTH; k += A_ROWS) {
        int pixel = begin + slice * DEPTH + k;
        Gather<false> gather(window, out, pixel);
        Bfloat16* own = &a[slice % STAGES][k * A_STRIDE + thread % (TALL / 8) * 8];
        if (in.channels % 8 == 0) {
          int row, column;
          bool part = pixel < end && ownRow < rows && gather.source(window, in, tap, row, column);
          copyAhead(own, part ? x + in.at(gather.image, row, column, channel) : x, part);
        } else {
          gatherEight(own, x, window, in, gather, ownRow, pixel < end ? rows : 0);
        }
      }
#pragma unroll
      for (int k = thread / (WIDE / 8); k < DEPTH; k += B_ROWS) {
        int pixel = begin + slice * DEPTH + k;
        bool part = pixel < end && ownColumn < out.channels;
        const Bfloat16* from = part ? dY + static_cast<size_t>(pixel) * out.channels + ownColumn : dY;
        Bfloat16* own = &b[slice % STAGES][k * B_STRIDE + thread % (WIDE / 8) * 8];
        if (out.channels % 8 == 0) {
          copyAhead(own, from, part);
        } else {
          float values[8];
#pragma unroll
          for (int e = 0; e < 8; e++) {
            values[e] = part && ownColumn + e < out.channels ? static_cast<float>(from[e]) : 0.0f;
          }
          *reinterpret_cast<uint4*>(own) = eight(values);
        }
      }
    }
    endOfCopies();
  };

  const int warp = thread / 32, lane = thread % 32;
  const int share = warp / 2 / WARP_COLUMNS;
  const int warpRow = warp % 2 * 32, warpColumn = warp / 2 % WARP_COLUMNS * COLUMNS;
  float sum[2][TILES][4] = {};
  copySlice(0);
  for (int slice = 0; slice < slices; slice++) {
    awaitCopies<0>();
    __syncthreads();  // this slice has arrived for all, and all have left the other
    copySlice(slice + 1);
    // lane 8 m + r: depth r of matrix m; of a, m goes over (columns, depths), of b over (depths, columns)
    const Bfloat16* fromA = a[slice % STAGES] + (lane % 8 + lane / 16 * 8) * A_STRIDE + warpRow + lane / 8 % 2 * 8;
    const Bfloat16* fromB = b[slice % STAGES] + lane % 16 * B_STRIDE + warpColumn + lane / 16 * 8;
#pragma unroll
    for (int k = share * 16; k < DEPTH; k += SHARES * 16) {
      unsigned left[2][4], right[TILES / 2][4];
#pragma unroll
      for (int i = 0; i < 2; i++) {
        loadMatrices<true>(left[i], fromA + k * A_STRIDE + i * 16);
      }
#pragma unroll
      for (int j = 0; j < TILES / 2; j++) {
        loadMatrices<true>(right[j], fromB + k * B_STRIDE + j * 16);
      }
#pragma unroll
      for (int i = 0; i < 2; i++) {
#pragma unroll
        for (int j = 0; j < TILES; j++) {
          multiplyAdd(sum[i][j], left[i], right[j / 2] + j % 2 * 2);
        }
      }
    }
  }

  // The shares one after another into one tile, whose memory is that of the first operand.
  static_assert(sizeof(a) >= TALL * WIDE * sizeof(float), "the tile needs its room");
  float* tile = reinterpret_cast<float*>(a);
  for (int s = 0; s < SHARES; s++) {
    __syncthreads();
    if (share == s) {
#pragma unroll
      for (int i = 0; i < 2; i++) {
#pragma unroll
        for (int j = 0; j < TILES; j++) {
#pragma unroll
          for (int e = 0; e < 4; e++) {
            int row = warpRow + i * 16 + lane / 4 + e / 2 * 8;
            int at = row * WIDE + warpColumn + j * 8 + lane % 4 * 2 + e % 2;
            tile[at] = s == 0 ? sum[i][j][e] : tile[at] + sum[i][j][e];
          }
        }
      }
    }
  }
  __syncthreads();
  float* to = partial + static_cast<size_t>(blockIdx.y) * rows * out.channels;
  for (int e = thread; e < TALL * WIDE; e += THREADS) {
    int row = firstRow + e / WIDE;
    int column = firstColumn + e % WIDE;
    if (row < rows && column < out.channels) {
      put(to, row * out.channels + column, accumulate, tile[e]);
    }
  }
}

}  // namespace convolutions16

#define WEIGHT_SUMS(name, WIDE)                                                                                \
  KERNEL(                                                                                                      \
      name,                                                                                                    \
      Window window,                                                                                           \
      Images in,                                                                                               \
      Images out,                                                                                              \
      int imagesPerBlock,                                                                                      \
      const Bfloat16* x,                                                                                       \
      const Bfloat16* dY,                                                                                      \
      float* partial,                                                                                          \
      int accumulate) {                                                                                        \
    convolutions16::weightSums<WIDE>(window, in, out, imagesPerBlock, x, dY, partial, accumulate);             \
  }
WEIGHT_SUMS(convolveWeightSums16By16, 16)
WEIGHT_SUMS(convolveWeightSums16By32, 32)
WEIGHT_SUMS(convolveWeightSums16By64, 64)
