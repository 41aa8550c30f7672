/*
 * The instructions of compute_80 that CUDA C has no word for: products of bf16 matrices on tensor cores, their fragments
 * from shared memory, and copies to shared memory that run beside the arithmetic.
 */
#pragma once
#include "bfloat16.cuh"
#ifndef __CUDACC__
#include "tensorcore.h"
#else

static __device__ __forceinline__ unsigned sharedAddress(const void* p) {
  return static_cast<unsigned>(__cvta_generic_to_shared(p));
}

/** D[16,8] += A[16,16] B[16,8]: bf16 products, float32 sums. */
static __device__ __forceinline__ void multiplyAdd(float d[4], const unsigned a[4], const unsigned b[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/** Four 8x8 matrices of bf16; lane 8 m + r points to row r of matrix m, which comes transposed where asked. */
template <bool TRANSPOSED>
static __device__ __forceinline__ void loadMatrices(unsigned r[4], const void* row) {
  if (TRANSPOSED) {
    asm volatile(
        "ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
        : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
        : "r"(sharedAddress(row))
        : "memory");
  } else {
    asm volatile(
        "ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
        : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
        : "r"(sharedAddress(row))
        : "memory");
  }
}

/** 16 bytes to shared memory, or 16 zeros where the source takes no part. */
static __device__ __forceinline__ void copyAhead(void* to, const void* from, bool takesPart) {
  asm volatile(
      "cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(sharedAddress(to)), "l"(from), "r"(takesPart ? 16 : 0)
      : "memory");
}

/** Ends a group of copies. */
static __device__ __forceinline__ void endOfCopies() {
  asm volatile("cp.async.commit_group;" ::: "memory");
}

/** Waits until all groups of this thread but the last LEFT have arrived. */
template <int LEFT>
static __device__ __forceinline__ void awaitCopies() {
  asm volatile("cp.async.wait_group %0;" ::"n"(LEFT) : "memory");
}
#endif
