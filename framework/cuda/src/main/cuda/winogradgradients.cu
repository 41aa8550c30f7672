/*
 * Gradients of convolutions in tiles of 4x4 outputs by their weights: Winograd's F(3x3, 4x4), of NHWC images. Channels are
 * multiples of sixteen.
 *
 * Order: NUMERICS.md, "Convolutions in tiles". A sum of a position adds over (image, tile row, tile column) of a block of
 * images; then the blocks are added in index order and transformed (sums.cu).
 */
#include "winograd.cuh"

/*
 * Sums of the gradient by the transformed weights over one block of images:
 * partial[block, position, channel, output channel].
 *
 * A block of threads has sixteen channels by sixteen output channels of all positions. Sixteen threads have a position; each
 * keeps 4 x 4 sums of it in registers from the first tile to the last. Eight tiles at a time come to shared memory,
 * transformed, [position][tile][channel], while the next are on their way to registers: some threads have a channel of a tile
 * of the input, as many others one of the gradient. A position is half of the banks longer than that, because a warp reads two.
 * Bound by FMA and by what surrounds them: 16 of them against 2 loads of 16 bytes, and for a tile's 9216 the transforms,
 * 3,900 operations.
 */
KERNEL_OF_THREADS(
    winograd::THREADS,
    winogradWeightSums,
    Images in,
    Images out,
    int imagesPerBlock,
    const float* x,
    const float* dY,
    float* partial) {
  using namespace winograd;
  constexpr int WIDE = 16;  // channels, and output channels
  constexpr int TILES = 8;  // at a time
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
  int tilesPerBlock = imagesPerBlock * down(in) * across(in);
  int begin = block * tilesPerBlock;
  int end = min(begin + tilesPerBlock, tiles(in));

  int channel = threadIdx.x % WIDE;  // what the thread loads
  int line = threadIdx.x / WIDE % TILES;
  bool ofInput = threadIdx.x < TILES * WIDE;
  bool ofGradient = !ofInput && threadIdx.x < 2 * TILES * WIDE;
  float pixels[SIDE][SIDE], gradient[EDGE][EDGE];
  auto loadTile = [&](int tile) {
    if (ofInput) {
      load<SIDE, 1>(x, in, Place(in, tile), firstIn + channel, tile < end, pixels);
    } else if (ofGradient) {
      load<EDGE, 0>(dY, out, Place(out, tile), firstOut + channel, tile < end, gradient);
    }
  };
  loadTile(begin + line);
  float sums[4][4] = {};
  for (int first = begin; first < end; first += TILES) {
    __syncthreads();
    float made[SIDE][SIDE];
    if (ofInput) {
      transform(values, pixels, made);
#pragma unroll
      for (int p = 0; p < POSITIONS; p++) {
        slabs.vs[p][line * WIDE + channel] = made[p / SIDE][p % SIDE];
      }
    } else if (ofGradient) {
      transform(gradients, gradient, made);
#pragma unroll
      for (int p = 0; p < POSITIONS; p++) {
        slabs.ds[p][line * WIDE + channel] = made[p / SIDE][p % SIDE];
      }
    }
    __syncthreads();
    loadTile(first + TILES + line);
    int count = min(TILES, end - first);
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
