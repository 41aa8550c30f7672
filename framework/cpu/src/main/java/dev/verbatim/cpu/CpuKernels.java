package dev.verbatim.cpu;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.List;

/** The CPU's arithmetic: each kernel belongs to the class of its family. */
final class CpuKernels implements Kernels {
  private final ConvolutionPlan.Cache plans;
  private final ConvolveForward forward;
  private final ConvolveInputGradient inputGradient;
  private final ConvolveWeightGradient weightGradient;
  private final MatrixProduct product;
  private final Elementwise elementwise;
  private final Pooling pooling;
  private final Losses losses;
  private final Batches batches;
  private final RowSums rowSums;

  CpuKernels(Pool pool, VectorWidth width) {
    Scratch scratch = new Scratch(pool.threads());
    List<Vectors> kinds = width.andNarrower().stream().map(Vectors::of).toList();
    plans = new ConvolutionPlan.Cache(kinds);
    ConvolutionPlan any = plans.of(Window.square(1, 1, 0), Shape.of(1, 1, 1, 1), 1);
    forward = new ConvolveForward(pool, scratch, any);
    inputGradient = new ConvolveInputGradient(pool, scratch, any);
    weightGradient = new ConvolveWeightGradient(pool, scratch, any);
    product = new MatrixProduct(pool, scratch, kinds);
    elementwise = new Elementwise(pool, kinds.getFirst().elements());
    pooling = new Pooling(pool, scratch, kinds);
    losses = new Losses(pool);
    batches = new Batches(pool);
    rowSums = new RowSums(pool, scratch);
  }

  @Override
  public void fill(Tensor x, float value) {
    elementwise.fill(x, value);
  }

  @Override
  public void copy(Tensor x, boolean accumulate, Tensor y) {
    elementwise.copy(x, accumulate, y);
  }

  @Override
  public void add(Tensor a, Tensor b, Tensor c) {
    elementwise.add(a, b, c);
  }

  @Override
  public void gemm(Transpose transpose, Tensor a, Tensor b, boolean accumulate, Tensor c) {
    product.run(transpose, a, b, Tensor.none(), accumulate, c);
  }

  @Override
  public void affine(Tensor x, Tensor w, Tensor bias, Tensor y) {
    product.run(Transpose.NN, x, w, bias, false, y);
  }

  @Override
  public void sumRows(Tensor dY, int blocks, boolean accumulate, Tensor out) {
    rowSums.run(dY, blocks, accumulate, out);
  }

  @Override
  public void convolve(Window window, Tensor x, Tensor w, Tensor bias, Tensor y) {
    forward.run(plans.of(window, x.shape(), w.shape().dim(3)), x, w, bias, y);
  }

  @Override
  public void convolveInputGradient(
      Window window, Tensor dY, Tensor w, boolean accumulate, Tensor dX) {
    inputGradient.run(plans.of(window, dX.shape(), w.shape().dim(3)), dY, w, accumulate, dX);
  }

  @Override
  public void convolveWeightGradient(
      Window window, Tensor x, Tensor dY, boolean accumulate, Tensor dW) {
    weightGradient.run(plans.of(window, x.shape(), dW.shape().dim(3)), x, dY, accumulate, dW);
  }

  @Override
  public void relu(Tensor x, Tensor y) {
    elementwise.relu(x, y);
  }

  @Override
  public void reluGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    elementwise.reluGradient(y, dY, accumulate, dX);
  }

  @Override
  public void maxPool(Window window, Tensor x, Tensor y) {
    pooling.forward(window, x, y);
  }

  @Override
  public void maxPoolGradient(
      Window window, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    pooling.gradient(window, x, y, dY, accumulate, dX);
  }

  @Override
  public void softmaxCrossEntropy(
      Tensor logits, Tensor labels, Tensor probabilities, Tensor perImage, Tensor loss) {
    losses.forward(logits, labels, probabilities, perImage, loss);
  }

  @Override
  public void softmaxCrossEntropyGradient(
      Tensor probabilities, Tensor labels, Tensor dLoss, boolean accumulate, Tensor dLogits) {
    losses.gradient(probabilities, labels, dLoss, accumulate, dLogits);
  }

  @Override
  public void score(Tensor logits, Tensor labels, Tensor perImage, Tensor totals) {
    losses.score(logits, labels, perImage, totals);
  }

  @Override
  public void sgd(
      Tensor p, Tensor dP, Tensor v, Tensor rate, float momentum, float decay, boolean nesterov) {
    elementwise.sgd(p, dP, v, rate, momentum, decay, nesterov);
  }

  @Override
  public void countNotFinite(Tensor x, Tensor count) {
    elementwise.countNotFinite(x, count);
  }

  @Override
  public void gatherImages(Tensor images, Tensor indices, Tensor scale, Tensor shift, Tensor x) {
    batches.gather(images, indices, scale, shift, x);
  }
}
