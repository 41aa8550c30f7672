/*
 * Convolutions of NHWC images with weights [kernel row, kernel column, channel, output channel].
 *
 * Order: an output adds over (kernel row, kernel column, input channel); an element of the input's gradient over (row,
 * column, output channel) of the outputs whose window covers it, which are falling kernel positions; an element of the
 * weights' gradient over (image, row, column) of a block of images, and then the blocks in index order. What lies
 * outside the images takes no part.
 */
#include "common.cuh"

KERNEL(
    convolve,
    Window window,
    Images in,
    Images out,
    const float* x,
    const float* w,
    const float* bias,
    float* y) {
  int e = element();
  if (e >= out.n * out.height * out.width * out.channels) {
    return;
  }
  int o = e % out.channels;
  int pixel = e / out.channels;
  int left = pixel % out.width * window.stride - window.padding;
  int top = pixel / out.width % out.height * window.stride - window.padding;
  int image = pixel / out.width / out.height;
  float sum = bias ? bias[o] : 0.0f;
  for (int i = 0; i < window.height; i++) {
    for (int j = 0; j < window.width; j++) {
      if (in.holds(top + i, left + j)) {
        const float* from = x + in.at(image, top + i, left + j, 0);
        const float* weights = w + (i * window.width + j) * in.channels * out.channels + o;
        for (int c = 0; c < in.channels; c++) {
          sum = fmaf(from[c], weights[c * out.channels], sum);
        }
      }
    }
  }
  y[e] = sum;
}

KERNEL(
    convolveInputGradient,
    Window window,
    Images in,
    Images out,
    const float* dY,
    const float* w,
    int accumulate,
    float* dX) {
  int e = element();
  if (e >= in.n * in.height * in.width * in.channels) {
    return;
  }
  int c = e % in.channels;
  int pixel = e / in.channels;
  int column = pixel % in.width + window.padding;
  int row = pixel / in.width % in.height + window.padding;
  int image = pixel / in.width / in.height;
  float sum = 0.0f;
  for (int i = window.height - 1; i >= 0; i--) {
    for (int j = window.width - 1; j >= 0; j--) {
      int h = (row - i) / window.stride;
      int v = (column - j) / window.stride;
      if (row >= i && column >= j && h * window.stride == row - i && v * window.stride == column - j && out.holds(h, v)) {
        const float* from = dY + out.at(image, h, v, 0);
        const float* weights = w + ((i * window.width + j) * in.channels + c) * out.channels;
        for (int o = 0; o < out.channels; o++) {
          sum = fmaf(from[o], weights[o], sum);
        }
      }
    }
  }
  put(dX, e, accumulate, sum);
}

/** partial[block, weight]: a thread for each. */
KERNEL(
    convolveWeightSums,
    Window window,
    Images in,
    Images out,
    int imagesPerBlock,
    const float* x,
    const float* dY,
    float* partial) {
  int e = element();
  int weights = window.height * window.width * in.channels * out.channels;
  int block = blockIdx.y;
  if (e >= weights) {
    return;
  }
  int o = e % out.channels;
  int c = e / out.channels % in.channels;
  int j = e / out.channels / in.channels % window.width;
  int i = e / out.channels / in.channels / window.width;
  float sum = 0.0f;
  for (int n = block * imagesPerBlock; n < min((block + 1) * imagesPerBlock, in.n); n++) {
    for (int h = 0; h < out.height; h++) {
      for (int v = 0; v < out.width; v++) {
        int row = h * window.stride + i - window.padding;
        int column = v * window.stride + j - window.padding;
        if (in.holds(row, column)) {
          sum = fmaf(x[in.at(n, row, column, c)], dY[out.at(n, h, v, o)], sum);
        }
      }
    }
  }
  partial[block * weights + e] = sum;
}
