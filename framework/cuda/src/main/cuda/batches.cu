/*
 * A batch of floats from stored bytes. A thread for each element, neighbours in memory to neighbouring threads; no sums.
 * Bound by memory.
 */
#include "common.cuh"

KERNEL(
    gatherImages,
    const unsigned char* images,
    const int* indices,
    const float* scale,
    const float* shift,
    float* x,
    int imageSize,
    int channels,
    int n) {
  int e = element();
  if (e >= n) {
    return;
  }
  int c = e % channels;
  size_t from = static_cast<size_t>(indices[e / imageSize]) * imageSize + e % imageSize;
  x[e] = fmaf(static_cast<float>(images[from]), scale[c], shift[c]);
}
