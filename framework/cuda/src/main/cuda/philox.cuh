/* Philox4x32-10, as in dev.verbatim.tensor.Philox. */
#pragma once
#include "common.cuh"

/** Purposes of random numbers; their codes never change. */
constexpr unsigned AUGMENT = 3;
constexpr unsigned DROPOUT = 4;

/** The four words of one counter (block, index, epoch, purpose) under one key. */
__device__ __forceinline__ uint4 philox(
    unsigned key0, unsigned key1, unsigned block, unsigned index, unsigned epoch, unsigned purpose) {
  uint4 c = make_uint4(block, index, epoch, purpose);
  for (int round = 0; round < 10; round++) {
    uint64_t product0 = static_cast<uint64_t>(0xD2511F53u) * c.x;
    uint64_t product1 = static_cast<uint64_t>(0xCD9E8D57u) * c.z;
    c = make_uint4(
        static_cast<unsigned>(product1 >> 32) ^ c.y ^ key0,
        static_cast<unsigned>(product1),
        static_cast<unsigned>(product0 >> 32) ^ c.w ^ key1,
        static_cast<unsigned>(product0));
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return c;
}
