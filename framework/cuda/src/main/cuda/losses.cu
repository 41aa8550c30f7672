/*
 * Losses over logits[n, classes] and the score. The classes of a row are added in index order by one thread, the rows in
 * index order by one thread, from shared memory where others have put what is to be added. Small beside everything else:
 * bound by the latency of a chain of additions.
 */
#include "elementary.cuh"

/** The largest of a row; NaN where there is one. */
static __device__ __forceinline__ float largest(const float* row, int classes) {
  float largest = row[0];
  for (int j = 1; j < classes; j++) {
    largest = row[j] > largest || row[j] != row[j] ? row[j] : largest;
  }
  return largest;
}

/** mean[0] = the sum of n values in index order, divided by n: for one block. */
KERNEL(meanInOrder, const float* values, float* mean, int n) {
  __shared__ float held[256];
  float total = 0.0f;
  for (int from = 0; from < n; from += 256) {
    int count = min(256, n - from);
    if (static_cast<int>(threadIdx.x) < count) {
      held[threadIdx.x] = values[from + threadIdx.x];
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      for (int i = 0; i < count; i++) {
        total += held[i];
      }
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    *mean = total / static_cast<float>(n);
  }
}

constexpr int ROW_THREADS = 128;

/** A block of threads for each row: exponentials by all of them, sums by the first. */
KERNEL(
    softmaxCrossEntropy,
    const float* logits,
    const int* labels,
    float smoothing,
    float* probabilities,
    float* losses,
    int classes) {
  __shared__ float held[2][ROW_THREADS];
  __shared__ float of[2];  // of the row: its largest, then its sum
  size_t first = static_cast<size_t>(blockIdx.x) * classes;
  const float* row = logits + first;
  float* p = probabilities + first;
  int thread = threadIdx.x;
  // the largest is exact in any order, and a NaN stays
  float own = row[0];
  for (int j = thread; j < classes; j += ROW_THREADS) {
    own = row[j] > own || row[j] != row[j] ? row[j] : own;
  }
  held[0][thread] = own;
  __syncthreads();
  if (thread == 0) {
    of[0] = largest(held[0], ROW_THREADS);
  }
  __syncthreads();
  float m = of[0];
  float sum = 0.0f;
  float distances = 0.0f;
  for (int from = 0; from < classes; from += ROW_THREADS) {
    int count = min(ROW_THREADS, classes - from);
    __syncthreads();
    if (thread < count) {
      float distance = row[from + thread] - m;
      float e = exponential(distance);
      p[from + thread] = e;
      held[0][thread] = e;
      held[1][thread] = distance;
    }
    __syncthreads();
    if (thread == 0) {
      for (int j = 0; j < count; j++) {
        sum += held[0][j];
        distances += held[1][j];
      }
    }
  }
  if (thread == 0) {
    of[1] = sum;
    float mine = row[labels[blockIdx.x]] - m;
    if (smoothing > 0.0f) {
      mine = fmaf(smoothing, distances / static_cast<float>(classes) - mine, mine);
    }
    losses[blockIdx.x] = logarithm(sum) - mine;
  }
  __syncthreads();
  for (int j = thread; j < classes; j += ROW_THREADS) {
    p[j] = p[j] / of[1];
  }
}

KERNEL(
    softmaxCrossEntropyGradient,
    const float* probabilities,
    const int* labels,
    float smoothing,
    const float* dLoss,
    int accumulate,
    float* dLogits,
    int n,
    int classes) {
  int e = element();
  if (e >= n * classes) {
    return;
  }
  float scale = *dLoss / static_cast<float>(n);
  float others = smoothing > 0.0f ? smoothing / static_cast<float>(classes) : 0.0f;
  float own = smoothing > 0.0f ? others + (1.0f - smoothing) : 1.0f;
  float target = labels[e / classes] == e % classes ? own : others;
  put(dLogits, e, accumulate, (probabilities[e] - target) * scale);
}

KERNEL(logSoftmax, const float* x, float* y, int n, int classes) {
  int i = element();
  if (i >= n) {
    return;
  }
  const float* row = x + i * classes;
  float m = largest(row, classes);
  float sum = 0.0f;
  for (int j = 0; j < classes; j++) {
    sum += exponential(row[j] - m);
  }
  float below = logarithm(sum);
  for (int j = 0; j < classes; j++) {
    y[i * classes + j] = (row[j] - m) - below;
  }
}

KERNEL(logSoftmaxGradient, const float* y, const float* dY, int accumulate, float* dX, int n, int classes) {
  int i = element();
  if (i >= n) {
    return;
  }
  float sum = 0.0f;
  for (int e = i * classes; e < (i + 1) * classes; e++) {
    sum += dY[e];
  }
  for (int e = i * classes; e < (i + 1) * classes; e++) {
    put(dX, e, accumulate, fmaf(-exponential(y[e]), sum, dY[e]));
  }
}

/** One element of the focal loss: its value, and its slope by z. */
struct Focal {
  float value, slope;

  __device__ __forceinline__ Focal(float z, float weight, float gamma) {
    float q = 1.0f / (1.0f + exponential(z));
    float p = 1.0f / (1.0f + exponential(-z));
    float below = -z > 0.0f || z != z ? -z : 0.0f;
    float l = below + logarithm(1.0f + exponential(-fabsf(z)));
    float power = gamma == 0.0f ? 1.0f : exponential(gamma * logarithm(q));
    float factor = weight * power;
    value = factor * l;
    slope = factor * (-(gamma * p * l) - q);
  }
};

KERNEL(
    focalLoss, const float* logits, const int* labels, float alpha, float gamma, float* losses, int n, int classes) {
  int i = element();
  if (i >= n) {
    return;
  }
  float sum = 0.0f;
  for (int j = 0; j < classes; j++) {
    float logit = logits[i * classes + j];
    bool own = labels[i] == j;
    sum += Focal(own ? logit : -logit, own ? alpha : 1.0f - alpha, gamma).value;
  }
  losses[i] = sum;
}

KERNEL(
    focalLossGradient,
    const float* logits,
    const int* labels,
    float alpha,
    float gamma,
    const float* dLoss,
    int accumulate,
    float* dLogits,
    int n,
    int classes) {
  int e = element();
  if (e >= n * classes) {
    return;
  }
  bool own = labels[e / classes] == e % classes;
  float scale = *dLoss / static_cast<float>(n);
  float slope = Focal(own ? logits[e] : -logits[e], own ? alpha : 1.0f - alpha, gamma).slope * scale;
  put(dLogits, e, accumulate, own ? slope : -slope);
}

/** For one block: its threads find the ranks, which are exact in any order; its first adds the losses in index order. */
KERNEL(score, const float* logits, const int* labels, const float* losses, double* totals, int n, int classes) {
  __shared__ int hits[2];
  __shared__ double held[256];
  if (threadIdx.x == 0) {
    hits[0] = 0;
    hits[1] = 0;
  }
  double total = totals[0];
  for (int from = 0; from < n; from += 256) {
    int count = min(256, n - from);
    int i = from + threadIdx.x;
    __syncthreads();
    if (i < n) {
      held[threadIdx.x] = losses[i];
      const float* row = logits + static_cast<size_t>(i) * classes;
      int label = labels[i];
      float own = row[label];
      int before = own != own ? classes + 5 : 0;
#pragma unroll 4
      for (int j = 0; j < classes; j++) {
        before += row[j] > own || (row[j] == own && j < label);
      }
      if (before < 5) {
        atomicAdd(&hits[1], 1);
      }
      if (before < 1) {
        atomicAdd(&hits[0], 1);
      }
    }
    __syncthreads();
    if (threadIdx.x == 0) {
#pragma unroll 8
      for (int k = 0; k < count; k++) {
        total += held[k];
      }
    }
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    totals[0] = total;
    totals[1] += hits[0];
    totals[2] += hits[1];
  }
}
