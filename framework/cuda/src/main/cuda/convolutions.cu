/*
 * Convolutions of NHWC images with weights [kernel row, kernel column, channel, output channel], and matrix products,
 * which are those of images of one pixel.
 *
 * Order: an output adds over (kernel row, kernel column, input channel); an element of the input's gradient over (row,
 * column, output channel) of the outputs whose window covers it, which are falling kernel positions. What lies outside
 * the images takes no part. Images of the widths that strips.cu takes are its business.
 */
#include "endings.cuh"
#include "norms.cuh"

constexpr int THREADS = 128;
constexpr int DEPTH = 16;        // channels of one kernel position that are in shared memory at a time
constexpr int OWN_PIXELS = 8;    // outputs of a thread ...
constexpr int OWN_CHANNELS = 4;  // ... in as many channels

/** Where an output takes its values from for a kernel position; false where that is outside. */
template <bool GRADIENT>
static __device__ __forceinline__ bool source(
    const Window& window, const Images& from, int row, int column, int i, int j, int& h, int& v) {
  if (!GRADIENT) {
    h = row * window.stride - window.padding + i;
    v = column * window.stride - window.padding + j;
    return from.holds(h, v);
  }
  int down = row + window.padding - i;
  int right = column + window.padding - j;
  h = down / window.stride;
  v = right / window.stride;
  return down >= 0 && right >= 0 && h * window.stride == down && v * window.stride == right && from.holds(h, v);
}

/*
 * Forward, and the gradient by the input: an implicit matrix product [places and images] x [output channels] over
 * (kernel position, channel).
 *
 * A block of 128 threads has WIDE output channels of 4096 / WIDE pixels: `imagesPerTile` images at as many neighbouring
 * places as that makes. A thread keeps 8 x 4 sums in registers from their first term to their last. Its eight pixels are
 * the same place of eight images, so that all of them or none are outside for a kernel position; mostly so is a warp. Or
 * they are neighbours in a row of one image, where the tile is of one image: forward, where rows are multiples of eight and
 * only the first and the last of eight can be outside. Then the tile's pixels follow each other in memory and are whole
 * blocks of the rule of 64, whose moments are formed here where they are wanted, as in strips.cu.
 * Sixteen channels of one kernel position at a time come to shared memory, transposed, twice buffered: while a slab is
 * multiplied, the next is on its way to registers.
 * Bound by FMA: 32 of them against 3 loads of 16 bytes from shared memory; from L2, 4 * (1 / WIDE + WIDE / 4096) bytes
 * an FMA.
 */
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
    int imagesPerTile,
    int imageTiles,
    const Ending<float>& ending,
    const BlockMoments& moments) {
  constexpr int PIXELS = THREADS * OWN_PIXELS * OWN_CHANNELS / WIDE;
  constexpr int GROUPS = PIXELS / OWN_PIXELS;
  constexpr int LOADED = PIXELS > THREADS ? PIXELS / THREADS : 1;  // pixels that a thread loads
  constexpr int LOADED_CHANNELS = PIXELS > THREADS ? DEPTH : DEPTH * PIXELS / THREADS;
  constexpr int LOADED_WEIGHTS = DEPTH * WIDE / THREADS;
  // [buffer][channel][half of the eight images][group]: neighbouring groups are neighbours, and so free of bank conflicts;
  // so are the two halves of a store
  constexpr int HALF = GROUPS + 4;
  struct Slabs {
    float4 xs[2][DEPTH][HALF + GROUPS];
    float4 ws[2][DEPTH][WIDE / 4 + 1];
  };
  static_assert(sizeof(Slabs) >= PIXELS * WIDE * sizeof(float), "the outputs need their room");
  alignas(16) __shared__ unsigned char shared[sizeof(Slabs)];
  auto& xs = reinterpret_cast<Slabs*>(shared)->xs;
  auto& ws = reinterpret_cast<Slabs*>(shared)->ws;

  int thread = threadIdx.x;
  int quad = thread % (WIDE / OWN_CHANNELS);
  int group = thread / (WIDE / OWN_CHANNELS);
  int places = to.height * to.width;
  int channelTiles = (to.channels + WIDE - 1) / WIDE;
  int tile = blockIdx.x / channelTiles;
  int firstPlace = tile / imageTiles * (PIXELS / imagesPerTile);
  int firstImage = tile % imageTiles * imagesPerTile;
  int firstChannel = blockIdx.x % channelTiles * WIDE;

  int place = firstPlace + group * OWN_PIXELS / imagesPerTile;
  int row = place / to.width;
  int column = place % to.width;
  int image = firstImage + group * OWN_PIXELS % imagesPerTile;
  bool along = !GRADIENT && imagesPerTile == 1;  // the thread's pixels are neighbours in a row

  int loadedRow[LOADED], loadedColumn[LOADED], loadedImage[LOADED];
  int channelOfLoad = thread / PIXELS * LOADED_CHANNELS;
#pragma unroll
  for (int q = 0; q < LOADED; q++) {
    int pixel = thread % PIXELS + q * THREADS;
    int at = firstPlace + pixel / imagesPerTile;
    loadedRow[q] = at < places ? at / to.width : -window.padding - window.height;  // outside in any case
    loadedColumn[q] = at % to.width;
    loadedImage[q] = min(firstImage + pixel % imagesPerTile, to.n - 1);
  }

  float sums[OWN_PIXELS][OWN_CHANNELS];
#pragma unroll
  for (int c = 0; c < OWN_CHANNELS; c++) {
    int channel = firstChannel + quad * OWN_CHANNELS + c;
    float start = bias && channel < to.channels ? bias[channel] : 0.0f;
#pragma unroll
    for (int e = 0; e < OWN_PIXELS; e++) {
      sums[e][c] = start;
    }
  }

  int taps = window.height * window.width;
  int chunks = (from.channels + DEPTH - 1) / DEPTH;
  bool wholeQuads = from.channels % 4 == 0;
  float loaded[LOADED][LOADED_CHANNELS];
  float loadedWeights[LOADED_WEIGHTS];

  auto load = [&](int slab) {
    int tap = GRADIENT ? taps - 1 - slab / chunks : slab / chunks;
    int first = slab % chunks * DEPTH;
    int h, v;
#pragma unroll
    for (int q = 0; q < LOADED; q++) {
      bool inside = source<GRADIENT>(
          window, from, loadedRow[q], loadedColumn[q], tap / window.width, tap % window.width, h, v);
      int channel = first + channelOfLoad;
      const float* at = x + (inside ? from.at(loadedImage[q], h, v, channel) : 0);
      int left = inside ? from.channels - channel : 0;
#pragma unroll
      for (int c = 0; c < LOADED_CHANNELS; c += 4) {
        if (wholeQuads && c < left) {
          float4 four = *reinterpret_cast<const float4*>(at + c);
          loaded[q][c] = four.x;
          loaded[q][c + 1] = four.y;
          loaded[q][c + 2] = four.z;
          loaded[q][c + 3] = four.w;
        } else {
#pragma unroll
          for (int e = c; e < c + 4; e++) {
            loaded[q][e] = e < left ? at[e] : 0.0f;
          }
        }
      }
    }
#pragma unroll
    for (int e = 0; e < LOADED_WEIGHTS; e++) {
      int at = thread + e * THREADS;
      int k = first + (GRADIENT ? at % DEPTH : at / WIDE);
      int n = firstChannel + (GRADIENT ? at / DEPTH : at % WIDE);
      bool there = k < from.channels && n < to.channels;
      loadedWeights[e] =
          !there ? 0.0f
                 : w[GRADIENT ? (tap * to.channels + n) * from.channels + k : (tap * from.channels + k) * to.channels + n];
    }
  };

  auto store = [&](int buffer) {
    float* pixels = reinterpret_cast<float*>(xs[buffer]);
    float* weights = reinterpret_cast<float*>(ws[buffer]);
#pragma unroll
    for (int q = 0; q < LOADED; q++) {
      int pixel = thread % PIXELS + q * THREADS;
      int e = pixel % OWN_PIXELS;
      int at = (e / 4 * HALF + pixel / OWN_PIXELS) * 4 + e % 4;
#pragma unroll
      for (int c = 0; c < LOADED_CHANNELS; c++) {
        pixels[(channelOfLoad + c) * (HALF + GROUPS) * 4 + at] = loaded[q][c];
      }
    }
#pragma unroll
    for (int e = 0; e < LOADED_WEIGHTS; e++) {
      int at = thread + e * THREADS;
      int k = GRADIENT ? at % DEPTH : at / WIDE;
      int n = GRADIENT ? at / DEPTH : at % WIDE;
      weights[k * (WIDE + 4) + n] = loadedWeights[e];
    }
  };

  auto multiply = [&](int buffer, int k, bool first, bool last) {
    float4 a = xs[buffer][k][group];
    float4 b = xs[buffer][k][HALF + group];
    float4 c = ws[buffer][k][quad];
    const float left[OWN_PIXELS] = {a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w};
    const float right[OWN_CHANNELS] = {c.x, c.y, c.z, c.w};
#pragma unroll
    for (int e = 0; e < OWN_PIXELS; e++) {
      if (e == 0 ? first : e == OWN_PIXELS - 1 ? last : true) {
#pragma unroll
        for (int o = 0; o < OWN_CHANNELS; o++) {
          sums[e][o] = fmaf(left[e], right[o], sums[e][o]);
        }
      }
    }
  };

  load(0);
  store(0);
  __syncthreads();
  for (int slab = 0; slab < taps * chunks; slab++) {
    bool more = slab + 1 < taps * chunks;
    if (more) {
      load(slab + 1);
    }
    int tap = GRADIENT ? taps - 1 - slab / chunks : slab / chunks;
    int h, v;
    bool inside = source<GRADIENT>(window, from, row, column, tap / window.width, tap % window.width, h, v);
    bool first = !along || inside;
    bool last = !along || v + (OWN_PIXELS - 1) * window.stride < from.width;
    if (place < places && (along ? h >= 0 && h < from.height : inside)) {
      int depth = from.channels - slab % chunks * DEPTH;
      if (depth >= DEPTH) {
#pragma unroll
        for (int k = 0; k < DEPTH; k++) {
          multiply(slab % 2, k, first, last);
        }
      } else {
        for (int k = 0; k < depth; k++) {
          multiply(slab % 2, k, first, last);
        }
      }
    }
    if (more) {
      store((slab + 1) % 2);
    }
    __syncthreads();
  }

  int own = firstChannel + quad * OWN_CHANNELS;
#pragma unroll
  for (int e = 0; e < OWN_PIXELS; e++) {
    if (place < places && (along || image + e < to.n)) {
      int at = along ? to.at(image, row, column + e, own) : to.at(image + e, row, column, own);
      putFour(y, at, own, to.channels, accumulate, ending, sums[e]);
    }
  }
  if (!moments.sums) {
    return;
  }
  float4* outputs = reinterpret_cast<float4*>(shared);
#pragma unroll
  for (int e = 0; e < OWN_PIXELS; e++) {
    outputs[(group * OWN_PIXELS + e) * (WIDE / 4) + quad] = make_float4(sums[e][0], sums[e][1], sums[e][2], sums[e][3]);
  }
  __syncthreads();
  const float* values = reinterpret_cast<const float*>(shared);
  moments.leave<PIXELS, WIDE>(
      firstImage * places + firstPlace, to.n * places, firstChannel, to.channels, [&](int pixel, int channel) {
        return values[pixel * WIDE + channel];
      });
}

#define PRODUCT(wide)                                                                                              \
  KERNEL(                                                                                                          \
      convolve##wide,                                                                                              \
      Window window,                                                                                               \
      Images to,                                                                                                   \
      Images from,                                                                                                 \
      const float* x,                                                                                              \
      const float* w,                                                                                              \
      const float* bias,                                                                                           \
      int accumulate,                                                                                              \
      float* y,                                                                                                    \
      int imagesPerTile,                                                                                           \
      int imageTiles,                                                                                              \
      Ending<float> ending,                                                                                        \
      BlockMoments moments) {                                                                                      \
    product<false, wide>(window, to, from, x, w, bias, accumulate, y, imagesPerTile, imageTiles, ending, moments); \
  }                                                                                                                \
  KERNEL(                                                                                                          \
      convolveInputGradient##wide,                                                                                 \
      Window window,                                                                                               \
      Images to,                                                                                                   \
      Images from,                                                                                                 \
      const float* x,                                                                                              \
      const float* w,                                                                                              \
      int accumulate,                                                                                              \
      float* y,                                                                                                    \
      int imagesPerTile,                                                                                           \
      int imageTiles) {                                                                                            \
    product<true, wide>(window, to, from, x, w, nullptr, accumulate, y, imagesPerTile, imageTiles, {}, {});        \
  }
PRODUCT(16)
PRODUCT(32)
PRODUCT(64)
