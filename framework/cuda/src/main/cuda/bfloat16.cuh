/*
 * bf16: the upper half of a float32. Arithmetic is done in float32; what is stored is rounded to nearest, ties to even,
 * and NaN becomes 0x7fff.
 */
#pragma once
#include "common.cuh"

/** Two numbers beside each other, the first in the lower half. */
__device__ __forceinline__ unsigned pairOf(float first, float second) {
#ifdef __CUDACC__
  unsigned both;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(second), "f"(first));
  return both;
#else
  return standin::bfloat16(first) | standin::bfloat16(second) << 16;
#endif
}

namespace bfloat16 {
struct Number {
  uint16_t bits;

  __device__ __forceinline__ operator float() const { return __uint_as_float(static_cast<unsigned>(bits) << 16); }
  __device__ __forceinline__ Number& operator=(float value) {
    bits = static_cast<uint16_t>(pairOf(value, 0.0f));
    return *this;
  }
};
}  // namespace bfloat16
using Bfloat16 = bfloat16::Number;
