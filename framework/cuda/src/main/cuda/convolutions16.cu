/*
 * Convolutions of NHWC images in bf16, and matrix products, which are those of images of one pixel. Weights and the
 * gradient by them are float32, as are all sums; products of bf16 are exact in it.
 *
 * On tensor cores where channels are a multiple of 8, as products of matrices that are never made. Sums go over slices of
 * the depth in index order; the order within an mma is the GPU's, the same at each run on one type of it. No atomics.
 */
#include "tensorcore.cuh"

namespace convolutions16 {
constexpr int THREADS = 256;
constexpr int PAD = 8;  // values between rows in shared memory, so that the eight rows of an ldmatrix are on different banks

}  // namespace convolutions16

/** Weights as rows of one product: to[o][tap][c], or to[c][tap][o] for the gradient by the input. A thread for each. */
KERNEL(weightRows16, const float* w, int gradient, Bfloat16* to, int taps, int channels, int outChannels) {
  int e = element();
  if (e >= taps * channels * outChannels) {
    return;
  }
  int inner = gradient ? outChannels : channels;
  int k = e % inner;
  int tap = e / inner % taps;
  int row = e / inner / taps;
  to[e] = w[(tap * channels + (gradient ? row : k)) * outChannels + (gradient ? k : row)];
}

namespace convolutions16 {
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

/*
 * Forward, and the gradient by the input: [pixels] x [channels of the result] over (kernel position, channel).
 *
 * A block takes PIXELS pixels by WIDE channels; its eight warps are PIXELS / 32 by 8 * 32 / PIXELS, of 32 pixels each.
 * Slices of DEPTH are copied to shared memory STAGES - 1 ahead of the arithmetic, zeros for what lies outside. A sum
 * begins with the bias and is rounded once, at the end.
 * Needs: channels of `from` a multiple of 8. Bound by memory for 16 to 64 channels.
 */
template <bool GRADIENT, int PIXELS, int WIDE, int STAGES>
static __device__ __forceinline__ void product(
    const Window& window,
    const Images& from,
    const Images& to,
    const Bfloat16* __restrict__ x,
    const Bfloat16* __restrict__ w,
    const float* __restrict__ bias,
    int accumulate,
    Bfloat16* __restrict__ y) {
  constexpr int DEPTH = 32;
  constexpr int STRIDE = DEPTH + PAD;
  constexpr int WARP_COLUMNS = THREADS / PIXELS;
  constexpr int COLUMNS = WIDE / WARP_COLUMNS;  // of a warp
  constexpr int TILES = COLUMNS / 8;
  static_assert(TILES % 2 == 0, "two tiles of columns share an ldmatrix");
  constexpr int PIECES = DEPTH / 8;  // a thread copies the same piece, of 8 values, of the same rows in every slice
  constexpr int ROWS = THREADS / PIECES;
  constexpr int A_COPIES = PIXELS / ROWS;
  constexpr int B_COPIES = (WIDE + ROWS - 1) / ROWS;
  alignas(16) __shared__ Bfloat16 a[STAGES][PIXELS * STRIDE];
  alignas(16) __shared__ Bfloat16 b[STAGES][WIDE * STRIDE];
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
  auto copySlice = [&](int slice) {
    if (slice < slices) {
      int at = slice * DEPTH + piece;
      int tap = at / from.channels;
      int channel = at % from.channels;
#pragma unroll
      for (int i = 0; i < A_COPIES; i++) {
        int row, column;
        Gather<GRADIENT> gather(image[i], top[i], left[i]);
        bool part = at < depth && image[i] >= 0 && gather.source(window, from, tap, row, column);
        copyAhead(
            &a[slice % STAGES][(copyRow + i * ROWS) * STRIDE + piece],
            part ? x + from.at(image[i], row, column, channel) : x,
            part);
      }
#pragma unroll
      for (int i = 0; i < B_COPIES; i++) {
        int row = copyRow + i * ROWS;
        bool part = at < depth && firstChannel + row < to.channels;
        if (WIDE % ROWS == 0 || row < WIDE) {
          copyAhead(
              &b[slice % STAGES][row * STRIDE + piece],
              part ? w + static_cast<size_t>(firstChannel + row) * depth + at : w,
              part);
        }
      }
    }
    endOfCopies();
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
  }
  for (int slice = 0; slice < slices; slice++) {
    awaitCopies<STAGES - 2>();
    __syncthreads();  // this slice has arrived for all, and all have left the one that is overwritten next
    copySlice(slice + STAGES - 1);
    const Bfloat16* fromA = a[slice % STAGES] + (warpRow + lane % 16) * STRIDE + lane / 16 * 8;
    const Bfloat16* fromB = b[slice % STAGES] + (warpColumn + lane % 8 + lane / 16 * 8) * STRIDE + lane / 8 % 2 * 8;
#pragma unroll
    for (int k = 0; k < DEPTH; k += 16) {
      unsigned left[2][4], right[TILES / 2][4];
#pragma unroll
      for (int i = 0; i < 2; i++) {
        loadMatrices<false>(left[i], fromA + i * 16 * STRIDE + k);
      }
#pragma unroll
      for (int j = 0; j < TILES / 2; j++) {
        loadMatrices<false>(right[j], fromB + j * 16 * STRIDE + k);
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
      const Bfloat16* w,                                                                                       \
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
 * pixels of the output, partial[block, weight].
 *
 * A block of threads takes 64 rows by WIDE columns; its warps are 2 by WIDE / COLUMNS by as many as that leaves, which
 * share the pixels of a slice and are added at the end, in order. Both operands lie in memory pixel by pixel and so come
 * transposed from shared memory.
 * Needs: channels and output channels multiples of 8. Bound by shared memory.
 */
template <int WIDE>
static __device__ __forceinline__ void weightSums(
    const Window& window,
    const Images& in,
    const Images& out,
    int imagesPerBlock,
    const Bfloat16* __restrict__ x,
    const Bfloat16* __restrict__ dY,
    float* __restrict__ partial) {
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
        int row, column;
        bool part = pixel < end && ownRow < rows && gather.source(window, in, tap, row, column);
        copyAhead(
            &a[slice % STAGES][k * A_STRIDE + thread % (TALL / 8) * 8],
            part ? x + in.at(gather.image, row, column, channel) : x,
            part);
      }
#pragma unroll
      for (int k = thread / (WIDE / 8); k < DEPTH; k += B_ROWS) {
        int pixel = begin + slice * DEPTH + k;
        bool part = pixel < end && ownColumn < out.channels;
        copyAhead(
            &b[slice % STAGES][k * B_STRIDE + thread % (WIDE / 8) * 8],
            part ? dY + static_cast<size_t>(pixel) * out.channels + ownColumn : dY,
            part);
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
      to[static_cast<size_t>(row) * out.channels + column] = tile[e];
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
      float* partial) {                                                                                        \
    convolutions16::weightSums<WIDE>(window, in, out, imagesPerBlock, x, dY, partial);                               \
  }
WEIGHT_SUMS(convolveWeightSums16By16, 16)
WEIGHT_SUMS(convolveWeightSums16By32, 32)
WEIGHT_SUMS(convolveWeightSums16By64, 64)

/*
 * The same for any number of channels: a thread for each sum, in the orders of convolutions.cu; weights are rounded as
 * they are read. Bound by loads: two for each FMA.
 */

KERNEL(
    convolveAny16, Window window, Images in, Images out, const Bfloat16* x, const float* w, const float* bias, Bfloat16* y) {
  int e = element();
  if (e >= out.n * out.height * out.width * out.channels) {
    return;
  }
  int o = e % out.channels;
  int pixel = e / out.channels;
  int top = pixel / out.width % out.height * window.stride - window.padding;
  int left = pixel % out.width * window.stride - window.padding;
  float sum = bias ? bias[o] : 0.0f;
  for (int i = 0; i < window.height; i++) {
    for (int j = 0; j < window.width; j++) {
      if (in.holds(top + i, left + j)) {
        const Bfloat16* from = x + in.at(pixel / out.width / out.height, top + i, left + j, 0);
        const float* own = w + (i * window.width + j) * in.channels * out.channels + o;
        for (int c = 0; c < in.channels; c++) {
          sum = fmaf(from[c], rounded(own[c * out.channels]), sum);
        }
      }
    }
  }
  y[e] = sum;
}

KERNEL(
    convolveInputGradientAny16,
    Window window,
    Images in,
    Images out,
    const Bfloat16* dY,
    const float* w,
    int accumulate,
    Bfloat16* dX) {
  int e = element();
  if (e >= in.n * in.height * in.width * in.channels) {
    return;
  }
  int c = e % in.channels;
  int pixel = e / in.channels;
  int row = pixel / in.width % in.height + window.padding;
  int column = pixel % in.width + window.padding;
  float sum = 0.0f;
  for (int i = window.height - 1; i >= 0; i--) {
    for (int j = window.width - 1; j >= 0; j--) {
      int h = (row - i) / window.stride;
      int v = (column - j) / window.stride;
      if (row >= i && column >= j && h * window.stride == row - i && v * window.stride == column - j && out.holds(h, v)) {
        const Bfloat16* from = dY + out.at(pixel / in.width / in.height, h, v, 0);
        const float* own = w + ((i * window.width + j) * in.channels + c) * out.channels;
        for (int o = 0; o < out.channels; o++) {
          sum = fmaf(from[o], rounded(own[o]), sum);
        }
      }
    }
  }
  put(dX, e, accumulate, sum);
}

/** partial[image block, weight]: a thread for each. */
KERNEL(
    convolveWeightSumsAny16,
    Window window,
    Images in,
    Images out,
    int imagesPerBlock,
    const Bfloat16* x,
    const Bfloat16* dY,
    float* partial) {
  int weights = window.height * window.width * in.channels * out.channels;
  int e = static_cast<int>(blockIdx.y * blockDim.x + threadIdx.x);
  if (e >= weights) {
    return;
  }
  int o = e % out.channels;
  int c = e / out.channels % in.channels;
  int tap = e / out.channels / in.channels;
  int end = min((static_cast<int>(blockIdx.x) + 1) * imagesPerBlock, in.n);
  float sum = 0.0f;
  for (int n = blockIdx.x * imagesPerBlock; n < end; n++) {
    for (int h = 0; h < out.height; h++) {
      for (int v = 0; v < out.width; v++) {
        int row = h * window.stride - window.padding + tap / window.width;
        int column = v * window.stride - window.padding + tap % window.width;
        if (in.holds(row, column)) {
          sum = fmaf(x[in.at(n, row, column, c)], dY[out.at(n, h, v, o)], sum);
        }
      }
    }
  }
  partial[static_cast<size_t>(blockIdx.x) * weights + e] = sum;
}
