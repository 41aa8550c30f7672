package dev.verbatim.cuda;

import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;

/**
 * The GPU's arithmetic: launches of the kernels in {@code src/main/cuda}, which say how they work.
 * Each belongs to the class of its family.
 */
final class CudaKernels implements Kernels {
  private final Launch launch;
  private final Together together;
  private final BlockSums sums;
  private final CudaElementwise elements;
  private final CudaPooling pooling;
  private final CudaLosses losses;
  private final CudaUpdates updates;
  private final CudaBatches batches;
  private final NormKernels norms;
  private final CudaConvolutions convolutions;
  private final CudaConvolutions16 convolutions16;

  CudaKernels(
      Launch launch,
      Scratch scratch,
      BlockSums sums,
      BlockMoments blockMoments,
      TransformedWeights weights) {
    this.launch = launch;
    this.together = launch.together();
    this.sums = sums;
    this.elements = new CudaElementwise(launch);
    this.pooling = new CudaPooling(launch);
    this.losses = new CudaLosses(launch);
    this.updates = new CudaUpdates(launch);
    this.batches = new CudaBatches(launch, scratch);
    this.norms = new CudaNorms(launch, scratch, blockMoments);
    this.convolutions =
        new CudaConvolutions(
            launch, sums, blockMoments, new CudaWinograd(launch, sums, blockMoments, weights));
    this.convolutions16 = new CudaConvolutions16(launch, sums, blockMoments);
  }

  @Override
  public void together(Runnable work) {
    together.during(work);
  }

  @Override
  public void fill(Tensor x, float value) {
    elements.fill(x, value);
  }

  @Override
  public void copy(Tensor x, boolean accumulate, Tensor y) {
    elements.copy(x, accumulate, y);
  }

  @Override
  public void add(Tensor a, Tensor b, Tensor c) {
    elements.add(a, b, c);
  }

  @Override
  public void gemm(Transpose transpose, Tensor a, Tensor b, boolean accumulate, Tensor c) {
    if (a.type() == DType.BFLOAT16) {
      convolutions16.product(transpose, a, b, accumulate, c);
      return;
    }
    switch (transpose) {
      case NN -> convolutions.product(false, a, b, Tensor.none(), accumulate, c);
      case NT -> convolutions.product(true, a, b, Tensor.none(), accumulate, c);
      case TN -> convolutions.transposedProduct(a, b, accumulate, c);
    }
  }

  @Override
  public void affine(Tensor x, Tensor w, Tensor bias, Tensor y) {
    if (x.type() == DType.BFLOAT16) {
      convolutions16.affine(x, w, bias, y);
    } else {
      convolutions.product(false, x, w, bias, false, y);
    }
  }

  @Override
  public void sumRows(Tensor dY, int blocks, boolean accumulate, Tensor out) {
    int channels = out.size();
    launch.touch(out);
    BlockSums.Room partial = sums.room(blocks, out);
    launch
        .of("sumRowsOfBlocks", dY)
        .with(dY)
        .with(partial.address())
        .with(blocks)
        .with(dY.size() / channels / blocks)
        .with(channels)
        .with(blocks == 1 && accumulate)
        .over(blocks * channels);
    sums.left(partial, accumulate);
  }

  @Override
  public void convolve(Window window, Tensor x, Tensor w, Tensor bias, Tensor y) {
    if (x.type() == DType.BFLOAT16) {
      convolutions16.forward(window, x, w, bias, Ending.NONE, y);
    } else {
      convolutions.forward(window, x, w, bias, Ending.NONE, y);
    }
  }

  @Override
  public void convolveAffine(
      Window window,
      Tensor x,
      Tensor w,
      Tensor scale,
      Tensor shift,
      Tensor residual,
      boolean relu,
      Tensor y) {
    var ending = new Ending(scale, shift, residual, relu);
    if (x.type() == DType.BFLOAT16) {
      convolutions16.forward(window, x, w, Tensor.none(), ending, y);
    } else {
      convolutions.forward(window, x, w, Tensor.none(), ending, y);
    }
  }

  @Override
  public void convolveInputGradient(
      Window window, Tensor dY, Tensor w, boolean accumulate, Tensor dX) {
    if (dY.type() == DType.BFLOAT16) {
      convolutions16.inputGradient(window, dY, w, accumulate, dX);
    } else {
      convolutions.inputGradient(window, dY, w, accumulate, dX);
    }
  }

  @Override
  public void convolveWeightGradient(
      Window window, Tensor x, Tensor dY, boolean accumulate, Tensor dW) {
    if (x.type() == DType.BFLOAT16) {
      convolutions16.weightGradient(window, x, dY, accumulate, dW);
    } else {
      convolutions.weightGradient(window, x, dY, accumulate, dW);
    }
  }

  @Override
  public void relu(Tensor x, Tensor y) {
    elements.relu(x, y);
  }

  @Override
  public void reluGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    elements.reluGradient(y, dY, accumulate, dX);
  }

  @Override
  public NormKernels norms() {
    return norms;
  }

  @Override
  public void activate(Activation f, Tensor x, Tensor y) {
    elements.activate(f, x, y);
  }

  @Override
  public void activateGradient(
      Activation f, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    elements.activateGradient(f, x, y, dY, accumulate, dX);
  }

  @Override
  public void dropout(
      Tensor x,
      Tensor random,
      int layer,
      int threshold,
      float scale,
      boolean accumulate,
      Tensor y) {
    elements.dropout(x, random, layer, threshold, scale, accumulate, y);
  }

  @Override
  public void averagePool(Window window, Tensor x, Tensor y) {
    pooling.averagePool(window, x, y);
  }

  @Override
  public void maxPool(Window window, Tensor x, Tensor y) {
    pooling.maxPool(window, x, y);
  }

  @Override
  public void averagePoolGradient(Window window, Tensor dY, boolean accumulate, Tensor dX) {
    pooling.averagePoolGradient(window, dY, accumulate, dX);
  }

  @Override
  public void maxPoolGradient(
      Window window, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    pooling.maxPoolGradient(window, x, y, dY, accumulate, dX);
  }

  @Override
  public void subsamplePad(int stride, Tensor x, Tensor y) {
    pooling.subsamplePad(stride, x, y);
  }

  @Override
  public void subsamplePadGradient(int stride, Tensor dY, boolean accumulate, Tensor dX) {
    pooling.subsamplePadGradient(stride, dY, accumulate, dX);
  }

  @Override
  public void logSoftmax(Tensor x, Tensor y) {
    losses.logSoftmax(x, y);
  }

  @Override
  public void logSoftmaxGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    losses.logSoftmaxGradient(y, dY, accumulate, dX);
  }

  @Override
  public void softmaxCrossEntropy(
      Tensor logits,
      Tensor labels,
      float smoothing,
      Tensor probabilities,
      Tensor perImage,
      Tensor loss) {
    losses.softmaxCrossEntropy(logits, labels, smoothing, probabilities, perImage, loss);
  }

  @Override
  public void softmaxCrossEntropyGradient(
      Tensor probabilities,
      Tensor labels,
      float smoothing,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits) {
    losses.softmaxCrossEntropyGradient(
        probabilities, labels, smoothing, dLoss, accumulate, dLogits);
  }

  @Override
  public void focalLoss(
      Tensor logits, Tensor labels, float alpha, float gamma, Tensor perImage, Tensor loss) {
    losses.focalLoss(logits, labels, alpha, gamma, perImage, loss);
  }

  @Override
  public void focalLossGradient(
      Tensor logits,
      Tensor labels,
      float alpha,
      float gamma,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits) {
    losses.focalLossGradient(logits, labels, alpha, gamma, dLoss, accumulate, dLogits);
  }

  @Override
  public void score(Tensor logits, Tensor labels, Tensor perImage, Tensor totals) {
    losses.score(logits, labels, perImage, totals);
  }

  @Override
  public void sgd(
      Tensor p, Tensor dP, Tensor v, Tensor rate, float momentum, float decay, boolean nesterov) {
    updates.sgd(p, dP, v, rate, momentum, decay, nesterov);
  }

  @Override
  public void adam(
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
    updates.adam(
        p, dP, m, v, numbers, oneMinusBeta1, beta2, oneMinusBeta2, epsilon, decay, decoupled);
  }

  @Override
  public void rmsProp(
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
    updates.rmsProp(p, dP, s, v, rate, alpha, oneMinusAlpha, epsilon, momentum, decay);
  }

  @Override
  public void clamp(Tensor x, float limit) {
    updates.clamp(x, limit);
  }

  @Override
  public void startSquares(Tensor total) {
    updates.startSquares(total);
  }

  @Override
  public void addSquares(Tensor x, Tensor total) {
    updates.addSquares(x, total);
  }

  @Override
  public void clipFactor(Tensor total, float limit, Tensor factor) {
    updates.clipFactor(total, limit, factor);
  }

  @Override
  public void scale(Tensor x, Tensor factor) {
    updates.scale(x, factor);
  }

  @Override
  public void countNotFinite(Tensor x, Tensor count) {
    updates.countNotFinite(x, count);
  }

  @Override
  public void gatherImages(Tensor images, Tensor indices, Tensor scale, Tensor shift, Tensor x) {
    batches.gatherImages(images, indices, scale, shift, x);
  }

  @Override
  public void augmentImages(
      Tensor images, Tensor indices, Tensor random, Tensor program, Tensor x) {
    batches.augmentImages(images, indices, random, program, x);
  }
}
