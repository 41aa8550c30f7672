/*
 * Convolutions of NHWC images in bf16, and matrix products, which are those of images of one pixel. Weights and the
 * gradient by them are float32, as are all sums; products of bf16 are exact in it. Weights are rounded on their way to
 * shared memory, which takes no launch of its own and no memory for what it gives.
 *
 * Products of matrices that are never made, on tensor cores. Sums go over slices of the depth in index order; the order
 * within an mma is the GPU's, the same at each run on one type of it. What is outside, and what fills a slice up, are zeros.
 * No atomics. Eight values of a depth are copied at once where channels are a multiple of 8, else one by one.
 */
#include "tensorcore.cuh"

namespace convolutions16 {
constexpr int THREADS = 256;
constexpr int PAD = 8;  // values between rows in shared memory, so that the eight rows of an ldmatrix are on different banks

static __device__ __forceinline__ uint4 eight(const float (&values)[8]) {
  return make_uint4(
      pairOf(values[0], values[1]), pairOf(values[2], values[3]), pairOf(values[4], values[5]), pairOf(values[6], values[7]));
}

/** Two sums beside each other, of which there may be only one. */
static __device__ __forceinline__ void putPair(Bfloat16* to, int left, int accumulate, float first, float second) {
  if (left % 2 == 0) {
    unsigned* both = reinterpret_cast<unsigned*>(to);
    *both = accumulate ? pairOf(to[0] + first, to[1] + second) : pairOf(first, second);
  } else {
    put(to, 0, accumulate, first);
    if (left > 1) {
      put(to, 1, accumulate, second);
    }
  }
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

/*
 * Forward, and the gradient by the input: [pixels] x [channels of the result] over (kernel position, channel).
 *
 * A block takes PIXELS pixels by WIDE channels; its eight warps are PIXELS / 32 by 8 * 32 / PIXELS, of 32 pixels each.
 * Slices of DEPTH are copied to shared memory STAGES - 1 ahead of the arithmetic; weights lie there as in memory, so that
 * forward they come transposed. A sum begins with the bias and is rounded once, at the end.
 * Bound by memory for 16 to 64 channels.
 */
template <bool GRADIENT, int PIXELS, int WIDE, int STAGES>
static __device__ __forceinline__ void product(
    const Window& window,
    const Images& from,
    const Images& to,
    const Bfloat16* __restrict__ x,
    const float* __restrict__ w,
    const float* __restrict__ bias,
    int accumulate,
    Bfloat16* __restrict__ y) {
  constexpr int DEPTH = 32;
  constexpr int STRIDE = DEPTH + PAD;
  constexpr int B_ROWS = GRADIENT ? WIDE : DEPTH;      // [channel][depth], or forward [depth][channel]
  constexpr int B_COLUMNS = GRADIENT ? DEPTH : WIDE;
  constexpr int B_STRIDE = B_COLUMNS + PAD;
  constexpr int WARP_COLUMNS = THREADS / PIXELS;
  constexpr int COLUMNS = WIDE / WARP_COLUMNS;  // of a warp
  constexpr int TILES = COLUMNS / 8;
  static_assert(TILES % 2 == 0, "two tiles of columns share an ldmatrix");
  constexpr int PIECES = DEPTH / 8;  // a thread copies the same piece, of 8 values, of the same rows in every slice
  constexpr int ROWS = THREADS / PIECES;
  constexpr int A_COPIES = PIXELS / ROWS;
  constexpr int B_PIECES = WIDE * DEPTH / 8;
  constexpr int B_COPIES = (B_PIECES + THREADS - 1) / THREADS;
  alignas(16) __shared__ Bfloat16 a[STAGES][PIXELS * STRIDE];
  alignas(16) __shared__ Bfloat16 b[STAGES][B_ROWS * B_STRIDE];
  const int depth = window.height * window.width * from.channels;
  const int pixels = to.n * to.height * to.width;
  const int firstPixel = blockIdx.x * PIXELS;
  const int firstChannel = blockIdx.y * WIDE;
  const int slices = (depth + DEPTH - 1) / DEPTH;
  const int thread = threadIdx.x;
  const int piece = thread % PIECES * 8;
  const int copyRow = thread / PIECES;

  int image[A_COPIES], top[A_COPIES], left[A_COPIES];
#pragma unroll
  for (int i = 0; i < A_COPIES; i++) {
    int pixel = firstPixel + copyRow + i * ROWS;
    Gather<GRADIENT> gather(window, to, pixel);
    image[i] = pixel < pixels ? gather.image : -1;
    top[i] = gather.top;
    left[i] = gather.left;
  }
  const bool whole = from.channels % 8 == 0;
  auto copySlice = [&](int slice) {
    if (slice < slices) {
      int at = slice * DEPTH + piece;
      int tap = at / from.channels;
      int channel = at % from.channels;
#pragma unroll
      for (int i = 0; i < A_COPIES; i++) {
        Bfloat16* own = &a[slice % STAGES][(copyRow + i * ROWS) * STRIDE + piece];
        Gather<GRADIENT> gather(image[i], top[i], left[i]);
        if (whole) {
          int row, column;
          bool part = at < depth && image[i] >= 0 && gather.source(window, from, tap, row, column);
          copyAhead(own, part ? x + from.at(image[i], row, column, channel) : x, part);
        } else {
          gatherEight(own, x, window, from, gather, at, image[i] >= 0 ? depth : 0);
        }
      }
    }
    endOfCopies();
  };

  float weights[B_COPIES][8];
  auto loadWeights = [&](int slice) {
#pragma unroll
    for (int i = 0; i < B_COPIES; i++) {
      int own = thread + i * THREADS;
      int row = own / (B_COLUMNS / 8);
      int k = slice * DEPTH + (GRADIENT ? own % (B_COLUMNS / 8) * 8 : row);
      int channel = firstChannel + (GRADIENT ? row : own % (B_COLUMNS / 8) * 8);
      if (B_PIECES % THREADS != 0 && own >= B_PIECES) {
        break;
      }
      bool inRow = GRADIENT ? whole : to.channels % 4 == 0 && channel + 8 <= to.channels;
      if (inRow && k < depth && channel < to.channels) {
        const float* at =
            w + (GRADIENT ? (k / from.channels * to.channels + channel) * from.channels + k % from.channels : k * to.channels + channel);
        float4 first = *reinterpret_cast<const float4*>(at), second = *reinterpret_cast<const float4*>(at + 4);
        const float eightOf[8] = {first.x, first.y, first.z, first.w, second.x, second.y, second.z, second.w};
#pragma unroll
        for (int e = 0; e < 8; e++) {
          weights[i][e] = eightOf[e];
        }
      } else {
#pragma unroll
        for (int e = 0; e < 8; e++) {
          int d = GRADIENT ? k + e : k;
          int c = GRADIENT ? channel : channel + e;
          weights[i][e] = d >= depth || c >= to.channels
              ? 0.0f
              : w[GRADIENT ? (d / from.channels * to.channels + c) * from.channels + d % from.channels : d * to.channels + c];
        }
      }
    }
  };
  auto storeWeights = [&](int slice) {
#pragma unroll
    for (int i = 0; i < B_COPIES; i++) {
      int own = thread + i * THREADS;
      if (B_PIECES % THREADS == 0 || own < B_PIECES) {
        Bfloat16* at = &b[slice % STAGES][own / (B_COLUMNS / 8) * B_STRIDE + own % (B_COLUMNS / 8) * 8];
        *reinterpret_cast<uint4*>(at) = eight(weights[i]);
      }
    }
  };

  const int warp = thread / 32, lane = thread % 32;
  const int warpRow = warp / WARP_COLUMNS * 32, warpColumn = warp % WARP_COLUMNS * COLUMNS;
  float sum[2][TILES][4];
#pragma unroll
  for (int j = 0; j < TILES; j++) {
#pragma unroll
    for (int e = 0; e < 4; e++) {
      int channel = firstChannel + warpColumn + j * 8 + lane % 4 * 2 + e % 2;
      sum[0][j][e] = bias && channel < to.channels ? bias[channel] : 0.0f;
      sum[1][j][e] = sum[0][j][e];
    }
  }
#pragma unroll
  for (int s = 0; s < STAGES - 1; s++) {
    copySlice(s);
    loadWeights(s);
    storeWeights(s);
  }
  for (int slice = 0; slice < slices; slice++) {
    awaitCopies<STAGES - 2>();
    __syncthreads();  // this slice has arrived for all, and all have left the one that is overwritten next
    bool more = slice + STAGES - 1 < slices;
    copySlice(slice + STAGES - 1);
    if (more) {
      loadWeights(slice + STAGES - 1);
    }
    const Bfloat16* fromA = a[slice % STAGES] + (warpRow + lane % 16) * STRIDE + lane / 16 * 8;
    // lane 8 m + r: row r of matrix m, which goes over (channels, depths)
    const Bfloat16* fromB = b[slice % STAGES]
        + (GRADIENT ? (warpColumn + lane % 8 + lane / 16 * 8) * B_STRIDE + lane / 8 % 2 * 8
                    : lane % 16 * B_STRIDE + warpColumn + lane / 16 * 8);
#pragma unroll
    for (int k = 0; k < DEPTH; k += 16) {
      unsigned left[2][4], right[TILES / 2][4];
#pragma unroll
      for (int i = 0; i < 2; i++) {
        loadMatrices<false>(left[i], fromA + i * 16 * STRIDE + k);
      }
#pragma unroll
      for (int j = 0; j < TILES / 2; j++) {
        loadMatrices<!GRADIENT>(right[j], fromB + (GRADIENT ? j * 16 * B_STRIDE + k : k * B_STRIDE + j * 16));
      }
#pragma unroll
      for (int i = 0; i < 2; i++) {
#pragma unroll
        for (int j = 0; j < TILES; j++) {
          multiplyAdd(sum[i][j], left[i], right[j / 2] + j % 2 * 2);
        }
      }
    }
    if (more) {
      storeWeights(slice + STAGES - 1);
    }
  }

#pragma unroll
  for (int i = 0; i < 2; i++) {
#pragma unroll
    for (int j = 0; j < TILES; j++) {
      int channel = firstChannel + warpColumn + j * 8 + lane % 4 * 2;
#pragma unroll
      for (int half = 0; half < 2; half++) {
        int pixel = firstPixel + warpRow + i * 16 + lane / 4 + half * 8;
        if (pixel < pixels && channel < to.channels) {
          putPair(
              y + static_cast<size_t>(pixel) * to.channels + channel,
              to.channels - channel,
              accumulate,
              sum[i][j][2 * half],
              sum[i][j][2 * half + 1]);
        }
      }
    }
  }
}

}  // namespace convolutions16

#define PRODUCT16(name, GRADIENT, PIXELS, WIDE, STAGES)                                                           \
  KERNEL(                                                                                                      \
      name,                                                                                                    \
      Window window,                                                                                           \
      Images from,                                                                                             \
      Images to,                                                                                               \
      const Bfloat16* x,                                                                                       \
      const float* w,                                                                                          \
      const float* bias,                                                                                       \
      int accumulate,                                                                                          \
      Bfloat16* y) {                                                                                           \
    convolutions16::product<GRADIENT, PIXELS, WIDE, STAGES>(window, from, to, x, w, bias, accumulate, y);                      \
  }
PRODUCT16(convolve16By16, false, 256, 16, 2)
PRODUCT16(convolve16By32, false, 128, 32, 3)
PRODUCT16(convolve16By64, false, 128, 64, 3)
PRODUCT16(convolve16By128, false, 128, 128, 2)
PRODUCT16(convolveInputGradient16By16, true, 256, 16, 2)
PRODUCT16(convolveInputGradient16By32, true, 128, 32, 3)
PRODUCT16(convolveInputGradient16By64, true, 128, 64, 3)
PRODUCT16(convolveInputGradient16By128, true, 128, 128, 2)

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
