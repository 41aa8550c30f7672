/*
 * Convolutions of NHWC images with weights [kernel row, kernel column, channel, output channel], and matrix products,
 * which are those of images of one pixel.
 *
 * Order: an output adds over (kernel row, kernel column, input channel); an element of the input's gradient over (row,
 * column, output channel) of the outputs whose window covers it, which are falling kernel positions; an element of the
 * weights' gradient over (image, row, column) of a block of images, and then the blocks in index order. What lies
 * outside the images takes no part. Images of the widths that strips.cu takes are its business, but for the gradient by the
 * weights.
 */
#include "common.cuh"

constexpr int THREADS = 128;
constexpr int DEPTH = 16;       // channels of one kernel position that are in shared memory at a time
constexpr int OWN_IMAGES = 8;   // a thread has the outputs of eight images at one place ...
constexpr int OWN_CHANNELS = 4; // ... in four channels

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
 * the same place of eight images, so that all of them or none are outside for a kernel position; mostly so is a warp.
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
    int imageTiles) {
  constexpr int PIXELS = THREADS * OWN_IMAGES * OWN_CHANNELS / WIDE;
  constexpr int GROUPS = PIXELS / OWN_IMAGES;
  constexpr int LOADED = PIXELS > THREADS ? PIXELS / THREADS : 1;  // pixels that a thread loads
  constexpr int LOADED_CHANNELS = PIXELS > THREADS ? DEPTH : DEPTH * PIXELS / THREADS;
  constexpr int LOADED_WEIGHTS = DEPTH * WIDE / THREADS;
  // [buffer][channel][half of the eight images][group]: neighbouring groups are neighbours, and so free of bank conflicts;
  // so are the two halves of a store
  constexpr int HALF = GROUPS + 4;
  __shared__ float4 xs[2][DEPTH][HALF + GROUPS];
  __shared__ float4 ws[2][DEPTH][WIDE / 4 + 1];

  int thread = threadIdx.x;
  int quad = thread % (WIDE / OWN_CHANNELS);
  int group = thread / (WIDE / OWN_CHANNELS);
  int places = to.height * to.width;
  int channelTiles = (to.channels + WIDE - 1) / WIDE;
  int tile = blockIdx.x / channelTiles;
  int firstPlace = tile / imageTiles * (PIXELS / imagesPerTile);
  int firstImage = tile % imageTiles * imagesPerTile;
  int firstChannel = blockIdx.x % channelTiles * WIDE;

  int place = firstPlace + group * OWN_IMAGES / imagesPerTile;
  int row = place / to.width;
  int column = place % to.width;
  int image = firstImage + group * OWN_IMAGES % imagesPerTile;

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

  float sums[OWN_IMAGES][OWN_CHANNELS];
#pragma unroll
  for (int c = 0; c < OWN_CHANNELS; c++) {
    int channel = firstChannel + quad * OWN_CHANNELS + c;
    float start = bias && channel < to.channels ? bias[channel] : 0.0f;
#pragma unroll
    for (int e = 0; e < OWN_IMAGES; e++) {
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
      int e = pixel % OWN_IMAGES;
      int at = (e / 4 * HALF + pixel / OWN_IMAGES) * 4 + e % 4;
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

  auto multiply = [&](int buffer, int k) {
    float4 a = xs[buffer][k][group];
    float4 b = xs[buffer][k][HALF + group];
    float4 c = ws[buffer][k][quad];
    const float left[OWN_IMAGES] = {a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w};
    const float right[OWN_CHANNELS] = {c.x, c.y, c.z, c.w};
#pragma unroll
    for (int e = 0; e < OWN_IMAGES; e++) {
#pragma unroll
      for (int o = 0; o < OWN_CHANNELS; o++) {
        sums[e][o] = fmaf(left[e], right[o], sums[e][o]);
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
    if (place < places
        && source<GRADIENT>(window, from, row, column, tap / window.width, tap % window.width, h, v)) {
      int depth = from.channels - slab % chunks * DEPTH;
      if (depth >= DEPTH) {
#pragma unroll
        for (int k = 0; k < DEPTH; k++) {
          multiply(slab % 2, k);
        }
      } else {
        for (int k = 0; k < depth; k++) {
          multiply(slab % 2, k);
        }
      }
    }
    if (more) {
      store((slab + 1) % 2);
    }
    __syncthreads();
  }

  if (place < places) {
#pragma unroll
    for (int e = 0; e < OWN_IMAGES; e++) {
#pragma unroll
      for (int c = 0; c < OWN_CHANNELS; c++) {
        int channel = firstChannel + quad * OWN_CHANNELS + c;
        if (image + e < to.n && channel < to.channels) {
          put(y, to.at(image + e, row, column, channel), accumulate, sums[e][c]);
        }
      }
    }
  }
}

#define PRODUCT(name, GRADIENT, WIDE)                                                                      \
  KERNEL(                                                                                                  \
      name,                                                                                                \
      Window window,                                                                                       \
      Images to,                                                                                           \
      Images from,                                                                                         \
      const float* x,                                                                                      \
      const float* w,                                                                                      \
      const float* bias,                                                                                   \
      int accumulate,                                                                                      \
      float* y,                                                                                            \
      int imagesPerTile,                                                                                   \
      int imageTiles) {                                                                                    \
    product<GRADIENT, WIDE>(window, to, from, x, w, bias, accumulate, y, imagesPerTile, imageTiles);       \
  }
PRODUCT(convolve16, false, 16)
PRODUCT(convolve32, false, 32)
PRODUCT(convolve64, false, 64)
PRODUCT(convolveInputGradient16, true, 16)
PRODUCT(convolveInputGradient32, true, 32)
PRODUCT(convolveInputGradient64, true, 64)

constexpr int TILE = 16;  // channels and output channels of a block

/** Neighbouring positions of a kernel: whole rows, or a part of one. */
struct Tile {
  int height, width;
};

/*
 * Sums of the weights' gradient over one block of images: partial[block, weight], or what is added to it.
 *
 * A block of threads has sixteen channels by sixteen output channels of `tile.height` x `tile.width` kernel positions, at
 * most sixteen; a thread has 4 x 4 of them for one position, in registers from the first image to the last. What these
 * positions see of `piece.height` output rows comes to shared memory at once, or of a part of one row, `piece.width`
 * outputs at a time. A thread walks over the columns where its kernel position is inside.
 * Bound by shared memory and FMA alike: 16 FMAs against 2 loads of 16 bytes.
 */
KERNEL(
    convolveWeightSums,
    Window window,
    Tile tile,
    Images in,
    Images out,
    int imagesPerBlock,
    Tile piece,
    const float* x,
    const float* dY,
    float* partial,
    int accumulate) {
  DYN_SHARED(float4, shared);
  int span = (piece.width - 1) * window.stride + tile.width;
  int rows = (piece.height - 1) * window.stride + tile.height;
  float4* xs = shared;                    // [input row][column][four channels]
  float4* ds = shared + rows * span * 4;  // [row][column][four output channels]

  int outTiles = (out.channels + TILE - 1) / TILE;
  int inTiles = (in.channels + TILE - 1) / TILE;
  int across = (window.width + tile.width - 1) / tile.width;
  int down = (window.height + tile.height - 1) / tile.height;
  int block = blockIdx.x;  // of the launch; then of images
  int firstOut = block % outTiles * TILE;
  block /= outTiles;
  int firstIn = block % inTiles * TILE;
  block /= inTiles;
  int left = block % across * tile.width;
  block /= across;
  int top = block % down * tile.height;
  block /= down;
  int position = threadIdx.x / 16;
  int inQuad = threadIdx.x % 16 / 4;
  int outQuad = threadIdx.x % 4;
  int i = top + position / tile.width;
  int j = left + position % tile.width;
  bool active = position < tile.height * tile.width && i < window.height && j < window.width;

  int before = window.padding - j;  // columns of the window's left that are outside for output column 0
  int reach = in.width - 1 + before;
  int firstColumn = before > 0 ? (before + window.stride - 1) / window.stride : 0;
  int lastColumn = reach < 0 ? -1 : min(reach / window.stride, out.width - 1);

  float sums[4][4] = {};
  int end = min(imagesPerBlock, in.n - block * imagesPerBlock) + block * imagesPerBlock;
  for (int n = block * imagesPerBlock; n < end; n++) {
    for (int h = 0; h < out.height; h += piece.height) {
      for (int start = 0; start < out.width; start += piece.width) {
        int count = min(piece.width, out.width - start);
        int lines = min(piece.height, out.height - h);
        __syncthreads();
#pragma unroll 4
        for (int e = threadIdx.x; e < rows * span * 4; e += blockDim.x) {
          int row = h * window.stride - window.padding + top + e / 4 / span;
          int column = start * window.stride - window.padding + left + e / 4 % span;
          int channel = firstIn + e % 4 * 4;
          if (in.holds(row, column)) {
            xs[e] = four(x + in.at(n, row, column, channel), in.channels - channel, in.channels % 4 == 0);
          }
        }
#pragma unroll 4
        for (int e = threadIdx.x; e < lines * count * 4; e += blockDim.x) {
          int line = e / 4 / count;
          int column = e / 4 % count;
          int channel = firstOut + e % 4 * 4;
          ds[(line * piece.width + column) * 4 + e % 4] =
              four(dY + out.at(n, h + line, start + column, channel), out.channels - channel, out.channels % 4 == 0);
        }
        __syncthreads();
        int last = min(start + count - 1, lastColumn);
        for (int line = 0; line < lines; line++) {
          int row = (h + line) * window.stride - window.padding + i;
          if (active && row >= 0 && row < in.height) {
            const float4* inputs = xs + ((line * window.stride + i - top) * span + j - left) * 4 + inQuad;
            const float4* gradients = ds + line * piece.width * 4 + outQuad;
#pragma unroll 4
            for (int v = max(start, firstColumn); v <= last; v++) {
              float4 a = inputs[(v - start) * window.stride * 4];
              float4 b = gradients[(v - start) * 4];
              const float input[4] = {a.x, a.y, a.z, a.w};
              const float gradient[4] = {b.x, b.y, b.z, b.w};
#pragma unroll
              for (int c = 0; c < 4; c++) {
#pragma unroll
                for (int o = 0; o < 4; o++) {
                  sums[c][o] = fmaf(input[c], gradient[o], sums[c][o]);
                }
              }
            }
          }
        }
      }
    }
  }

  int weights = window.height * window.width * in.channels * out.channels;
#pragma unroll
  for (int c = 0; c < 4; c++) {
#pragma unroll
    for (int o = 0; o < 4; o++) {
      int channel = firstIn + inQuad * 4 + c;
      int outChannel = firstOut + outQuad * 4 + o;
      if (active && channel < in.channels && outChannel < out.channels) {
        int weight = ((i * window.width + j) * in.channels + channel) * out.channels + outChannel;
        put(partial + static_cast<size_t>(block) * weights, weight, accumulate, sums[c][o]);
      }
    }
  }
}
