/*
 * Losses over logits[n, classes] and the score. A thread for each row, which adds its classes in index order; one thread
 * adds the rows in index order. Small beside everything else: bound by the latency of a chain of additions.
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

KERNEL(
    softmaxCrossEntropy,
    const float* logits,
    const int* labels,
    float smoothing,
    float* probabilities,
    float* losses,
    int n,
    int classes) {
  int i = element();
  if (i >= n) {
    return;
  }
  const float* row = logits + i * classes;
  float* p = probabilities + i * classes;
  float m = largest(row, classes);
  float sum = 0.0f;
  float distances = 0.0f;
  for (int j = 0; j < classes; j++) {
    p[j] = exponential(row[j] - m);
    sum += p[j];
    distances += row[j] - m;
  }
  for (int j = 0; j < classes; j++) {
    p[j] = p[j] / sum;
  }
  float own = row[labels[i]] - m;
  if (smoothing > 0.0f) {
    own = fmaf(smoothing, distances / static_cast<float>(classes) - own, own);
  }
  losses[i] = logarithm(sum) - own;
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
  if (threadIdx.x == 0) {
    hits[0] = 0;
    hits[1] = 0;
  }
  __syncthreads();
  for (int i = threadIdx.x; i < n; i += blockDim.x) {
    const float* row = logits + i * classes;
    int label = labels[i];
    float own = row[label];
    int before = own != own ? classes + 5 : 0;
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
    double total = totals[0];
    for (int i = 0; i < n; i++) {
      total += static_cast<double>(losses[i]);
    }
    totals[0] = total;
    totals[1] += hits[0];
    totals[2] += hits[1];
  }
}
