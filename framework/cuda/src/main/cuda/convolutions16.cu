/*
 * Convolutions of NHWC images in bf16, and their gradients by the input: convolutions16.cuh says how products are formed.
 *
 * Weights are float32, as are all sums; products of bf16 are exact in it. Weights are rounded on their way to shared memory,
 * which takes no launch of its own and no memory for what it gives.
 *
 * Order: slices of (kernel row, kernel column, channel), one after another; inside a slice the GPU's (convolutions16.cuh).
 * Bound by memory: tensor cores take a hundredth of the time that activations take to come.
 */
#include "convolutions16.cuh"
#include "endings.cuh"
#include "norms.cuh"

namespace convolutions16 {
/** Stores two sums beside each other, of which there may be only one. */
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

static __device__ __forceinline__ float rounded(float value) {
  return __uint_as_float(pairOf(value, 0.0f) << 16);
}

/*
 * Forward, and the gradient by the input: [pixels] x [channels of the result] over (kernel position, channel).
 *
 * A block takes PIXELS pixels by WIDE channels; its eight warps are PIXELS / 32 by 8 * 32 / PIXELS, of 32 pixels each.
 * Slices of DEPTH are copied to shared memory STAGES - 1 ahead of the arithmetic; weights lie there as in memory, so that
 * forward they come transposed. A sum begins with the bias and is rounded once, at the end. What is done to outputs before
 * they are stored begins with what would be stored without it. The block's pixels follow each other in memory and are whole
 * blocks of the rule of 64, whose moments are formed here where they are wanted, from what is stored.
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
    Bfloat16* __restrict__ y,
    const Ending<Bfloat16>& ending,
    const BlockMoments& moments) {
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
  struct Slices {
    Bfloat16 a[STAGES][PIXELS * STRIDE];
    Bfloat16 b[STAGES][B_ROWS * B_STRIDE];
  };
  constexpr int OUT_STRIDE = WIDE + PAD;
  static_assert(sizeof(Slices) >= PIXELS * OUT_STRIDE * sizeof(Bfloat16), "the outputs need their room");
  alignas(16) __shared__ unsigned char shared[sizeof(Slices)];
  auto& a = reinterpret_cast<Slices*>(shared)->a;
  auto& b = reinterpret_cast<Slices*>(shared)->b;
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
        int line = GRADIENT ? k / from.channels * to.channels + channel : k;
        const float* at = w + (GRADIENT ? line * from.channels + k % from.channels : line * to.channels + channel);
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
  for (int j = 0; j < TILES; j++) {
    int channel = firstChannel + warpColumn + j * 8 + lane % 4 * 2;
    int left = to.channels - channel;
#pragma unroll
    for (int e = 0; e < 4; e++) {
      int row = warpRow + lane / 4 + e * 8;
      float first = sum[e / 2][j][e % 2 * 2], second = sum[e / 2][j][e % 2 * 2 + 1];
      if (firstPixel + row < pixels && left > 0) {
        int at = (firstPixel + row) * to.channels + channel;
        if (ending.scale) {
          first = ending.of(rounded(first), channel, at);
          second = left > 1 ? ending.of(rounded(second), channel + 1, at + 1) : 0.0f;
        }
        putPair(y + at, left, accumulate, first, second);
      }
    }
  }
  if (!moments.sums) {
    return;
  }
  __syncthreads();  // all have left the last slice, whose room this is
  Bfloat16* outputs = reinterpret_cast<Bfloat16*>(shared);
#pragma unroll
  for (int j = 0; j < TILES; j++) {
#pragma unroll
    for (int e = 0; e < 4; e++) {
      Bfloat16* at = outputs + (warpRow + lane / 4 + e * 8) * OUT_STRIDE + warpColumn + j * 8 + lane % 4 * 2;
      *reinterpret_cast<unsigned*>(at) = pairOf(sum[e / 2][j][e % 2 * 2], sum[e / 2][j][e % 2 * 2 + 1]);
    }
  }
  __syncthreads();
  moments.leave<PIXELS, WIDE>(firstPixel, pixels, firstChannel, to.channels, [&](int row, int channel) {
    return static_cast<float>(outputs[row * OUT_STRIDE + channel]);
  });
}
}  // namespace convolutions16

#define PRODUCT16(pixels, wide, stages)                                                                           \
  KERNEL(                                                                                                          \
      convolve16By##wide,                                                                                          \
      Window window,                                                                                               \
      Images from,                                                                                                 \
      Images to,                                                                                                   \
      const Bfloat16* x,                                                                                           \
      const float* w,                                                                                              \
      const float* bias,                                                                                           \
      int accumulate,                                                                                              \
      Bfloat16* y,                                                                                                 \
      Ending<Bfloat16> ending,                                                                                     \
      BlockMoments moments) {                                                                                      \
    convolutions16::product<false, pixels, wide, stages>(window, from, to, x, w, bias, accumulate, y, ending, moments); \
  }                                                                                                                \
  KERNEL(                                                                                                          \
      convolveInputGradient16By##wide,                                                                             \
      Window window,                                                                                               \
      Images from,                                                                                                 \
      Images to,                                                                                                   \
      const Bfloat16* x,                                                                                           \
      const float* w,                                                                                              \
      int accumulate,                                                                                              \
      Bfloat16* y) {                                                                                               \
    convolutions16::product<true, pixels, wide, stages>(window, from, to, x, w, nullptr, accumulate, y, {}, {});   \
  }
PRODUCT16(256, 16, 2)
PRODUCT16(128, 32, 3)
PRODUCT16(128, 64, 3)
PRODUCT16(128, 128, 2)
