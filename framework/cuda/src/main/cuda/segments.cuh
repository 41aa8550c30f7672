/*
 * Tensors that one launch goes over, such as all parameters of a network: each block of threads has some neighbouring
 * elements of one of them. dev.verbatim.cuda.Together writes the table, which is an argument of the kernel.
 */
#pragma once
#include "common.cuh"

constexpr int MOST_SEGMENTS = 80;  // as many as the 4 KB of a kernel's arguments hold

struct Segments {
  float* tensors[MOST_SEGMENTS][4];
  float number[MOST_SEGMENTS];
  int size[MOST_SEGMENTS];
  int firstBlock[MOST_SEGMENTS];
  int count;
  int elementsInBlock;

  /** Which segment this block has a part of. */
  __device__ __forceinline__ int own() const {
    int low = 0;
    for (int high = count - 1; low < high;) {
      int middle = (low + high + 1) / 2;
      if (firstBlock[middle] <= static_cast<int>(blockIdx.x)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
  __device__ __forceinline__ int from(int segment) const {
    return (static_cast<int>(blockIdx.x) - firstBlock[segment]) * elementsInBlock;
  }
  __device__ __forceinline__ int to(int segment) const {
    return min(size[segment] - from(segment), elementsInBlock) + from(segment);
  }
};
