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
 * [position][channel][output channel]; for the gradient, where they lie the other way round, transposed. A line of tiles is
 * four longer, so that eight channels of four tiles are stored to different banks, and so is one of transposed weights; a
 * position is half of the banks longer, because a warp reads two.
 * At the end the sums go through shared memory in two halves, four tiles and some room at a time for the sake of banks,
 * and a thread makes the four outputs of a tile, neighbours having neighbouring channels. Where rows of images have a
 * number of tiles that divides a block's, its outputs follow each other in memory: they are whole blocks of the rule of 64,
 * whose moments are formed here where they are wanted, from the outputs as they are stored, so that batch norm need not
 * read them for it.
 * Bound by FMA: 64 of them against 4 loads of 16 bytes from shared memory. A tile is transformed once for each WIDE
 * output channels, 32 additions for 16 * WIDE FMAs.
 */
template <bool GRADIENT, int WIDE>
struct Part {
  static constexpr int TILES = 1024 / WIDE;
  static constexpr int SLAB = 8;                            // channels at a time
  static constexpr int LINE = TILES + 4;                    // of tiles
  static constexpr int PITCH = GRADIENT ? WIDE + 4 : WIDE;  // of weights
  static constexpr int HALF_BANKS = 16;
  struct Slabs {
    float vs[POSITIONS][SLAB * LINE + HALF_BANKS];
    float us[POSITIONS][SLAB * PITCH + HALF_BANKS];
  };
  union Shared {
    Slabs slabs;
    float ms[POSITIONS][TILES / 8][4 * WIDE + WIDE / 2];  // products of half of the tiles, by four
    float ys[TILES * 4][WIDE];
  };

  int firstChannel, firstTile, tileCount;
  int position;  // whose sums this thread has, ...
  int quad;      // ... of the output channels from there on, and from WIDE / 2 later, ...
  int tileQuad;  // ... and of tiles likewise

  __device__ __forceinline__ explicit Part(const Images& to) {
    int thread = threadIdx.x;
    int channelTiles = to.channels / WIDE;
    firstChannel = blockIdx.x % channelTiles * WIDE;
    firstTile = blockIdx.x / channelTiles * TILES;
    tileCount = tiles(to);
    position = thread / 16;
    quad = thread % 16 % (WIDE / 8) * 4;
    tileQuad = thread % 16 / (WIDE / 8) * 4;
  }

  /** The sums, over the slabs. Where a tile is, and which of its pixels are outside, is worked out once for all of them. */
  __device__ __forceinline__ void multiply(
      const Images& to,
      const Images& from,
      const float* __restrict__ x,
      const float* __restrict__ u,
      Slabs& slabs,
      float (&sums)[8][8]) const {
    constexpr int EACH = TILES * SLAB / THREADS;                  // channels of a tile that this thread brings, ...
    constexpr int FOURS = POSITIONS * SLAB * WIDE / 4 / THREADS;  // ... and fours of weights
    int thread = threadIdx.x;
    int channel = thread % (SLAB / EACH) * EACH;
    int tile = thread / (SLAB / EACH);
    Place place(from, firstTile + tile);
    Sides sides(from, place, firstTile + tile < tileCount);
    int at = place.pixel * from.channels + channel;
    int fourAt[FOURS];
    float* fourTo[FOURS];
#pragma unroll
    for (int e = 0; e < FOURS; e++) {
      int own = e * THREADS + thread;
      int p = own / (SLAB * WIDE / 4);
      int c = GRADIENT ? own % (SLAB / 4) * 4 : own * 4 / WIDE % SLAB;
      int k = GRADIENT ? own / (SLAB / 4) % WIDE : own * 4 % WIDE;
      fourAt[e] = GRADIENT ? (reversed(p) * to.channels + firstChannel + k) * from.channels + c
                           : (p * from.channels + c) * to.channels + firstChannel + k;
      fourTo[e] = slabs.us[p] + c * PITCH + k;
    }

    for (int first = 0; first < from.channels; first += SLAB) {
      float4 fours[FOURS];
#pragma unroll
      for (int e = 0; e < FOURS; e++) {
        fours[e] = *reinterpret_cast<const float4*>(u + fourAt[e]);
      }
      u += GRADIENT ? SLAB : SLAB * to.channels;
      float pixels[EACH][4][4];
      load(x, at, from, sides, pixels);
      at += SLAB;
      __syncthreads();
#pragma unroll
      for (int e = 0; e < FOURS; e++) {
        if (GRADIENT) {
          fourTo[e][0] = fours[e].x;
          fourTo[e][PITCH] = fours[e].y;
          fourTo[e][2 * PITCH] = fours[e].z;
          fourTo[e][3 * PITCH] = fours[e].w;
        } else {
          *reinterpret_cast<float4*>(fourTo[e]) = fours[e];
        }
      }
#pragma unroll
      for (int c = 0; c < EACH; c++) {
        float v[4][4];
        transform(values, pixels[c], v);
#pragma unroll
        for (int p = 0; p < POSITIONS; p++) {
          slabs.vs[p][(channel + c) * LINE + tile] = v[p / 4][p % 4];
        }
      }
      __syncthreads();
#pragma unroll 4  // more, and there are not enough registers
      for (int c = 0; c < SLAB; c++) {
        const float* left = slabs.vs[position] + c * LINE + tileQuad;
        const float* right = slabs.us[position] + c * PITCH + quad;
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
  }

  /** What follows from the sums. */
  __device__ __forceinline__ void finish(
      const Images& to,
      const float (&sums)[8][8],
      const float* __restrict__ bias,
      int accumulate,
      float* __restrict__ y,
      const Ending<float>& ending,
      const BlockMoments& moments,
      Shared& shared) const {
    constexpr int MADE = TILES * WIDE / THREADS;  // tiles whose outputs this thread makes, half of them at a time
    int column = threadIdx.x % WIDE;
    int channel = firstChannel + column;
    float made[MADE][4];  // as they are stored
    int pixels[MADE];     // the first of each tile
#pragma unroll
    for (int n = 0; n < MADE; n++) {
      int half = n / (MADE / 2);
      if (n % (MADE / 2) == 0) {
        __syncthreads();
#pragma unroll
        for (int t = 0; t < 4; t++) {
          const float* own = sums[half * 4 + t];
          float* m = shared.ms[position][tileQuad / 4] + t * WIDE + quad;
          *reinterpret_cast<float4*>(m) = make_float4(own[0], own[1], own[2], own[3]);
          *reinterpret_cast<float4*>(m + WIDE / 2) = make_float4(own[4], own[5], own[6], own[7]);
        }
        __syncthreads();
      }
      int own = (n % (MADE / 2) * THREADS + static_cast<int>(threadIdx.x)) / WIDE;  // of the half
      int tile = firstTile + half * TILES / 2 + own;
      float m[4][4], square[2][2];
#pragma unroll
      for (int p = 0; p < POSITIONS; p++) {
        m[p / 4][p % 4] = shared.ms[p][own / 4][own % 4 * WIDE + column];
      }
      transform(outputs, m, square);
      pixels[n] = Place(to, tile).pixel;
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
    for (int n = 0; n < MADE; n++) {
#pragma unroll
      for (int o = 0; o < 4; o++) {
        shared.ys[pixels[n] - firstPixel + o / 2 * to.width + o % 2][column] = made[n][o];
      }
    }
    __syncthreads();
    moments.leave<TILES * 4, WIDE>(firstPixel, tileCount * 4, firstChannel, to.channels, [&](int row, int c) {
      return shared.ys[row][c];
    });
  }
};

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
  using Own = Part<GRADIENT, WIDE>;
  alignas(16) __shared__ unsigned char bytes[sizeof(typename Own::Shared)];
  auto& shared = *reinterpret_cast<typename Own::Shared*>(bytes);
  Own part(to);
  float sums[8][8] = {};
  part.multiply(to, from, x, u, shared.slabs, sums);
  part.finish(to, sums, bias, accumulate, y, ending, moments, shared);
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
