package dev.verbatim.cuda;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;

/** Losses, and the score, on the GPU: launches of {@code src/main/cuda/losses.cu}. */
final class CudaLosses {
  /** As losses.cu has it. */
  private static final int THREADS_OF_A_ROW = 128;

  private final Launch launch;

  CudaLosses(Launch launch) {
    this.launch = launch;
  }

  /** As {@link Kernels#logSoftmax}. */
  void logSoftmax(Tensor x, Tensor y) {
    rows(launch.of("logSoftmax").with(x).with(y), x.shape());
  }

  /** As {@link Kernels#logSoftmaxGradient}. */
  void logSoftmaxGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    rows(launch.of("logSoftmaxGradient").with(y).with(dY).with(accumulate).with(dX), y.shape());
  }

  /** As {@link Kernels#softmaxCrossEntropy}. */
  void softmaxCrossEntropy(
      Tensor logits,
      Tensor labels,
      float smoothing,
      Tensor probabilities,
      Tensor losses,
      Tensor loss) {
    launch
        .of("softmaxCrossEntropy")
        .with(logits)
        .with(labels)
        .with(smoothing)
        .with(probabilities)
        .with(losses)
        .with(logits.shape().dim(1))
        .blocks(logits.shape().dim(0), THREADS_OF_A_ROW, 0);
    mean(losses, loss);
  }

  /** As {@link Kernels#softmaxCrossEntropyGradient}. */
  void softmaxCrossEntropyGradient(
      Tensor probabilities,
      Tensor labels,
      float smoothing,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits) {
    elements(
        launch
            .of("softmaxCrossEntropyGradient")
            .with(probabilities)
            .with(labels)
            .with(smoothing)
            .with(dLoss)
            .with(accumulate)
            .with(dLogits),
        dLogits.shape());
  }

  /** As {@link Kernels#focalLoss}. */
  void focalLoss(
      Tensor logits, Tensor labels, float alpha, float gamma, Tensor losses, Tensor loss) {
    rows(
        launch.of("focalLoss").with(logits).with(labels).with(alpha).with(gamma).with(losses),
        logits.shape());
    mean(losses, loss);
  }

  /** As {@link Kernels#focalLossGradient}. */
  void focalLossGradient(
      Tensor logits,
      Tensor labels,
      float alpha,
      float gamma,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits) {
    elements(
        launch
            .of("focalLossGradient")
            .with(logits)
            .with(labels)
            .with(alpha)
            .with(gamma)
            .with(dLoss)
            .with(accumulate)
            .with(dLogits),
        dLogits.shape());
  }

  /** As {@link Kernels#score}. */
  void score(Tensor logits, Tensor labels, Tensor losses, Tensor totals) {
    launch
        .of("score")
        .with(logits)
        .with(labels)
        .with(losses)
        .with(totals)
        .with(logits.shape().dim(0))
        .with(logits.shape().dim(1))
        .blocks(1);
  }

  private static void rows(Launch launch, Shape logits) {
    launch.with(logits.dim(0)).with(logits.dim(1)).over(logits.dim(0));
  }

  private static void elements(Launch launch, Shape logits) {
    launch.with(logits.dim(0)).with(logits.dim(1)).over(logits.size());
  }

  private void mean(Tensor losses, Tensor loss) {
    launch.of("meanInOrder").with(losses).with(loss).with(losses.size()).blocks(1);
  }
}
