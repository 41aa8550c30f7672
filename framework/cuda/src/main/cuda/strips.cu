/*
 * Convolutions of NHWC images, and their gradients by the input, as in convolutions.cu, for images as wide as the block of
 * threads has columns, in whole strips of eight rows.
 *
 * Order: that of convolutions.cu. The gradient by the input is the convolution of the gradient with the positions and the
 * channels of the weights the other way round.
 *
 * A block of 128 threads has WIDE output channels of eight rows of one image, all of its 512 / WIDE columns. A thread has
 * one column of them in four channels; of its eight pixels only the first and the last can be outside for a kernel
 * position, and their FMAs are predicated. All that the strip sees of the input lies in shared memory from the start, for
 * all kernel positions and channels, pixel by pixel; the weights come sixteen (eight) channels of a position at a time,
 * twice buffered.
 * The pixels of a block follow each other in memory: they are whole blocks of the rule of 64, whose moments are formed
 * here where they are wanted, from the sums as they are stored, so that batch norm need not read the output for them.
 * Bound by FMA: 128 of them against 12 loads of 16 bytes from shared memory; the input is read 1.3 times.
 */
#include "endings.cuh"
#include "norms.cuh"

namespace strips {
constexpr int THREADS = 128;
constexpr int ROWS = 8;      // of a strip, and pixels of a thread ...
constexpr int CHANNELS = 4;  // ... in as many channels

template <bool GRADIENT, int WIDE>
static __device__ __forceinline__ void product(
    const Window& window,
    const Images& to,
    const Images& from,
    const float* __restrict__ x,
    const float* __restrict__ w,
    const float* __restrict__ bias,
    int accumulate,
    float* __restrict__ y,
    const Ending<float>& ending,
    const BlockMoments& moments,
    float4* shared) {
  constexpr int COLUMNS = THREADS * CHANNELS / WIDE;
  constexpr int SLAB = WIDE == 64 ? 8 : 16;                       // channels of the weights that are there at a time
  constexpr int WEIGHT_PITCH = (GRADIENT ? WIDE + 4 : WIDE) / 4;  // in fours; transposed stores want it odd
  constexpr int LOADED = SLAB * WIDE / THREADS;
  float4* ws = shared;                            // [buffer][channel][four output channels]
  float4* xs = shared + 2 * SLAB * WEIGHT_PITCH;  // [row][column][four channels]
  int stride = GRADIENT ? 1 : window.stride;
  int above = GRADIENT ? window.height - 1 - window.padding : window.padding;
  int before = GRADIENT ? window.width - 1 - window.padding : window.padding;
  int pieces = (from.channels + 3) / 4;
  int pitch = pieces | 1;  // an odd number of fours puts eight neighbouring pixels on different banks
  int span = (COLUMNS - 1) * stride + window.width;

  int thread = threadIdx.x;
  int quad = thread % (WIDE / CHANNELS);
  int column = thread / (WIDE / CHANNELS);
  int channelTiles = (to.channels + WIDE - 1) / WIDE;
  int firstChannel = blockIdx.x % channelTiles * WIDE;
  int strip = blockIdx.x / channelTiles;
  int image = strip / (to.height / ROWS);
  int firstRow = strip % (to.height / ROWS) * ROWS;
  int top = firstRow * stride - above;

  int taps = window.height * window.width;
  int chunks = (from.channels + SLAB - 1) / SLAB;
  float loaded[LOADED];
  auto load = [&](int slab) {
    int tap = GRADIENT ? taps - 1 - slab / chunks : slab / chunks;
#pragma unroll
    for (int e = 0; e < LOADED; e++) {
      int at = thread + e * THREADS;
      int k = slab % chunks * SLAB + (GRADIENT ? at % SLAB : at / WIDE);
      int n = firstChannel + (GRADIENT ? at / SLAB : at % WIDE);
      bool there = k < from.channels && n < to.channels;
      loaded[e] =
          !there ? 0.0f
                 : w[GRADIENT ? (tap * to.channels + n) * from.channels + k : (tap * from.channels + k) * to.channels + n];
    }
  };
  auto store = [&](int buffer) {
    float* weights = reinterpret_cast<float*>(ws + buffer * SLAB * WEIGHT_PITCH);
#pragma unroll
    for (int e = 0; e < LOADED; e++) {
      int at = thread + e * THREADS;
      weights[(GRADIENT ? at % SLAB : at / WIDE) * WEIGHT_PITCH * 4 + (GRADIENT ? at / SLAB : at % WIDE)] = loaded[e];
    }
  };

  load(0);
  int places = ((ROWS - 1) * stride + window.height) * span;
#pragma unroll 4
  for (int e = thread; e < places * pieces; e += THREADS) {
    int place = e / pieces;
    int piece = e % pieces;
    int row = top + place / span;
    int v = place % span - before;
    if (from.holds(row, v)) {
      xs[place * pitch + piece] =
          four(x + from.at(image, row, v, piece * 4), from.channels - piece * 4, from.channels % 4 == 0);
    }
  }
  store(0);

  float sums[ROWS][CHANNELS];
#pragma unroll
  for (int c = 0; c < CHANNELS; c++) {
    int channel = firstChannel + quad * CHANNELS + c;
    float start = bias && channel < to.channels ? bias[channel] : 0.0f;
#pragma unroll
    for (int e = 0; e < ROWS; e++) {
      sums[e][c] = start;
    }
  }
  int down = stride * span * pitch;
  __syncthreads();
  for (int slab = 0; slab < taps * chunks; slab++) {
    bool more = slab + 1 < taps * chunks;
    if (more) {
      load(slab + 1);
    }
    int i = slab / chunks / window.width;
    int j = slab / chunks % window.width;
    int v = column * stride - before + j;
    if (v >= 0 && v < from.width) {
      bool first = top + i >= 0;
      bool last = top + (ROWS - 1) * stride + i < from.height;
      const float4* pixels = xs + (i * span + column * stride + j) * pitch + slab % chunks * (SLAB / 4);
      const float4* weights = ws + slab % 2 * SLAB * WEIGHT_PITCH + quad;
      auto multiply = [&](int piece, int count) {
        const float4 rows[4] = {
            weights[piece * 4 * WEIGHT_PITCH],
            weights[(piece * 4 + 1) * WEIGHT_PITCH],
            weights[(piece * 4 + 2) * WEIGHT_PITCH],
            weights[(piece * 4 + 3) * WEIGHT_PITCH]};
#pragma unroll
        for (int e = 0; e < ROWS; e++) {
          float4 pixel = pixels[e * down + piece];
          const float values[4] = {pixel.x, pixel.y, pixel.z, pixel.w};
          if (e == 0 ? first : e == ROWS - 1 ? last : true) {
#pragma unroll
            for (int k = 0; k < 4; k++) {
              if (k < count) {
                sums[e][0] = fmaf(values[k], rows[k].x, sums[e][0]);
                sums[e][1] = fmaf(values[k], rows[k].y, sums[e][1]);
                sums[e][2] = fmaf(values[k], rows[k].z, sums[e][2]);
                sums[e][3] = fmaf(values[k], rows[k].w, sums[e][3]);
              }
            }
          }
        }
      };
      int depth = from.channels - slab % chunks * SLAB;
      if (depth >= SLAB) {
#pragma unroll
        for (int piece = 0; piece < SLAB / 4; piece++) {
          multiply(piece, 4);
        }
      } else {
        for (int piece = 0; piece * 4 < depth; piece++) {
          multiply(piece, depth - piece * 4);
        }
      }
    }
    if (more) {
      store((slab + 1) % 2);
    }
    __syncthreads();
  }

  int own = firstChannel + quad * CHANNELS;
#pragma unroll
  for (int e = 0; e < ROWS; e++) {
    putFour(y, to.at(image, firstRow + e, column, own), own, to.channels, accumulate, ending, sums[e]);
  }
  if (!moments.sums) {
    return;
  }
#pragma unroll
  for (int e = 0; e < ROWS; e++) {
    shared[(e * COLUMNS + column) * (WIDE / 4) + quad] = make_float4(sums[e][0], sums[e][1], sums[e][2], sums[e][3]);
  }
  __syncthreads();
  const float* tile = reinterpret_cast<const float*>(shared);
  moments.leave<ROWS * COLUMNS, WIDE>(
      strip * ROWS * COLUMNS, to.n * to.height * to.width, firstChannel, to.channels, [&](int row, int channel) {
        return tile[row * WIDE + channel];
      });
}
}  // namespace strips

#define STRIPS(wide)                                                                                              \
  KERNEL(                                                                                                         \
      convolveStrips##wide,                                                                                       \
      Window window,                                                                                              \
      Images to,                                                                                                  \
      Images from,                                                                                                \
      const float* x,                                                                                             \
      const float* w,                                                                                             \
      const float* bias,                                                                                          \
      float* y,                                                                                                   \
      Ending<float> ending,                                                                                       \
      BlockMoments moments) {                                                                                     \
    DYN_SHARED(float4, shared);                                                                                   \
    strips::product<false, wide>(window, to, from, x, w, bias, 0, y, ending, moments, shared);                    \
  }                                                                                                               \
  KERNEL(                                                                                                         \
      convolveInputGradientStrips##wide,                                                                          \
      Window window,                                                                                              \
      Images to,                                                                                                  \
      Images from,                                                                                                \
      const float* x,                                                                                             \
      const float* w,                                                                                             \
      int accumulate,                                                                                             \
      float* y) {                                                                                                 \
    DYN_SHARED(float4, shared);                                                                                   \
    strips::product<true, wide>(window, to, from, x, w, nullptr, accumulate, y, {}, {}, shared);                  \
  }
STRIPS(16)
STRIPS(32)
STRIPS(64)
