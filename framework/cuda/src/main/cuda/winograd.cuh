/*
 * Tiles of 2x2 pixels of NHWC images of even height and width, and Winograd's transforms F(2x2, 3x3) of what is in and
 * around them: NUMERICS.md, "Convolutions in tiles". What lies outside the images is +0.
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

/** Where a tile is: its row and column in its image, and the first of its 2x2 pixels in all images. */
struct Place {
  int row, column, pixel;

  __device__ __forceinline__ Place(const Images& images, int tile) {
    int across = images.width / 2;
    int rowOfAll = tile / across;
    row = rowOfAll % (images.height / 2);
    column = tile % across;
    pixel = (rowOfAll * images.width + column) * 2;
  }
};

/** From a tile to the one that is so many later. */
struct Steps {
  int across, down, width;  // of an image: in tiles, and in pixels
  int columns, rows, rowsOfAll;

  __device__ __forceinline__ Steps(const Images& images, int tiles)
      : across(images.width / 2),
        down(images.height / 2),
        width(images.width),
        columns(tiles % across),
        rows(tiles / across % down),
        rowsOfAll(tiles / across) {}

  __device__ __forceinline__ void advance(Place& place) const {
    place.column += columns;
    bool next = place.column >= across;
    place.column -= next ? across : 0;
    place.row += rows + next;
    place.row -= place.row >= down ? down : 0;
    place.pixel += (rowsOfAll * width + columns + (next ? width - across : 0)) * 2;
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

/** Which of the lines around a tile's 2x2 pixels are inside its image; none, nor the tile itself, where there is none. */
struct Sides {
  bool there, above, below, before, after;

  __device__ __forceinline__ Sides(const Images& images, const Place& place, bool isThere)
      : there(isThere),
        above(isThere && place.row > 0),
        below(isThere && place.row + 1 < images.height / 2),
        before(place.column > 0),
        after(place.column + 1 < images.width / 2) {}
};

/** Of some neighbouring channels, a tile's 2x2 pixels and those around them; the first of the four is at a place of x. */
template <int CHANNELS>
static __device__ __forceinline__ void load(
    const float* x, int at, const Images& images, const Sides& sides, float (&pixels)[CHANNELS][4][4]) {
  const bool rows[4] = {sides.above, sides.there, sides.there, sides.below};
  const bool columns[4] = {sides.before, true, true, sides.after};
#pragma unroll
  for (int i = 0; i < 4; i++) {
#pragma unroll
    for (int j = 0; j < 4; j++) {
      const float* pixel = x + (at + ((i - 1) * images.width + j - 1) * images.channels);
      bool inside = rows[i] && columns[j];
      if (CHANNELS == 2) {
        float2 two = inside ? *reinterpret_cast<const float2*>(pixel) : float2{};
        pixels[0][i][j] = two.x;
        pixels[CHANNELS - 1][i][j] = two.y;
      } else {
        pixels[0][i][j] = inside ? *pixel : 0.0f;
      }
    }
  }
}
}  // namespace winograd
