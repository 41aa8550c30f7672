/*
 * Pooling of NHWC images and subsampling. A thread for each element of the result, neighbours being channels of one
 * pixel; gradients gather over the windows that cover an element, in (row, column) order of the windows. Bound by memory.
 */
#include "common.cuh"

/** The windows, in one direction, that cover a position. */
struct Covering {
  int first, last;

  __device__ __forceinline__ Covering(int position, int kernel, const Window& window, int outputs) {
    int reach = position + window.padding;
    first = reach < kernel ? 0 : (reach - kernel) / window.stride + 1;
    last = min(reach / window.stride, outputs - 1);
  }
};

/** The element of x that is the largest of a window, the first where equal, a NaN before all. */
static __device__ __forceinline__ int largest(
    const Window& window, const Images& in, const Real* x, int image, int h, int v, int c) {
  int best = -1;
  float value = 0.0f;
  for (int i = 0; i < window.height; i++) {
    for (int j = 0; j < window.width; j++) {
      int row = h * window.stride - window.padding + i;
      int column = v * window.stride - window.padding + j;
      if (in.holds(row, column)) {
        int at = in.at(image, row, column, c);
        float other = x[at];
        if (best < 0 || other > value || (other != other && value == value)) {
          best = at;
          value = other;
        }
      }
    }
  }
  return best;
}

KERNEL(maxPool, Window window, Images in, Images out, const Real* x, Real* y) {
  int e = element();
  if (e >= out.n * out.height * out.width * out.channels) {
    return;
  }
  int pixel = e / out.channels;
  int image = pixel / out.width / out.height;
  y[e] = x[largest(window, in, x, image, pixel / out.width % out.height, pixel % out.width, e % out.channels)];
}

KERNEL(
    maxPoolGradient, Window window, Images in, Images out, const Real* x, const Real* dY, int accumulate, Real* dX) {
  int e = element();
  if (e >= in.n * in.height * in.width * in.channels) {
    return;
  }
  int c = e % in.channels;
  int pixel = e / in.channels;
  int image = pixel / in.width / in.height;
  Covering rows(pixel / in.width % in.height, window.height, window, out.height);
  Covering columns(pixel % in.width, window.width, window, out.width);
  float sum = 0.0f;
  for (int h = rows.first; h <= rows.last; h++) {
    for (int v = columns.first; v <= columns.last; v++) {
      if (largest(window, in, x, image, h, v, c) == e) {
        sum += dY[out.at(image, h, v, c)];
      }
    }
  }
  put(dX, e, accumulate, sum);
}

KERNEL(averagePool, Window window, Images in, Images out, const Real* x, Real* y) {
  int e = element();
  if (e >= out.n * out.height * out.width * out.channels) {
    return;
  }
  int pixel = e / out.channels;
  int top = pixel / out.width % out.height * window.stride;
  int left = pixel % out.width * window.stride;
  float sum = 0.0f;
  for (int i = 0; i < window.height; i++) {
    for (int j = 0; j < window.width; j++) {
      sum += x[in.at(pixel / out.width / out.height, top + i, left + j, e % out.channels)];
    }
  }
  y[e] = sum / static_cast<float>(window.height * window.width);
}

KERNEL(averagePoolGradient, Window window, Images in, Images out, const Real* dY, int accumulate, Real* dX) {
  int e = element();
  if (e >= in.n * in.height * in.width * in.channels) {
    return;
  }
  int pixel = e / in.channels;
  Covering rows(pixel / in.width % in.height, window.height, window, out.height);
  Covering columns(pixel % in.width, window.width, window, out.width);
  float sum = 0.0f;
  for (int h = rows.first; h <= rows.last; h++) {
    for (int v = columns.first; v <= columns.last; v++) {
      sum += dY[out.at(pixel / in.width / in.height, h, v, e % in.channels)];
    }
  }
  put(dX, e, accumulate, sum / static_cast<float>(window.height * window.width));
}

KERNEL(subsamplePad, int stride, Images in, Images out, const Real* x, Real* y) {
  int e = element();
  if (e >= out.n * out.height * out.width * out.channels) {
    return;
  }
  int c = e % out.channels;
  int pixel = e / out.channels;
  int row = pixel / out.width % out.height * stride;
  int column = pixel % out.width * stride;
  y[e] = c < in.channels ? x[in.at(pixel / out.width / out.height, row, column, c)] : 0.0f;
}

KERNEL(subsamplePadGradient, int stride, Images in, Images out, const Real* dY, int accumulate, Real* dX) {
  int e = element();
  if (e >= in.n * in.height * in.width * in.channels) {
    return;
  }
  int pixel = e / in.channels;
  int row = pixel / in.width % in.height;
  int column = pixel % in.width;
  bool taken = row % stride == 0 && column % stride == 0;
  int from = out.at(pixel / in.width / in.height, row / stride, column / stride, e % in.channels);
  put(dX, e, accumulate, taken ? dY[from] : 0.0f);
}
