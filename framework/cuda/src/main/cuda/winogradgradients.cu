/*
 * Gradients of convolutions in tiles of 2x2 outputs by their weights: Winograd's F(2x2, 3x3), of NHWC images of even height
 * and width. Channels are multiples of sixteen.
 *
 * Order: NUMERICS.md, "Convolutions in tiles". A sum of a position adds over (image, tile row, tile column) of a block of
 * images; then the blocks are added in index order and transformed (sums.cu).
 */
#include "winograd.cuh"

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

  float pixels[1][4][4], gradient[2][2];
  Place place(in, begin + line);
  Steps steps(in, TILES);
  auto loadTile = [&](bool there) {
    load(x, place.pixel * in.channels + firstIn + channel, in, Sides(in, place, there), pixels);
    int at = place.pixel * out.channels + firstOut + channel;
#pragma unroll
    for (int i = 0; i < 2; i++) {
#pragma unroll
      for (int j = 0; j < 2; j++) {
        gradient[i][j] = there ? dY[at + (i * out.width + j) * out.channels] : 0.0f;
      }
    }
  };
  loadTile(begin + line < end);
  float sums[4][4] = {};
  for (int first = begin; first < end; first += TILES) {
    float v[4][4], d[4][4];
    transform(values, pixels[0], v);
    transform(gradients, gradient, d);
    __syncthreads();
#pragma unroll
    for (int p = 0; p < POSITIONS; p++) {
      slabs.vs[p][line * WIDE + channel] = v[p / 4][p % 4];
      slabs.ds[p][line * WIDE + channel] = d[p / 4][p % 4];
    }
    __syncthreads();
    steps.advance(place);
    loadTile(first + TILES + line < end);
    auto multiply = [&](int tile) {
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
    };
    if (first + TILES <= end) {
#pragma unroll
      for (int tile = 0; tile < TILES; tile++) {
        multiply(tile);
      }
    } else {
#pragma unroll 1
      for (int tile = 0; tile < end - first; tile++) {
        multiply(tile);
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
