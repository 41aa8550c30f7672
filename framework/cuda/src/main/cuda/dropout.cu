/*
 * Dropout, forward and backward alike. A thread for each Philox block, which decides over eight elements with 16 bits
 * each; no sums. Bound by memory.
 */
#include "philox.cuh"

KERNEL(
    dropout,
    const Real* x,
    const int* random,
    int layer,
    int threshold,
    float scale,
    int accumulate,
    Real* y,
    int n) {
  int block = element();
  if (block >= (n + 7) / 8) {
    return;
  }
  uint4 drawn = philox(random[0], random[1], block, random[3] * 256 + layer, random[2], DROPOUT);
  const unsigned words[4] = {drawn.x, drawn.y, drawn.z, drawn.w};
#pragma unroll
  for (int k = 0; k < 8; k++) {
    int i = block * 8 + k;
    if (i < n) {
      int bits = static_cast<int>(words[k / 2] >> (k % 2 * 16) & 0xffffu);
      put(y, i, accumulate, bits >= threshold ? x[i] * scale : 0.0f);
    }
  }
}
