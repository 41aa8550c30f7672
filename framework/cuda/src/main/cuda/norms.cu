/*
 * Batch normalization of x[rows, channels] by statistics that are there (statistics.cu), and its gradients.
 *
 * Order: sums over rows by the rule of 64: blocks of 64 rows are summed from +0 in index order, the blocks' sums by the
 * same rule until one is left. A thread adds one block of one channel; then one block of threads for each channel adds
 * what those have left, and does what follows from that for its channel. Neighbouring threads take neighbouring channels,
 * four of them at a time where there is no sum. Bound by memory: one pass forward, two backward.
 */
#include "norms.cuh"

/** Up to four neighbouring elements of one row. */
struct Quad {
  float v[4];
};

/** `count` is 4 where the address is a multiple of 16 bytes, else 1. */
static __device__ __forceinline__ Quad quad(const float* from, int count) {
  if (count == 4) {
    float4 four = *reinterpret_cast<const float4*>(from);
    return {{four.x, four.y, four.z, four.w}};
  }
  return {{*from, 0.0f, 0.0f, 0.0f}};
}

static __device__ __forceinline__ void putQuad(float* out, int count, int accumulate, const Quad& values) {
  if (count == 4) {
    Quad old = accumulate ? quad(out, 4) : Quad{{0.0f, 0.0f, 0.0f, 0.0f}};
    float4 four = make_float4(
        accumulate ? old.v[0] + values.v[0] : values.v[0],
        accumulate ? old.v[1] + values.v[1] : values.v[1],
        accumulate ? old.v[2] + values.v[2] : values.v[2],
        accumulate ? old.v[3] + values.v[3] : values.v[3]);
    *reinterpret_cast<float4*>(out) = four;
  } else {
    put(out, 0, accumulate, values.v[0]);
  }
}

/** A thread for each four channels of a pixel, for each channel where they are not a multiple of four: `each`. */
KERNEL(
    channelAffine,
    const float* x,
    const float* scale,
    const float* shift,
    const float* residual,
    int relu,
    float* y,
    int each,
    int channels,
    int n) {
  int i = element();
  if (i >= n / each) {
    return;
  }
  i *= each;
  int c = i % channels;
  Quad value = quad(x + i, each);
  Quad factor = quad(scale + c, each);
  Quad added = quad(shift + c, each);
#pragma unroll
  for (int k = 0; k < 4; k++) {
    value.v[k] = fmaf(value.v[k], factor.v[k], added.v[k]);
  }
  if (residual) {
    Quad other = quad(residual + i, each);
#pragma unroll
    for (int k = 0; k < 4; k++) {
      value.v[k] += other.v[k];
    }
  }
#pragma unroll
  for (int k = 0; k < 4; k++) {
    value.v[k] = relu && value.v[k] <= 0.0f ? 0.0f : value.v[k];
  }
  putQuad(y + i, each, 0, value);
}

/** The gradient that comes in, after ReLU where there is one; y may be absent where it follows from x. */
struct Incoming {
  const float* x;
  const float* y;
  const float* dY;
  const float* scale;
  const float* shift;
  int relu;

  /** Of neighbouring elements; `input` is x of them. */
  __device__ __forceinline__ Quad at(int i, int c, int each, const Quad& input) const {
    Quad g = quad(dY + i, each);
    if (!relu) {
      return g;
    }
    Quad out;
    if (y) {
      out = quad(y + i, each);
    } else {
      Quad factor = quad(scale + c, each);
      Quad added = quad(shift + c, each);
#pragma unroll
      for (int k = 0; k < 4; k++) {
        out.v[k] = fmaf(input.v[k], factor.v[k], added.v[k]);
      }
    }
#pragma unroll
    for (int k = 0; k < 4; k++) {
      g.v[k] = out.v[k] <= 0.0f ? 0.0f : g.v[k];
    }
    return g;
  }
};

/** partial[0, block, channel] of g and partial[1, block, channel] of g * (x - mean): a thread for each pair. */
KERNEL(gradientSumsOfBlocks, Incoming incoming, const float* mean, float* partial, int rows, int channels) {
  int e = element();
  int block = e / channels;
  int c = e % channels;
  if (block * ROWS_IN_BLOCK >= rows) {
    return;
  }
  int blocks = (rows + ROWS_IN_BLOCK - 1) / ROWS_IN_BLOCK;
  int count = rowsOfBlock(block, rows);
  int first = block * ROWS_IN_BLOCK * channels + c;
  float m = mean[c];
  bool follows = incoming.relu && !incoming.y;
  const float* outputs = incoming.y ? incoming.y : incoming.x;
  float scale = follows ? incoming.scale[c] : 0.0f;
  float shift = follows ? incoming.shift[c] : 0.0f;
  float sum = 0.0f;
  float product = 0.0f;
  for (int r = 0; r < count; r += ROWS_AT_ONCE) {
    float x[ROWS_AT_ONCE], out[ROWS_AT_ONCE], g[ROWS_AT_ONCE];
#pragma unroll
    for (int k = 0; k < ROWS_AT_ONCE; k++) {
      int i = first + min(r + k, count - 1) * channels;
      x[k] = incoming.x[i];
      out[k] = outputs[i];
      g[k] = incoming.dY[i];
    }
#pragma unroll
    for (int k = 0; k < ROWS_AT_ONCE; k++) {
      float y = follows ? fmaf(x[k], scale, shift) : out[k];
      g[k] = incoming.relu && y <= 0.0f ? 0.0f : g[k];
      if (r + k < count) {
        sum += g[k];
        product = fmaf(g[k], x[k] - m, product);
      }
    }
  }
  partial[e] = sum;
  partial[blocks * channels + e] = product;
}

/** sums[blockIdx.x] of [2, channels] from the sums of the blocks, and the parameter's gradient that follows from it. */
KERNEL(
    gradientSums,
    const float* partial,
    float* work,
    float* sums,
    ParameterGradients parameters,
    int blocks,
    int channels,
    int workSize) {
  int at = blockIdx.x;
  int c = at % channels;
  const float* from = partial + static_cast<size_t>(at / channels) * blocks * channels + c;
  float sum = blocks == 1 ? from[0] : sumByRule(blocks, work + static_cast<size_t>(at) * workSize, [=](int b) {
    return from[b * channels];
  });
  if (threadIdx.x == 0) {
    sums[at] = sum;
    parameters.put(at, channels, sum);
  }
}

KERNEL(parameterGradients, const float* sums, ParameterGradients parameters, int channels) {
  int at = element();
  if (at < 2 * channels) {
    parameters.put(at, channels, sums[at]);
  }
}

KERNEL(
    inputGradient,
    Incoming incoming,
    const float* mean,
    const float* inverse,
    const float* sums,
    int accumulateX,
    float* dX,
    int accumulateResidual,
    float* dResidual,
    int each,
    int rows,
    int channels) {
  int i = element();
  if (i >= rows * channels / each) {
    return;
  }
  i *= each;
  int c = i % channels;
  Quad x = quad(incoming.x + i, each);
  Quad g = incoming.at(i, c, each, x);
  if (dResidual) {
    putQuad(dResidual + i, each, accumulateResidual, g);
  }
  if (dX) {
    float all = static_cast<float>(rows);
    Quad means = quad(mean + c, each);
    Quad inverses = quad(inverse + c, each);
    Quad scales = quad(incoming.scale + c, each);
    Quad first = quad(sums + c, each);
    Quad second = quad(sums + channels + c, each);
    Quad out;
#pragma unroll
    for (int k = 0; k < 4; k++) {
      float b = -(scales.v[k] * (inverses.v[k] * inverses.v[k] * second.v[k] / all));
      float last = -(scales.v[k] * (first.v[k] / all));
      out.v[k] = fmaf(scales.v[k], g.v[k], fmaf(b, x.v[k] - means.v[k], last));
    }
    putQuad(dX + i, each, accumulateX, out);
  }
}
