/*
 * Convolutions in tiles of 4x4 outputs, and their gradients by the input: Winograd's F(4x4, 3x3), of NHWC images with
 * weights [kernel row, kernel column, channel, output channel]. Channels are multiples of sixteen.
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
 * Forward, and the gradient by the input, which is the same over the gradient with the weights in reverse: a matrix product
 * [tiles] x [output channels] over the channels for each position.
 *
 * A block has WIDE output channels of 512 / WIDE tiles. Sixteen threads have a position; each keeps 4 x 8 sums of it in
 * registers from the first channel to the last. Four channels at a time come to shared memory: tiles transformed on their
 * way, [position][channel][tile], and weights that winogradWeights has transformed, [position][channel][output channel]. A
 * line of tiles is eight longer, so that channels are stored to different banks; a position is half of the banks longer,
 * because a warp reads two.
 * At the end the sums go through shared memory in two halves, and a thread makes the sixteen outputs of a tile, neighbours
 * having neighbouring channels. Where rows of images are tiles that divide a block's, its outputs follow each other in memory:
 * they are whole blocks of the rule of 64, whose moments are formed here where they are wanted, from the outputs as they are
 * stored, so that batch norm need not read them for it.
 * Bound by FMA: 32 of them against 3 loads of 16 bytes from shared memory. A tile is transformed once for each WIDE output
 * channels, 144 operations for 36 * WIDE FMAs.
 */
template <int WIDE>
struct Part {
  static constexpr int TILES = 512 / WIDE;
  static constexpr int SLAB = 4;          // channels at a time
  static constexpr int LINE = TILES + 8;  // of tiles
  static constexpr int HALF_BANKS = 16;
  static constexpr int HALF = TILES / 2;
  struct Slabs {
    float vs[POSITIONS][SLAB * LINE + HALF_BANKS];
    float us[POSITIONS][SLAB * WIDE + HALF_BANKS];
  };
  union Shared {
    Slabs slabs;
    float ms[POSITIONS][HALF][WIDE];  // products of half of the tiles
    float ys[TILES * EDGE * EDGE][WIDE];
  };

  int firstChannel, firstTile, tileCount;
  int position;  // whose sums this thread has, ...
  int quad;      // ... of the four output channels from there on, and from WIDE / 2 later, ...
  int tileQuad;  // ... and of the four tiles from there on

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

  /** The sums, over the slabs. */
  __device__ __forceinline__ void multiply(
      const Images& to,
      const Images& from,
      const float* __restrict__ x,
      const float* __restrict__ u,
      Slabs& slabs,
      float (&sums)[4][8]) const {
    constexpr int FOURS = POSITIONS * SLAB * WIDE / 4 / THREADS;  // of weights that this thread brings
    int thread = threadIdx.x;
    bool brings = thread < TILES * SLAB;  // a channel of a tile
    int channel = thread % SLAB;
    int tile = thread / SLAB;
    Place place(from, firstTile + tile);
    bool there = brings && firstTile + tile < tileCount;

    for (int first = 0; first < from.channels; first += SLAB) {
      float4 fours[FOURS];
#pragma unroll
      for (int e = 0; e < FOURS; e++) {
        int own = e * THREADS + thread;
        int p = own / (SLAB * WIDE / 4);
        int c = own * 4 / WIDE % SLAB;
        int at = (p * from.channels + first + c) * to.channels + firstChannel + own * 4 % WIDE;
        fours[e] = *reinterpret_cast<const float4*>(u + at);
      }
      float pixels[SIDE][SIDE];
      if (brings) {
        load<SIDE, 1>(x, from, place, first + channel, there, pixels);
      }
      __syncthreads();
#pragma unroll
      for (int e = 0; e < FOURS; e++) {
        int own = e * THREADS + thread;
        int c = own * 4 / WIDE % SLAB;
        *reinterpret_cast<float4*>(slabs.us[own / (SLAB * WIDE / 4)] + c * WIDE + own * 4 % WIDE) = fours[e];
      }
      if (brings) {
        float v[SIDE][SIDE];
        transform(values, pixels, v);
#pragma unroll
        for (int p = 0; p < POSITIONS; p++) {
          slabs.vs[p][channel * LINE + tile] = v[p / SIDE][p % SIDE];
        }
      }
      __syncthreads();
#pragma unroll
      for (int c = 0; c < SLAB; c++) {
        const float* right = slabs.us[position] + c * WIDE + quad;
        float4 a = *reinterpret_cast<const float4*>(slabs.vs[position] + c * LINE + tileQuad);
        float4 d = *reinterpret_cast<const float4*>(right);
        float4 f = *reinterpret_cast<const float4*>(right + WIDE / 2);
        const float own[4] = {a.x, a.y, a.z, a.w};
        const float factors[8] = {d.x, d.y, d.z, d.w, f.x, f.y, f.z, f.w};
#pragma unroll
        for (int t = 0; t < 4; t++) {
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
      const float (&sums)[4][8],
      const float* __restrict__ bias,
      int accumulate,
      float* __restrict__ y,
      const Ending<float>& ending,
      const BlockMoments& moments,
      Shared& shared) const {
    bool makes = threadIdx.x < HALF * WIDE;  // a tile's outputs of a channel, in each half
    int own = threadIdx.x / WIDE;            // of the half
    int column = threadIdx.x % WIDE;
    int channel = firstChannel + column;
    float made[2][EDGE][EDGE];  // as they are stored
    int pixels[2];              // the first of each tile
#pragma unroll
    for (int half = 0; half < 2; half++) {
      __syncthreads();
#pragma unroll
      for (int t = 0; t < 2; t++) {
        const float* sum = sums[half * 2 + t];
        float* m = shared.ms[position][tileQuad / 2 + t] + quad;
        *reinterpret_cast<float4*>(m) = make_float4(sum[0], sum[1], sum[2], sum[3]);
        *reinterpret_cast<float4*>(m + WIDE / 2) = make_float4(sum[4], sum[5], sum[6], sum[7]);
      }
      __syncthreads();
      if (!makes) {
        continue;
      }
      int tile = firstTile + own / 2 * 4 + half * 2 + own % 2;
      float m[SIDE][SIDE];
#pragma unroll
      for (int p = 0; p < POSITIONS; p++) {
        m[p / SIDE][p % SIDE] = shared.ms[p][own][column];
      }
      transform(outputs, m, made[half]);
      Place place(to, tile);
      pixels[half] = place.pixel;
#pragma unroll
      for (int i = 0; i < EDGE; i++) {
#pragma unroll
        for (int j = 0; j < EDGE; j++) {
          float& output = made[half][i][j];
          output = bias ? output + bias[channel] : output;
          if (tile < tileCount && to.holds(place.row + i, place.column + j)) {
            int at = (place.pixel + i * to.width + j) * to.channels + channel;
            put(y, at, accumulate, ending.of(output, channel, at));
          }
        }
      }
    }
    if (!moments.sums) {
      return;
    }
    int firstPixel = firstTile * EDGE * EDGE;
    __syncthreads();
    if (makes) {
#pragma unroll
      for (int half = 0; half < 2; half++) {
#pragma unroll
        for (int o = 0; o < EDGE * EDGE; o++) {
          int pixel = pixels[half] - firstPixel + o / EDGE * to.width + o % EDGE;
          shared.ys[pixel][column] = made[half][o / EDGE][o % EDGE];
        }
      }
    }
    __syncthreads();
    moments.leave<TILES * EDGE * EDGE, WIDE>(
        firstPixel, tileCount * EDGE * EDGE, firstChannel, to.channels, [&](int row, int c) { return shared.ys[row][c]; });
  }
};

template <int WIDE>
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
  using Own = Part<WIDE>;
  alignas(16) __shared__ unsigned char bytes[sizeof(typename Own::Shared)];
  auto& shared = *reinterpret_cast<typename Own::Shared*>(bytes);
  Own part(to);
  float sums[4][8] = {};
  part.multiply(to, from, x, u, shared.slabs, sums);
  part.finish(to, sums, bias, accumulate, y, ending, moments, shared);
}
}  // namespace winograd

#define WINOGRAD(wide)                                                                 \
  KERNEL_OF_THREADS(                                                                   \
      winograd::THREADS,                                                               \
      winogradProducts##wide,                                                          \
      Images to,                                                                       \
      Images from,                                                                     \
      const float* x,                                                                  \
      const float* u,                                                                  \
      const float* bias,                                                               \
      float* y,                                                                        \
      Ending<float> ending,                                                            \
      BlockMoments moments) {                                                          \
    winograd::products<wide>(to, from, x, u, bias, 0, y, ending, moments);             \
  }                                                                                    \
  KERNEL_OF_THREADS(                                                                   \
      winograd::THREADS,                                                               \
      winogradInputGradient##wide,                                                     \
      Images to,                                                                       \
      Images from,                                                                     \
      const float* dY,                                                                 \
      const float* u,                                                                  \
      int accumulate,                                                                  \
      float* dX) {                                                                     \
    winograd::products<wide>(to, from, dY, u, nullptr, accumulate, dX, {}, {});        \
  }
WINOGRAD(16)
WINOGRAD(32)

/**
 * Weights for the products, u[position, channel, output channel] of each w in the table, whose number is its output channels,
 * and after them those of w in reverse for gradients, [position, output channel, channel]. A thread for each pair of sixteen
 * by sixteen channels; bound by memory, both being eight times w.
 */
KERNEL(winogradWeights, Segments all) {
  using namespace winograd;
  constexpr int CHANNELS = 16;
  __shared__ float turned[POSITIONS][CHANNELS][CHANNELS + 1];
  int own = all.own();
  int pairs = all.size[own];
  int out = static_cast<int>(all.number[own]);
  int in = pairs / out;
  int square = all.from(own) / (CHANNELS * CHANNELS);
  int row = threadIdx.x / CHANNELS;
  int column = threadIdx.x % CHANNELS;
  int firstIn = square / (out / CHANNELS) * CHANNELS;
  int firstOut = square % (out / CHANNELS) * CHANNELS;
  const float* w = all.tensors[own][0] + (firstIn + row) * out + firstOut + column;
  float* u = all.tensors[own][1];
  float g[3][3], reverse[3][3], made[SIDE][SIDE];
#pragma unroll
  for (int tap = 0; tap < 9; tap++) {
    g[tap / 3][tap % 3] = w[tap * pairs];
    reverse[2 - tap / 3][2 - tap % 3] = w[tap * pairs];
  }
  transform(weights, g, made);
#pragma unroll
  for (int p = 0; p < POSITIONS; p++) {
    u[p * pairs + (firstIn + row) * out + firstOut + column] = made[p / SIDE][p % SIDE];
  }
  transform(weights, reverse, made);
#pragma unroll
  for (int p = 0; p < POSITIONS; p++) {
    turned[p][column][row] = made[p / SIDE][p % SIDE];
  }
  __syncthreads();
  u += POSITIONS * pairs;
#pragma unroll
  for (int p = 0; p < POSITIONS; p++) {
    u[p * pairs + (firstOut + row) * in + firstIn + column] = turned[p][row][column];
  }
}
