/*
 * Convolutions in tiles of 2x2 outputs, and their gradients by the input: Winograd's F(2x2, 3x3), of NHWC images of even
 * height and width with weights [kernel row, kernel column, channel, output channel]. Channels are multiples of sixteen.
 *
 * Order: NUMERICS.md, "Convolutions in tiles". A product of a position adds over the channels. What lies outside the images
 * is +0 and takes part.
 */
#include "endings.cuh"
#include "norms.cuh"
#include "segments.cuh"
#include "winograd.cuh"

namespace winograd {
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
