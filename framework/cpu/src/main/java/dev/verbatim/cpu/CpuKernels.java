package dev.verbatim.cpu;

import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.Arrays;
import java.util.List;

/** The CPU's arithmetic: each kernel belongs to the class of its family. */
final class CpuKernels implements Kernels {
  private final ConvolutionPlan.Cache plans;
  private final Convolve convolve;
  private final ConvolveWeightGradient weightGradient;
  private final WinogradConvolve winograd;
  private final WinogradWeightGradient winogradWeights;
  private final MatrixProduct product;
  private final Elementwise elementwise;
  private final Pooling pooling;
  private final Losses losses;
  private final Batches batches;
  private final RowSums rowSums;
  private final Updates updates;
  private final Norms norms;
  private final Convolve.Ending affine;
  private final Activations activations;
  private final Dropouts dropouts;
  private final FocalLosses focal;
  private final Subsampling subsampling;

  CpuKernels(Pool pool, VectorWidth width) {
    Scratch scratch = new Scratch(pool.threads());
    boolean loadsHalves = Processor.loadsHalves();
    List<Vectors> kinds =
        width.andNarrower().stream().map(each -> Vectors.of(each, loadsHalves)).toList();
    Vectors widest = kinds.getFirst();
    List<Panels.Form> forms = Panels.forms(kinds, loadsHalves);
    plans = new ConvolutionPlan.Cache(forms);
    ConvolutionPlan any = plans.of(Window.square(1, 1, 0), Shape.of(1, 1, 1, 1), 1);
    convolve = new Convolve(pool, scratch, any);
    weightGradient = new ConvolveWeightGradient(pool, scratch, any, widest.elements());
    List<WinogradProducts> products =
        kinds.stream().flatMap(kind -> kind.products().stream()).toList();
    var tiles = new WinogradScratch[pool.threads()];
    Arrays.setAll(tiles, thread -> new WinogradScratch(products));
    var allValues = new WinogradPlanes(products);
    var allProducts = new WinogradPlanes(products);
    winograd = new WinogradConvolve(pool, tiles, allValues, allProducts, widest, products);
    List<WinogradSums> sums = kinds.stream().flatMap(kind -> kind.sums().stream()).toList();
    winogradWeights = new WinogradWeightGradient(pool, tiles, allProducts, widest, sums);
    product = new MatrixProduct(pool, scratch, forms);
    elementwise = new Elementwise(pool, widest.elements());
    pooling = new Pooling(pool, scratch, kinds);
    losses = new Losses(pool, widest.elements());
    batches = new Batches(pool, widest.elements());
    rowSums = new RowSums(pool, scratch, kinds);
    updates = new Updates(pool);
    norms = new Norms(pool, kinds);
    affine = norms::affine;
    activations = new Activations(pool);
    dropouts = new Dropouts(pool);
    focal = new FocalLosses();
    subsampling = new Subsampling(pool);
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
    if (Kernels.inTiles(window, x.shape(), w.shape().dim(3))) {
      winograd.forward(x, w, bias, y);
      return;
    }
    convolve.forward(plans.of(window, x.shape(), w.shape().dim(3)), x, w, bias, y);
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
    if (Kernels.inTiles(window, x.shape(), w.shape().dim(3))) {
      norms.setAffine(y, scale, shift, residual, relu, y);
      winograd.forward(x, w, y, affine);
      return;
    }
    ConvolutionPlan plan = plans.of(window, x.shape(), w.shape().dim(3));
    if (plan.forward.isOfWholeImages()) {
      norms.setAffine(y, scale, shift, residual, relu, y);
      convolve.forward(plan, x, w, y, affine);
    } else {
      Kernels.super.convolveAffine(window, x, w, scale, shift, residual, relu, y);
    }
  }

  @Override
  public void convolveInputGradient(
      Window window, Tensor dY, Tensor w, boolean accumulate, Tensor dX) {
    if (Kernels.inTiles(window, dX.shape(), w.shape().dim(3))) {
      winograd.inputGradient(dY, w, accumulate, dX);
      return;
    }
    convolve.inputGradient(plans.of(window, dX.shape(), w.shape().dim(3)), dY, w, accumulate, dX);
  }

  @Override
  public void convolveWeightGradient(
      Window window, Tensor x, Tensor dY, boolean accumulate, Tensor dW) {
    if (Kernels.inTiles(window, x.shape(), dW.shape().dim(3))) {
      winogradWeights.run(x, dY, accumulate, dW);
      return;
    }
    weightGradient.run(
        plans.of(window, x.shape(), dW.shape().dim(3)).weights, x, dY, accumulate, dW);
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
      Tensor logits,
      Tensor labels,
      float smoothing,
      Tensor probabilities,
      Tensor perImage,
      Tensor loss) {
    losses.forward(logits, labels, smoothing, probabilities, perImage, loss);
  }

  @Override
  public void softmaxCrossEntropyGradient(
      Tensor probabilities,
      Tensor labels,
      float smoothing,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits) {
    losses.gradient(probabilities, labels, smoothing, dLoss, accumulate, dLogits);
  }

  @Override
  public void focalLoss(
      Tensor logits, Tensor labels, float alpha, float gamma, Tensor perImage, Tensor loss) {
    focal.forward(logits, labels, alpha, gamma, perImage, loss);
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
    focal.gradient(logits, labels, alpha, gamma, dLoss, accumulate, dLogits);
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
  public NormKernels norms() {
    return norms;
  }

  @Override
  public void activate(Activation f, Tensor x, Tensor y) {
    activations.forward(f, x, y);
  }

  @Override
  public void activateGradient(
      Activation f, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    activations.gradient(f, x, y, dY, accumulate, dX);
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
    dropouts.run(x, random, layer, threshold, scale, accumulate, y);
  }

  @Override
  public void averagePool(Window window, Tensor x, Tensor y) {
    pooling.average(window, x, y);
  }

  @Override
  public void averagePoolGradient(Window window, Tensor dY, boolean accumulate, Tensor dX) {
    pooling.averageGradient(window, dY, accumulate, dX);
  }

  @Override
  public void subsamplePad(int stride, Tensor x, Tensor y) {
    subsampling.forward(stride, x, y);
  }

  @Override
  public void subsamplePadGradient(int stride, Tensor dY, boolean accumulate, Tensor dX) {
    subsampling.gradient(stride, dY, accumulate, dX);
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
    CpuStorage.doubles(total)[0] = 0;
  }

  @Override
  public void addSquares(Tensor x, Tensor total) {
    updates.addSquares(x, total);
  }

  @Override
  public void clipFactor(Tensor total, float limit, Tensor factor) {
    Updates.clipFactor(total, limit, factor);
  }

  @Override
  public void scale(Tensor x, Tensor factor) {
    updates.scale(x, factor);
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
