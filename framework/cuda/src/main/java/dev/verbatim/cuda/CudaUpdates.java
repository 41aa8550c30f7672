package dev.verbatim.cuda;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;

/**
 * Updates of parameters, and what is asked of their gradients before, on the GPU: launches of
 * {@code src/main/cuda/updates.cu}, those of all tensors together.
 */
final class CudaUpdates {
  private final Launch launch;
  private final Together together;

  CudaUpdates(Launch launch) {
    this.launch = launch;
    this.together = launch.together();
  }

  /** As {@link Kernels#sgd}. */
  void sgd(
      Tensor p, Tensor dP, Tensor v, Tensor rate, float momentum, float decay, boolean nesterov) {
    together.of("sgd").with(rate).with(momentum).with(nesterov).on(decay, p, dP, v);
  }

  /** As {@link Kernels#adam}. */
  void adam(
      Tensor p,
      Tensor dP,
      Tensor m,
      Tensor v,
      Tensor numbers,
      float oneMinusBeta1,
      float beta2,
      float oneMinusBeta2,
      float epsilon,
      float decay,
      boolean decoupled) {
    together
        .of("adam")
        .with(numbers)
        .with(oneMinusBeta1)
        .with(beta2)
        .with(oneMinusBeta2)
        .with(epsilon)
        .with(decoupled)
        .on(decay, p, dP, m, v);
  }

  /** As {@link Kernels#rmsProp}. */
  void rmsProp(
      Tensor p,
      Tensor dP,
      Tensor s,
      Tensor v,
      Tensor rate,
      float alpha,
      float oneMinusAlpha,
      float epsilon,
      float momentum,
      float decay) {
    together
        .of("rmsProp")
        .with(rate)
        .with(alpha)
        .with(oneMinusAlpha)
        .with(epsilon)
        .with(momentum)
        .on(decay, p, dP, s, v);
  }

  /** As {@link Kernels#clamp}. */
  void clamp(Tensor x, float limit) {
    together.of("clampTo").with(limit).on(0f, x);
  }

  /** As {@link Kernels#startSquares}. */
  void startSquares(Tensor total) {
    launch.of("startSquares").with(total).over(1);
  }

  /** As {@link Kernels#addSquares}. */
  void addSquares(Tensor x, Tensor total) {
    together.ofSquares(total).on(0f, x);
  }

  /** As {@link Kernels#clipFactor}. */
  void clipFactor(Tensor total, float limit, Tensor factor) {
    launch.of("clipFactor").with(total).with(limit).with(factor).over(1);
  }

  /** As {@link Kernels#scale}. */
  void scale(Tensor x, Tensor factor) {
    together.of("scale").with(factor).on(0f, x);
  }

  /** As {@link Kernels#countNotFinite}. */
  void countNotFinite(Tensor x, Tensor count) {
    together.of("countNotFinite").with(count).on(0f, x);
  }
}
