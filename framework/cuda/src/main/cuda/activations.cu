/*
 * Functions of one number, by the formulas of dev.verbatim.tensor.Activation, whose code is `function`. A thread for
 * each element, no sums; bound by memory, or by FMA where there is an exponential.
 */
#include "elementary.cuh"

enum Activation { SIGMOID, TANH, LEAKY_RELU, SELU, GELU };

constexpr float LEAK = 0.01f;
constexpr float SELU_SCALE = 0x1.0cfabep+0f;
constexpr float SELU_BOTTOM = 0x1.c212ccp+0f;
constexpr float GELU_LINEAR = 0x1.988454p-1f;
constexpr float GELU_CUBIC = 0x1.2444f2p-5f;

static __device__ __forceinline__ float geluArgument(float x) {
  return x * fmaf(GELU_CUBIC, x * x, GELU_LINEAR);
}

static __device__ __forceinline__ float value(int function, float x) {
  switch (function) {
    case SIGMOID:
      return 1.0f / (1.0f + exponential(-x));
    case TANH:
      return hyperbolicTangent(x);
    case LEAKY_RELU:
      return x <= 0.0f ? LEAK * x : x;
    case SELU:
      return x > 0.0f ? SELU_SCALE * x : fmaf(SELU_BOTTOM, exponential(x), -SELU_BOTTOM);
    default:
      return 0.5f * x * (1.0f + hyperbolicTangent(geluArgument(x)));
  }
}

static __device__ __forceinline__ float slope(int function, float x, float y) {
  switch (function) {
    case SIGMOID:
      return y * (1.0f - y);
    case TANH:
      return fmaf(-y, y, 1.0f);
    case LEAKY_RELU:
      return x <= 0.0f ? LEAK : 1.0f;
    case SELU:
      return x > 0.0f ? SELU_SCALE : y + SELU_BOTTOM;
    default: {
      float t = hyperbolicTangent(geluArgument(x));
      float inner = fmaf(3.0f * GELU_CUBIC, x * x, GELU_LINEAR);
      return fmaf(0.5f * x * fmaf(-t, t, 1.0f), inner, 0.5f * (1.0f + t));
    }
  }
}

KERNEL(activate, int function, const Real* x, Real* y, int n) {
  int i = element();
  if (i < n) {
    y[i] = value(function, x[i]);
  }
}

KERNEL(activateGradient, int function, const Real* x, const Real* y, const Real* dY, int accumulate, Real* dX, int n) {
  int i = element();
  if (i < n) {
    put(dX, i, accumulate, dY[i] * slope(function, x[i], y[i]));
  }
}
