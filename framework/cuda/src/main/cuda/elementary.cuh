/*
 * Elementary functions, operation by operation those of dev.verbatim.tensor.Elementary, where their errors stand.
 */
#pragma once
#include "common.cuh"

constexpr float LOG2_E = 0x1.715476p+0f;
constexpr float LN2_HIGH = 0x1.62e400p-1f;  // 15 bits, so that n * LN2_HIGH is exact
constexpr float LN2_LOW = 0x1.7f7d1cp-20f;
constexpr float ROUND = 0x1.8p23f;  // adding it rounds to the nearest whole number, ties to even
constexpr float SQRT_HALF = 0x1.6a09e6p-1f;
constexpr float EXP_OVERFLOW = 0x1.62e42ep6f;
constexpr float EXP_UNDERFLOW = -0x1.9fe368p6f;

__device__ __forceinline__ float powerOfTwo(int n) {
  return __int_as_float(static_cast<int>(static_cast<unsigned>(n + 127) << 23));
}

__device__ __forceinline__ float exponential(float x) {
  if (x != x) {
    return x;
  }
  if (x > EXP_OVERFLOW) {
    return __int_as_float(0x7f800000);
  }
  if (x < EXP_UNDERFLOW) {
    return 0.0f;
  }
  float n = fmaf(x, LOG2_E, ROUND) - ROUND;
  float r = fmaf(-n, LN2_LOW, fmaf(-n, LN2_HIGH, x));  // |r| <= ln(2) / 2
  float p = 0x1.a0d2cep-13f;
  p = fmaf(p, r, 0x1.6e879cp-10f);
  p = fmaf(p, r, 0x1.11121p-7f);
  p = fmaf(p, r, 0x1.555382p-5f);
  p = fmaf(p, r, 0x1.555554p-3f);
  p = fmaf(p, r, 0x1.0p-1f);
  p = fmaf(p, r * r, r) + 1.0f;
  int power = static_cast<int>(n);
  int half = power >> 1;  // two factors, so that the product may be denormal or close to the largest float
  return p * powerOfTwo(half) * powerOfTwo(power - half);
}

__device__ __forceinline__ float logarithm(float x) {
  if (!(x > 0.0f)) {
    return x == 0.0f ? __int_as_float(static_cast<int>(0xff800000u)) : __int_as_float(0x7fc00000);
  }
  if (x == __int_as_float(0x7f800000)) {
    return x;
  }
  int exponent = 0;
  if (x < 0x1.0p-126f) {
    x *= 0x1p23f;
    exponent = -23;
  }
  int bits = __float_as_int(x);
  exponent += (bits >> 23) - 126;
  float m = __int_as_float((bits & 0x007fffff) | 0x3f000000);  // [0.5, 1)
  if (m < SQRT_HALF) {
    m += m;
    exponent--;
  }
  float f = m - 1.0f;
  float z = f * f;
  float p = 0x1.204376p-4f;
  p = fmaf(p, f, -0x1.d7a37p-4f);
  p = fmaf(p, f, 0x1.de4a34p-4f);
  p = fmaf(p, f, -0x1.fcba9ep-4f);
  p = fmaf(p, f, 0x1.23d37ep-3f);
  p = fmaf(p, f, -0x1.555cap-3f);
  p = fmaf(p, f, 0x1.999d58p-3f);
  p = fmaf(p, f, -0x1.fffff8p-3f);
  p = fmaf(p, f, 0x1.555554p-2f);
  float e = static_cast<float>(exponent);
  float y = p * f * z;
  y = fmaf(e, LN2_LOW, y);
  y = fmaf(-0.5f, z, y);
  return fmaf(e, LN2_HIGH, f + y);
}

__device__ __forceinline__ float hyperbolicTangent(float x) {
  float size = fabsf(x);
  if (size < 0.625f) {
    float z = x * x;
    float p = -0x1.75e1d4p-8f;
    p = fmaf(p, z, 0x1.52269cp-6f);
    p = fmaf(p, z, -0x1.b83c5ap-5f);
    p = fmaf(p, z, 0x1.110726p-3f);
    p = fmaf(p, z, -0x1.555532p-2f);
    return fmaf(p * z, x, x);
  }
  float y = 1.0f - 2.0f / (exponential(size + size) + 1.0f);
  return x < 0.0f ? -y : y;
}
