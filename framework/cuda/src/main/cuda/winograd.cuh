/*
 * Tiles of 4x4 pixels of NHWC images, and Winograd's transforms F(4x4, 3x3) of what is in and around them: NUMERICS.md,
 * "Convolutions in tiles". What lies outside the images is +0.
 */
#pragma once
#include "common.cuh"

namespace winograd {
constexpr int EDGE = 4;                  // outputs of a tile, squared
constexpr int SIDE = EDGE + 2;           // its values
constexpr int POSITIONS = SIDE * SIDE;   // of a transformed tile, row by row
constexpr int THREADS = POSITIONS * 16;  // of a block: sixteen for each position

/** The points are 0, P, -P, Q, -Q and infinity. */
constexpr float P = 11.0f / 16, P2 = 121.0f / 256, P3 = 1331.0f / 4096;
constexpr float Q = 3.0f / 2, Q2 = 9.0f / 4, Q3 = 27.0f / 8;
constexpr float PRODUCT = 1089.0f / 1024, SUM = 697.0f / 256;  // of P2 and Q2
/** These are rounded. */
constexpr float AT_0 = 1024.0f / 1089;
constexpr float P_EVEN = -32768.0f / 55055, P_ODD = -2048.0f / 5005;
constexpr float Q_EVEN = 512.0f / 4095, Q_ODD = 256.0f / 1365;
constexpr float SQUARE = 128.0f / 455;  // of Q; negative for P

/** The transforms of one line; each operation is rounded by itself. */
static __device__ __forceinline__ void values(const float (&d)[6], float (&v)[6]) {
  float evenP = fmaf(-Q2, d[2], d[4]);
  float oddP = fmaf(-Q2, d[1], d[3]);
  float evenQ = fmaf(-P2, d[2], d[4]);
  float oddQ = fmaf(-P2, d[1], d[3]);
  v[0] = fmaf(PRODUCT, d[0], fmaf(-SUM, d[2], d[4]));
  v[1] = fmaf(P, oddP, evenP);
  v[2] = fmaf(-P, oddP, evenP);
  v[3] = fmaf(Q, oddQ, evenQ);
  v[4] = fmaf(-Q, oddQ, evenQ);
  v[5] = fmaf(PRODUCT, d[1], fmaf(-SUM, d[3], d[5]));
}
static __device__ __forceinline__ void weights(const float (&g)[3], float (&u)[6]) {
  float evenP = fmaf(-SQUARE, g[2], g[0] * P_EVEN);
  float evenQ = fmaf(SQUARE, g[2], g[0] * Q_EVEN);
  u[0] = g[0] * AT_0;
  u[1] = fmaf(P_ODD, g[1], evenP);
  u[2] = fmaf(-P_ODD, g[1], evenP);
  u[3] = fmaf(Q_ODD, g[1], evenQ);
  u[4] = fmaf(-Q_ODD, g[1], evenQ);
  u[5] = g[2];
}
static __device__ __forceinline__ void outputs(const float (&m)[6], float (&y)[4]) {
  float evenP = m[1] + m[2];
  float oddP = m[1] - m[2];
  float evenQ = m[3] + m[4];
  float oddQ = m[3] - m[4];
  y[0] = m[0] + evenP + evenQ;
  y[1] = fmaf(Q, oddQ, P * oddP);
  y[2] = fmaf(Q2, evenQ, P2 * evenP);
  y[3] = fmaf(Q3, oddQ, fmaf(P3, oddP, m[5]));
}
static __device__ __forceinline__ void gradients(const float (&d)[4], float (&v)[6]) {
  float evenP = fmaf(P2, d[2], d[0]);
  float oddP = fmaf(P3, d[3], P * d[1]);
  float evenQ = fmaf(Q2, d[2], d[0]);
  float oddQ = fmaf(Q3, d[3], Q * d[1]);
  v[0] = d[0];
  v[1] = evenP + oddP;
  v[2] = evenP - oddP;
  v[3] = evenQ + oddQ;
  v[4] = evenQ - oddQ;
  v[5] = d[3];
}
static __device__ __forceinline__ void weightGradients(const float (&u)[6], float (&g)[3]) {
  float evenP = u[1] + u[2];
  float evenQ = u[3] + u[4];
  g[0] = fmaf(Q_EVEN, evenQ, fmaf(P_EVEN, evenP, u[0] * AT_0));
  g[1] = fmaf(Q_ODD, u[3] - u[4], P_ODD * (u[1] - u[2]));
  g[2] = fmaf(SQUARE, evenQ, fmaf(-SQUARE, evenP, u[5]));
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

static __device__ __forceinline__ int across(const Images& images) {
  return (images.width + EDGE - 1) / EDGE;
}
static __device__ __forceinline__ int down(const Images& images) {
  return (images.height + EDGE - 1) / EDGE;
}
static __device__ __forceinline__ int tiles(const Images& images) {
  return images.n * down(images) * across(images);
}

/** Where a tile is: the row and column of its first pixel in its image, and that pixel in all images. */
struct Place {
  int row, column, pixel;

  __device__ __forceinline__ Place(const Images& images, int tile) {
    int rowOfAll = tile / across(images);
    row = rowOfAll % down(images) * EDGE;
    column = tile % across(images) * EDGE;
    pixel = (rowOfAll / down(images) * images.height + row) * images.width + column;
  }
};

/** Of a channel, SIZE x SIZE pixels of which the first is AROUND before the tile's own; +0 where there is none, nor a tile. */
template <int SIZE, int AROUND>
static __device__ __forceinline__ void load(
    const float* x, const Images& images, const Place& place, int channel, bool there, float (&pixels)[SIZE][SIZE]) {
#pragma unroll
  for (int i = 0; i < SIZE; i++) {
#pragma unroll
    for (int j = 0; j < SIZE; j++) {
      int row = i - AROUND;
      int column = j - AROUND;
      bool inside = there && images.holds(place.row + row, place.column + column);
      pixels[i][j] = inside ? x[(place.pixel + row * images.width + column) * images.channels + channel] : 0.0f;
    }
  }
}
}  // namespace winograd
