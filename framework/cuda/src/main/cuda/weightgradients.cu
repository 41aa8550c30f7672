/*
 * Gradients of convolutions by their weights [kernel row, kernel column, channel, output channel], and of matrix products,
 * which are those of images of one pixel.
 *
 * Order: an element adds over (image, row, column) of a block of images, and then the blocks in index order (sums.cu).
 * What lies outside the images takes no part.
 */
#include "common.cuh"

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
