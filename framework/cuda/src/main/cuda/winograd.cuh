/*
 * Tiles of 2x2 pixels of NHWC images of even height and width, and Winograd's transforms F(2x2, 3x3) of what is in and around
 * them: NUMERICS.md, "Convolutions in tiles". What lies outside the images is +0.
 */
#pragma once
#include "common.cuh"

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
}  // namespace winograd
