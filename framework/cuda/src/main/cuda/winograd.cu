/*
 * Convolutions in tiles of 2x2 outputs, and their gradients: Winograd's F(2x2, 3x3), of NHWC images of even height and
 * width with weights [kernel row, kernel column, channel, output channel]. Channels are multiples of sixteen.
 *
 * Order: NUMERICS.md, "Convolutions in tiles". A product of a position adds over the channels; a weight's over (image,
 * tile row, tile column) of a block of images, then over the blocks. What lies outside the images is +0 and takes part.
 */
#include "blocksums.cuh"
#include "endings.cuh"
#include "norms.cuh"
#include "segments.cuh"

namespace winograd {
constexpr int THREADS = 256;
constexpr int POSITIONS = 16;  // of a transformed tile, row by row

/** The transforms of one line; each operation is rounded by itself. */
static __device__ __forceinline__ void values(const float (&d)[4], float (&v)[4]) {
  v[0] = d[0] - d[2];
  v[1] = d[1] + d[2];
  v[2] = d[2] - d[1];
  v[3] = d[3] - d[1];
}
static __device__ __forceinline__ void weights(const float (&g)[3], float (&u)[4]) {
  float ends = g[0] + g[2];
  u[0] = g[0];
  u[1] = (ends + g[1]) * 0.5f;
  u[2] = (ends - g[1]) * 0.5f;
  u[3] = g[2];
}
static __device__ __forceinline__ void outputs(const float (&m)[4], float (&y)[2]) {
  y[0] = m[0] + m[1] + m[2];
  y[1] = m[1] - m[2] + m[3];
}
static __device__ __forceinline__ void gradients(const float (&d)[2], float (&v)[4]) {
  v[0] = d[0];
  v[1] = d[0] + d[1];
  v[2] = d[0] - d[1];
  v[3] = d[1];
}
static __device__ __forceinline__ void weightGradients(const float (&u)[4], float (&g)[3]) {
  float mean = (u[1] + u[2]) * 0.5f;
  g[0] = u[0] + mean;
  g[1] = (u[1] - u[2]) * 0.5f;
  g[2] = mean + u[3];
}

/** A transform of each column, and then of each row of what that gave. */
template <int FROM, int TO>
static __device__ __forceinline__ void transform(
    void (*line)(const float (&)[FROM], float (&)[TO]), const float (&square)[FROM][FROM], float (&result)[TO][TO]) {
  float half[TO][FROM];
#pragma unroll
  for (int j = 0; j < FROM; j++) {
    float column[FROM], made[TO];
#pragma unroll
    for (int i = 0; i < FROM; i++) {
      column[i] = square[i][j];
    }
    line(column, made);
#pragma unroll
    for (int i = 0; i < TO; i++) {
      half[i][j] = made[i];
    }
  }
#pragma unroll
  for (int i = 0; i < TO; i++) {
    line(half[i], result[i]);
  }
}

/** The first pixel of a tile's 2x2. */
struct Place {
  int image, row, column;

  __device__ __forceinline__ Place(const Images& images, int tile) {
    int across = images.width / 2;
    int down = images.height / 2;
    image = tile / across / down;
    row = tile / across % down * 2;
    column = tile % across * 2;
  }
  __device__ __forceinline__ int pixel(const Images& images) const {
    return (image * images.height + row) * images.width + column;
  }
};

static __device__ __forceinline__ int tiles(const Images& images) {
  return images.n * (images.height / 2) * (images.width / 2);
}

/** The position whose transformed weights are those of the weights in reverse: first and last lines change places. */
static __device__ __forceinline__ int reversed(int position) {
  int row = position / 4;
  int column = position % 4;
  return (row % 3 == 0 ? 3 - row : row) * 4 + (column % 3 == 0 ? 3 - column : column);
}

/** One channel of a tile's 2x2 pixels, or of these and the ones around them. */
template <int SIZE>
static __device__ __forceinline__ void load(
    const float* x, const Images& images, const Place& tile, int channel, float (&pixels)[SIZE][SIZE]) {
  constexpr int AROUND = (SIZE - 2) / 2;
  const float* first = x + images.at(tile.image, tile.row, tile.column, channel);
#pragma unroll
  for (int i = 0; i < SIZE; i++) {
#pragma unroll
    for (int j = 0; j < SIZE; j++) {
      bool inside = SIZE == 2 || images.holds(tile.row + i - AROUND, tile.column + j - AROUND);
      pixels[i][j] = inside ? first[((i - AROUND) * images.width + j - AROUND) * images.channels] : 0.0f;
    }
  }
}

/*
 * Forward, and the gradient by the input, which is the same over the gradient with the weights in reverse: sixteen matrix
 * products [tiles] x [output channels] over the channels, one for each position.
 *
 * A block of 256 threads has WIDE output channels of 1024 / WIDE tiles. Sixteen threads have a position; each keeps 8 x 8
 * sums of it in registers from the first channel to the last. Eight channels at a time come to shared memory: tiles
 * transformed on their way, [position][channel][tile], and weights that winogradWeights has transformed,
 * [position][channel][output channel]. A line of tiles is four longer, so that eight channels of four tiles are stored
 * to different banks, and a position half of the banks longer, because a warp reads two. At the end the sums go through
 * shared memory in two halves, and a thread makes the four outputs of a tile, neighbours having neighbouring channels.
 * The tiles of a block are whole rows of images, if half as many as it has columns divide their number: then its pixels
 * follow each other in memory, they are whole blocks of the rule of 64, and their moments are formed here where they are
 * wanted, from the outputs as they are stored.
 * Bound by FMA: 64 of them against 4 loads of 16 bytes from shared memory. A tile is transformed once for each WIDE
 * output channels, 32 additions for 16 * WIDE FMAs.
 */
template <bool GRADIENT, int WIDE>
static __device__ __forceinline__ void products(
    const Images& to,
    const Images& from,
    const float* __restrict__ x,
    const float* __restrict__ u,
    const float* __restrict__ bias,
    int accumulate,
    float* __restrict__ y,
    const Ending<float>& ending,
    const BlockMoments& moments) {
  constexpr int TILES = 1024 / WIDE;
  constexpr int SLAB = 8;
  constexpr int LINE = TILES + 4;
  constexpr int MADE = TILES / 2 * WIDE / THREADS;  // tiles of a half whose outputs a thread makes
  struct Slabs {
    float vs[POSITIONS][SLAB * LINE + 16];
    float us[POSITIONS][SLAB * WIDE + 16];
  };
  using Products = float[POSITIONS][TILES / 2][WIDE];
  using Outputs = float[TILES * 4][WIDE];
  static_assert(sizeof(Slabs) >= sizeof(Products) && sizeof(Slabs) >= sizeof(Outputs), "they need their room");
  alignas(16) __shared__ unsigned char shared[sizeof(Slabs)];
  Slabs& slabs = *reinterpret_cast<Slabs*>(shared);
  Products& ms = *reinterpret_cast<Products*>(shared);
  Outputs& ys = *reinterpret_cast<Outputs*>(shared);

  int thread = threadIdx.x;
  int position = thread / 16;
  int quad = thread % 16 % (WIDE / 8) * 4;      // output channels from there on, and from WIDE / 2 later
  int tileQuad = thread % 16 / (WIDE / 8) * 4;  // tiles likewise
  int channelTiles = to.channels / WIDE;
  int firstChannel = blockIdx.x % channelTiles * WIDE;
  int firstTile = blockIdx.x / channelTiles * TILES;
  int tileCount = tiles(to);

  float sums[8][8] = {};
  for (int first = 0; first < from.channels; first += SLAB) {
    __syncthreads();
#pragma unroll
    for (int e = 0; e < POSITIONS * SLAB * WIDE / 4; e += THREADS) {
      int p = (e + thread) * 4 / WIDE / SLAB;
      if (GRADIENT) {
        int c = (e + thread) % (SLAB / 4) * 4;
        int k = (e + thread) / (SLAB / 4) % WIDE;
        float4 four = *reinterpret_cast<const float4*>(
            u + (reversed(p) * to.channels + firstChannel + k) * from.channels + first + c);
        slabs.us[p][c * WIDE + k] = four.x;
        slabs.us[p][(c + 1) * WIDE + k] = four.y;
        slabs.us[p][(c + 2) * WIDE + k] = four.z;
        slabs.us[p][(c + 3) * WIDE + k] = four.w;
      } else {
        int c = (e + thread) * 4 / WIDE % SLAB;
        int k = (e + thread) * 4 % WIDE;
        *reinterpret_cast<float4*>(&slabs.us[p][c * WIDE + k]) =
            *reinterpret_cast<const float4*>(u + (p * from.channels + first + c) * to.channels + firstChannel + k);
      }
    }
#pragma unroll
    for (int e = 0; e < TILES * SLAB; e += THREADS) {
      int c = thread % SLAB;
      int tile = (e + thread) / SLAB;
      float pixels[4][4] = {}, v[4][4];
      if (firstTile + tile < tileCount) {
        load(x, from, Place(from, firstTile + tile), first + c, pixels);
      }
      transform(values, pixels, v);
#pragma unroll
      for (int p = 0; p < POSITIONS; p++) {
        slabs.vs[p][c * LINE + tile] = v[p / 4][p % 4];
      }
    }
    __syncthreads();
#pragma unroll 2  // more, and there are not enough registers
    for (int c = 0; c < SLAB; c++) {
      const float* left = slabs.vs[position] + c * LINE + tileQuad;
      const float* right = slabs.us[position] + c * WIDE + quad;
      float4 a = *reinterpret_cast<const float4*>(left);
      float4 b = *reinterpret_cast<const float4*>(left + TILES / 2);
      float4 d = *reinterpret_cast<const float4*>(right);
      float4 f = *reinterpret_cast<const float4*>(right + WIDE / 2);
      const float own[8] = {a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w};
      const float factors[8] = {d.x, d.y, d.z, d.w, f.x, f.y, f.z, f.w};
#pragma unroll
      for (int t = 0; t < 8; t++) {
#pragma unroll
        for (int k = 0; k < 8; k++) {
          sums[t][k] = fmaf(own[t], factors[k], sums[t][k]);
        }
      }
    }
  }

  float made[2 * MADE][4];  // of tiles of both halves, as they are stored
  int pixels[2 * MADE];     // the first of each tile
#pragma unroll
  for (int n = 0; n < 2 * MADE; n++) {
    int half = n / MADE;
    if (n % MADE == 0) {
      __syncthreads();
#pragma unroll
      for (int t = 0; t < 4; t++) {
        const float* own = sums[half * 4 + t];
        float* m = ms[position][tileQuad + t] + quad;
        *reinterpret_cast<float4*>(m) = make_float4(own[0], own[1], own[2], own[3]);
        *reinterpret_cast<float4*>(m + WIDE / 2) = make_float4(own[4], own[5], own[6], own[7]);
      }
      __syncthreads();
    }
    int own = (n % MADE * THREADS + thread) / WIDE;  // of the half
    int tile = firstTile + half * TILES / 2 + own;
    int channel = firstChannel + thread % WIDE;
    float m[4][4], square[2][2];
#pragma unroll
    for (int p = 0; p < POSITIONS; p++) {
      m[p / 4][p % 4] = ms[p][own][thread % WIDE];
    }
    transform(outputs, m, square);
    pixels[n] = Place(to, tile).pixel(to);
#pragma unroll
    for (int o = 0; o < 4; o++) {
      made[n][o] = bias ? square[o / 2][o % 2] + bias[channel] : square[o / 2][o % 2];
      if (tile < tileCount) {
        int at = (pixels[n] + o / 2 * to.width + o % 2) * to.channels + channel;
        put(y, at, accumulate, ending.of(made[n][o], channel, at));
      }
    }
  }
  if (!moments.sums) {
    return;
  }
  int firstPixel = firstTile * 4;
  __syncthreads();
#pragma unroll
  for (int n = 0; n < 2 * MADE; n++) {
#pragma unroll
    for (int o = 0; o < 4; o++) {
      ys[pixels[n] - firstPixel + o / 2 * to.width + o % 2][thread % WIDE] = made[n][o];
    }
  }
  __syncthreads();
  moments.leave<TILES * 4, WIDE>(firstPixel, tileCount * 4, firstChannel, to.channels, [&](int row, int channel) {
    return ys[row][channel];
  });
}
}  // namespace winograd

#define WINOGRAD(wide)                                                                        \
  KERNEL_IN_TWOS(                                                                             \
      winogradProducts##wide,                                                                 \
      Images to,                                                                              \
      Images from,                                                                            \
      const float* x,                                                                         \
      const float* u,                                                                         \
      const float* bias,                                                                      \
      float* y,                                                                               \
      Ending<float> ending,                                                                   \
      BlockMoments moments) {                                                                 \
    winograd::products<false, wide>(to, from, x, u, bias, 0, y, ending, moments);             \
  }                                                                                           \
  KERNEL_IN_TWOS(                                                                             \
      winogradInputGradient##wide,                                                            \
      Images to,                                                                              \
      Images from,                                                                            \
      const float* dY,                                                                        \
      const float* u,                                                                         \
      int accumulate,                                                                         \
      float* dX) {                                                                            \
    winograd::products<true, wide>(to, from, dY, u, nullptr, accumulate, dX, {}, {});         \
  }
WINOGRAD(16)
WINOGRAD(32)

/**
 * Weights for the products: u[position, channel, output channel] of each w in the table. A thread for each pair of
 * channels; bound by memory, u being 16 / 9 of w.
 */
KERNEL(winogradWeights, Segments all) {
  int own = all.own();
  int pairs = all.size[own];
  int pair = all.from(own) + static_cast<int>(threadIdx.x);
  if (pair >= pairs) {
    return;
  }
  const float* w = all.tensors[own][0];
  float* u = all.tensors[own][1];
  float g[3][3], made[4][4];
#pragma unroll
  for (int tap = 0; tap < 9; tap++) {
    g[tap / 3][tap % 3] = w[tap * pairs + pair];
  }
  winograd::transform(winograd::weights, g, made);
#pragma unroll
  for (int p = 0; p < winograd::POSITIONS; p++) {
    u[p * pairs + pair] = made[p / 4][p % 4];
  }
}

/*
 * Sums of the gradient by the transformed weights over one block of images:
 * partial[block, position, channel, output channel].
 *
 * A block of 256 threads has sixteen channels by sixteen output channels of all positions. Sixteen threads have a
 * position; each keeps 4 x 4 sums of it in registers from the first tile to the last. Sixteen tiles at a time come to
 * shared memory, transformed, [position][tile][channel], while the next are on their way to registers: each thread has
 * one channel of one tile of both. A position is half of the banks longer than that, because a warp reads two.
 * Bound by FMA and by what surrounds them: 16 of them against 2 loads of 16 bytes, and for a tile's 4096 the transforms,
 * 704 additions and 512 stores.
 */
KERNEL(
    winogradWeightSums,
    Images in,
    Images out,
    int imagesPerBlock,
    const float* x,
    const float* dY,
    float* partial) {
  using namespace winograd;
  constexpr int WIDE = 16;   // channels, and output channels
  constexpr int TILES = 16;  // at a time
  struct Slabs {
    float vs[POSITIONS][TILES * WIDE + 16];
    float ds[POSITIONS][TILES * WIDE + 16];
  };
  alignas(16) __shared__ unsigned char shared[sizeof(Slabs)];
  Slabs& slabs = *reinterpret_cast<Slabs*>(shared);

  int outTiles = out.channels / WIDE;
  int inTiles = in.channels / WIDE;
  int block = blockIdx.x / outTiles / inTiles;
  int firstOut = blockIdx.x % outTiles * WIDE;
  int firstIn = blockIdx.x / outTiles % inTiles * WIDE;
  int position = threadIdx.x / 16;
  int inQuad = threadIdx.x % 16 / 4 * 4;
  int outQuad = threadIdx.x % 4 * 4;
  int channel = threadIdx.x % WIDE;  // what the thread loads
  int line = threadIdx.x / WIDE;
  int begin = block * imagesPerBlock * (in.height / 2) * (in.width / 2);
  int end = min(begin + imagesPerBlock * (in.height / 2) * (in.width / 2), tiles(in));

  float pixels[4][4] = {}, gradient[2][2] = {};
  auto loadTile = [&](int tile) {
    if (tile < end) {
      Place place(in, tile);
      load(x, in, place, firstIn + channel, pixels);
      load(dY, out, place, firstOut + channel, gradient);
    }
  };
  loadTile(begin + line);
  float sums[4][4] = {};
  for (int first = begin; first < end; first += TILES) {
    float v[4][4], d[4][4];
    transform(values, pixels, v);
    transform(gradients, gradient, d);
    __syncthreads();
#pragma unroll
    for (int p = 0; p < POSITIONS; p++) {
      slabs.vs[p][line * WIDE + channel] = v[p / 4][p % 4];
      slabs.ds[p][line * WIDE + channel] = d[p / 4][p % 4];
    }
    __syncthreads();
    loadTile(first + TILES + line);
    int count = min(TILES, end - first);
#pragma unroll 4
    for (int tile = 0; tile < count; tile++) {
      float4 a = *reinterpret_cast<const float4*>(&slabs.vs[position][tile * WIDE + inQuad]);
      float4 b = *reinterpret_cast<const float4*>(&slabs.ds[position][tile * WIDE + outQuad]);
      const float left[4] = {a.x, a.y, a.z, a.w};
      const float right[4] = {b.x, b.y, b.z, b.w};
#pragma unroll
      for (int c = 0; c < 4; c++) {
#pragma unroll
        for (int k = 0; k < 4; k++) {
          sums[c][k] = fmaf(left[c], right[k], sums[c][k]);
        }
      }
    }
  }

#pragma unroll
  for (int c = 0; c < 4; c++) {
    size_t row = (static_cast<size_t>(block) * POSITIONS + position) * in.channels + firstIn + inQuad + c;
    *reinterpret_cast<float4*>(partial + row * out.channels + firstOut + outQuad) =
        make_float4(sums[c][0], sums[c][1], sums[c][2], sums[c][3]);
  }
}

/**
 * The gradient by the weights, or what is added to it, from partial[block, position, pair of channels]. A block of threads
 * has sixteen pairs: a thread for each position of each adds up the blocks; then sixteen threads transform. Bound by the
 * latency of memory, as sumBlocks is.
 */
KERNEL(winogradWeightGradient, const float* partial, int blocks, int pairs, int accumulate, float* dW) {
  using namespace winograd;
  constexpr int PAIRS = winograd::THREADS / POSITIONS;
  __shared__ float totals[POSITIONS][PAIRS];
  int position = threadIdx.x / PAIRS;
  int own = threadIdx.x % PAIRS;
  int pair = blockIdx.x * PAIRS + own;
  totals[position][own] = sumOfBlocks(partial + position * pairs + pair, blocks, POSITIONS * pairs);
  __syncthreads();
  if (position > 0) {
    return;
  }
  float total[4][4], g[3][3];
#pragma unroll
  for (int p = 0; p < POSITIONS; p++) {
    total[p / 4][p % 4] = totals[p][own];
  }
  transform(weightGradients, total, g);
#pragma unroll
  for (int tap = 0; tap < 9; tap++) {
    put(dW, tap * pairs + pair, accumulate, g[tap / 3][tap % 3]);
  }
}
