/*
 * How the outputs of a convolution are stored.
 */
#pragma once
#include "common.cuh"

/** What is done to an output before, see dev.verbatim.tensor.Kernels.convolveAffine; nothing where there is no scale. */
template <class Value>
struct Ending {
  const float* scale;
  const float* shift;
  const Value* residual;  // may be absent
  int relu;

  __device__ __forceinline__ float of(float output, float factor, float added, float other) const {
    float value = fmaf(output, factor, added);
    value = residual ? value + other : value;
    return relu && value <= 0.0f ? 0.0f : value;
  }
  /** The output of a channel at a place of y. */
  __device__ __forceinline__ float of(float output, int channel, int at) const {
    return scale ? of(output, scale[channel], shift[channel], residual ? static_cast<float>(residual[at]) : 0.0f) : output;
  }
};

/** Stores four sums of neighbouring channels at a place of y, as many of them as there are channels. */
static __device__ __forceinline__ void putFour(
    float* y, int at, int channel, int channels, int accumulate, const Ending<float>& ending, const float (&sums)[4]) {
  if (channels % 4 != 0) {
#pragma unroll
    for (int c = 0; c < 4; c++) {
      if (channel + c < channels) {
        put(y, at + c, accumulate, ending.of(sums[c], channel + c, at + c));
      }
    }
    return;
  }
  if (channel >= channels) {
    return;
  }
  float4 all = make_float4(sums[0], sums[1], sums[2], sums[3]);
  if (ending.scale) {
    float4 factor = *reinterpret_cast<const float4*>(ending.scale + channel);
    float4 added = *reinterpret_cast<const float4*>(ending.shift + channel);
    float4 other = ending.residual ? *reinterpret_cast<const float4*>(ending.residual + at) : all;
    all = make_float4(
        ending.of(all.x, factor.x, added.x, other.x),
        ending.of(all.y, factor.y, added.y, other.y),
        ending.of(all.z, factor.z, added.z, other.z),
        ending.of(all.w, factor.w, added.w, other.w));
  }
  float4* out = reinterpret_cast<float4*>(y + at);
  if (accumulate) {
    float4 before = *out;
    all = make_float4(before.x + all.x, before.y + all.y, before.z + all.z, before.w + all.w);
  }
  *out = all;
}
