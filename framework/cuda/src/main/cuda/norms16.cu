/*
 * Batch normalization of x[rows, channels] in bf16; statistics and sums are float32. Statistics keep the order of norms.cu.
 *
 * A thread takes EACH channels beside each other, eight or, where eight do not divide them, one, of ROWS rows. In sums of
 * gradients the threads of a block stand ACROSS channels by 256 / ACROSS rows, and add by halves what they have; then a warp
 * for each channel adds the blocks' sums, lane by lane and by halves. That order is fixed by the shape. Bound by memory.
 */
#include "bfloat16.cuh"
#include "norms.cuh"

namespace norms16 {
constexpr int THREADS = 256;
constexpr int ROWS = 8;

/** Numbers beside each other in memory. */
template <int EACH>
struct Several {
  float at[EACH];

  __device__ __forceinline__ explicit Several(const Bfloat16* from) {
    if constexpr (EACH == 8) {
      uint4 all = *reinterpret_cast<const uint4*>(from);
      const unsigned pairs[4] = {all.x, all.y, all.z, all.w};
#pragma unroll
      for (int k = 0; k < 4; k++) {
        at[2 * k] = __uint_as_float(pairs[k] << 16);
        at[2 * k + 1] = __uint_as_float(pairs[k] & 0xffff0000u);
      }
    } else {
      at[0] = *from;
    }
  }
  __device__ __forceinline__ void put(Bfloat16* to, int accumulate) {
    if (accumulate) {
      Several<EACH> before(to);
#pragma unroll
      for (int k = 0; k < EACH; k++) {
        at[k] = before.at[k] + at[k];
      }
    }
    if constexpr (EACH == 8) {
      *reinterpret_cast<uint4*>(to) =
          make_uint4(pairOf(at[0], at[1]), pairOf(at[2], at[3]), pairOf(at[4], at[5]), pairOf(at[6], at[7]));
    } else {
      *to = at[0];
    }
  }
};

/** The gradient that comes in, after ReLU where there is one; y may be absent where it follows from x. */
struct Incoming {
  const Bfloat16* x;
  const Bfloat16* y;
  const Bfloat16* dY;
  const float* scale;
  const float* shift;
  int relu;

  template <int EACH>
  __device__ __forceinline__ Several<EACH> at(size_t i, int c, const Several<EACH>& own) const {
    Several<EACH> g(dY + i);
    if (relu) {
      Several<EACH> out(y ? y + i : x + i);
#pragma unroll
      for (int k = 0; k < EACH; k++) {
        float value = y ? out.at[k] : fmaf(own.at[k], scale[c + k], shift[c + k]);
        g.at[k] = value <= 0.0f ? 0.0f : g.at[k];
      }
    }
    return g;
  }
};

/** partial[blockIdx.x, 0 or 1, channel]: the sums over rows of two numbers that `terms` makes of a place. */
template <int EACH, class Terms>
static __device__ __forceinline__ void sumRows(int rows, int channels, int across, float* partial, Terms terms) {
  __shared__ float held[THREADS][2 * EACH];
  int lanes = THREADS / across;
  int lane = threadIdx.x / across;
  int c = (static_cast<int>(blockIdx.y) * across + static_cast<int>(threadIdx.x) % across) * EACH;
  float sum[2 * EACH] = {};
  if (c < channels) {
#pragma unroll
    for (int k = 0; k < ROWS; k++) {
      int row = (static_cast<int>(blockIdx.x) * ROWS + k) * lanes + lane;
      if (row < rows) {
        terms(static_cast<size_t>(row) * channels + c, c, sum);
      }
    }
  }
#pragma unroll
  for (int k = 0; k < 2 * EACH; k++) {
    held[threadIdx.x][k] = sum[k];
  }
  for (int half = lanes / 2; half > 0; half /= 2) {
    __syncthreads();
    if (lane < half) {
#pragma unroll
      for (int k = 0; k < 2 * EACH; k++) {
        sum[k] += held[threadIdx.x + half * across][k];
        held[threadIdx.x][k] = sum[k];
      }
    }
  }
  if (lane == 0 && c < channels) {
#pragma unroll
    for (int k = 0; k < 2 * EACH; k++) {
      partial[(2 * static_cast<size_t>(blockIdx.x) + k / EACH) * channels + c + k % EACH] = sum[k];
    }
  }
}

/** The sum over blocks, for a warp: all its lanes get it. */
static __device__ __forceinline__ float sumBlocks(const float* partial, int blocks, size_t stride) {
  float sum = 0.0f;
  for (int b = threadIdx.x % 32; b < blocks; b += 32) {
    sum += partial[b * stride];
  }
  for (int half = 16; half > 0; half /= 2) {
    sum += __shfl_xor_sync(~0u, sum, half);
  }
  return sum;
}

template <int EACH>
static __device__ __forceinline__ void gradientSums(
    const Incoming& incoming, const float* mean, float* partial, int rows, int channels, int across) {
  sumRows<EACH>(rows, channels, across, partial, [&](size_t i, int c, float* sum) {
    Several<EACH> own(incoming.x + i);
    Several<EACH> g = incoming.at(i, c, own);
#pragma unroll
    for (int k = 0; k < EACH; k++) {
      sum[k] += g.at[k];
      sum[EACH + k] = fmaf(g.at[k], own.at[k] - mean[c + k], sum[EACH + k]);
    }
  });
}

/** Walks over the rows of a thread, which are those of its place and every `apart`-th on. */
template <int EACH, class Work>
static __device__ __forceinline__ void forRows(int rows, int channels, Work work) {
  int across = channels / EACH;
  int apart = (rows + ROWS - 1) / ROWS;
  int row = element() / across;
  if (row < apart) {
    work(row, apart, element() % across * EACH);
  }
}

template <int EACH>
static __device__ __forceinline__ void channelAffine(
    const Bfloat16* x,
    const float* scale,
    const float* shift,
    const Bfloat16* residual,
    int relu,
    Bfloat16* y,
    int rows,
    int channels) {
  forRows<EACH>(rows, channels, [&](int first, int apart, int c) {
    float s[EACH], t[EACH];
#pragma unroll
    for (int k = 0; k < EACH; k++) {
      s[k] = scale[c + k];
      t[k] = shift[c + k];
    }
    for (int row = first; row < rows; row += apart) {
      size_t i = static_cast<size_t>(row) * channels + c;
      Several<EACH> v(x + i), more(residual ? residual + i : x + i);
#pragma unroll
      for (int k = 0; k < EACH; k++) {
        float value = fmaf(v.at[k], s[k], t[k]);
        value = residual ? value + more.at[k] : value;
        v.at[k] = relu && value <= 0.0f ? 0.0f : value;
      }
      v.put(y + i, 0);
    }
  });
}

template <int EACH>
static __device__ __forceinline__ void inputGradient(
    const Incoming& incoming,
    const float* mean,
    const float* inverse,
    const float* sums,
    int accumulateX,
    Bfloat16* dX,
    int accumulateResidual,
    Bfloat16* dResidual,
    int rows,
    int channels) {
  forRows<EACH>(rows, channels, [&](int first, int apart, int c) {
    float all = static_cast<float>(rows);
    float b[EACH], last[EACH];
#pragma unroll
    for (int k = 0; k < EACH; k++) {
      float scale = incoming.scale[c + k];
      b[k] = -(scale * (inverse[c + k] * inverse[c + k] * sums[channels + c + k] / all));
      last[k] = -(scale * (sums[c + k] / all));
    }
    for (int row = first; row < rows; row += apart) {
      size_t i = static_cast<size_t>(row) * channels + c;
      Several<EACH> own(incoming.x + i);
      Several<EACH> g = incoming.at(i, c, own);
      if (dResidual) {
        Several<EACH> copy = g;
        copy.put(dResidual + i, accumulateResidual);
      }
      if (dX) {
#pragma unroll
        for (int k = 0; k < EACH; k++) {
          g.at[k] = fmaf(incoming.scale[c + k], g.at[k], fmaf(b[k], own.at[k] - mean[c + k], last[k]));
        }
        g.put(dX + i, accumulateX);
      }
    }
  });
}
}  // namespace norms16

#define NORMS(EACH)                                                                                                 \
  KERNEL(                                                                                                           \
      gradientSums16By##EACH,                                                                                       \
      norms16::Incoming incoming,                                                                                  \
      const float* mean,                                                                                            \
      float* partial,                                                                                               \
      int rows,                                                                                                     \
      int channels,                                                                                                 \
      int across) {                                                                                                 \
    norms16::gradientSums<EACH>(incoming, mean, partial, rows, channels, across);                                  \
  }                                                                                                                 \
  KERNEL(                                                                                                           \
      channelAffine16By##EACH,                                                                                      \
      const Bfloat16* x,                                                                                            \
      const float* scale,                                                                                           \
      const float* shift,                                                                                           \
      const Bfloat16* residual,                                                                                     \
      int relu,                                                                                                     \
      Bfloat16* y,                                                                                                  \
      int rows,                                                                                                     \
      int channels) {                                                                                               \
    norms16::channelAffine<EACH>(x, scale, shift, residual, relu, y, rows, channels);                              \
  }                                                                                                                 \
  KERNEL(                                                                                                           \
      inputGradient16By##EACH,                                                                                      \
      norms16::Incoming incoming,                                                                                  \
      const float* mean,                                                                                            \
      const float* inverse,                                                                                         \
      const float* sums,                                                                                            \
      int accumulateX,                                                                                              \
      Bfloat16* dX,                                                                                                 \
      int accumulateResidual,                                                                                       \
      Bfloat16* dResidual,                                                                                          \
      int rows,                                                                                                     \
      int channels) {                                                                                               \
    norms16::inputGradient<EACH>(                                                                                  \
        incoming, mean, inverse, sums, accumulateX, dX, accumulateResidual, dResidual, rows, channels);             \
  }
NORMS(8)
NORMS(1)

KERNEL(momentsOfBlocks16, const Bfloat16* x, float* sums, float* squares, int rows, int channels) {
  momentsOfEachBlock(x, sums, squares, rows, channels);
}

/** sums[0 or 1, channel] from the sums of blocks, and the parameter's gradient that follows from it: a warp for each. */
KERNEL(sums16, const float* partial, float* sums, ParameterGradients parameters, int blocks, int channels) {
  int e = element() / 32;
  if (e < 2 * channels) {
    float sum = norms16::sumBlocks(partial + e, blocks, 2 * channels);
    if (threadIdx.x % 32 == 0) {
      sums[e] = sum;
      parameters.put(e, channels, sum);
    }
  }
}
