package dev.verbatim.cuda;

import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;

/**
 * The GPU's arithmetic: launches of the kernels in {@code src/main/cuda}, which say how they work.
 */
final class CudaKernels implements Kernels {
  /** As losses.cu has it. */
  private static final int THREADS_OF_A_ROW = 128;

  private final Launch launch;
  private final Together together;
  private final Scratch scratch;
  private final BlockSums sums;
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
    this.scratch = scratch;
    this.sums = sums;
    this.norms = new CudaNorms(launch, scratch, blockMoments);
    this.convolutions =
        new CudaConvolutions(
            launch, sums, blockMoments, new CudaWinograd(launch, sums, blockMoments, weights));
    this.convolutions16 = new CudaConvolutions16(launch, sums, blockMoments);
  }

  /** As {@code enum Activation} of activations.cu. */
  private static int code(Activation f) {
    return switch (f) {
      case SIGMOID -> 0;
      case TANH -> 1;
      case LEAKY_RELU -> 2;
      case SELU -> 3;
      case GELU -> 4;
    };
  }

  @Override
  public void together(Runnable work) {
    together.during(work);
  }

  @Override
  public void fill(Tensor x, float value) {
    launch.of("fill").with(x).with(value).with(x.size()).over(x.size());
  }

  @Override
  public void copy(Tensor x, boolean accumulate, Tensor y) {
    if (x.type() == DType.FLOAT32 && y.type() == DType.FLOAT32) {
      together.of("copy").with(accumulate).on(0f, x, y);
      return;
    }
    boolean same = x.type() == y.type();
    launch
        .of(same ? "copy16" : y.type() == DType.BFLOAT16 ? "narrow" : "widen")
        .with(x)
        .with(accumulate)
        .with(y)
        .with(x.size())
        .over(x.size());
  }

  @Override
  public void add(Tensor a, Tensor b, Tensor c) {
    launch.of("add", a).with(a).with(b).with(c).with(c.size()).over(c.size());
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
    launch.of("relu", x).with(x).with(y).with(x.size()).over(x.size());
  }

  @Override
  public void reluGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    launch
        .of("reluGradient", y)
        .with(y)
        .with(dY)
        .with(accumulate)
        .with(dX)
        .with(y.size())
        .over(y.size());
  }

  @Override
  public NormKernels norms() {
    return norms;
  }

  @Override
  public void activate(Activation f, Tensor x, Tensor y) {
    launch.of("activate", x).with(code(f)).with(x).with(y).with(x.size()).over(x.size());
  }

  @Override
  public void activateGradient(
      Activation f, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    launch
        .of("activateGradient", x)
        .with(code(f))
        .with(x)
        .with(y)
        .with(dY)
        .with(accumulate)
        .with(dX)
        .with(x.size())
        .over(x.size());
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
    launch
        .of("dropout", x)
        .with(x)
        .with(random)
        .with(layer)
        .with(threshold)
        .with(scale)
        .with(accumulate)
        .with(y)
        .with(x.size())
        .over(Math.ceilDiv(x.size(), 8));
  }

  @Override
  public void averagePool(Window window, Tensor x, Tensor y) {
    images(launch.of("averagePool", x).with(window), x, y);
  }

  @Override
  public void maxPool(Window window, Tensor x, Tensor y) {
    images(launch.of("maxPool", x).with(window), x, y);
  }

  private static void images(Launch launch, Tensor x, Tensor y) {
    launch.with(x.shape()).with(y.shape()).with(x).with(y).over(y.size());
  }

  private static void imagesGradient(Launch launch, Tensor dY, boolean accumulate, Tensor dX) {
    launch.with(dX.shape()).with(dY.shape()).with(dY).with(accumulate).with(dX).over(dX.size());
  }

  @Override
  public void averagePoolGradient(Window window, Tensor dY, boolean accumulate, Tensor dX) {
    imagesGradient(launch.of("averagePoolGradient", dY).with(window), dY, accumulate, dX);
  }

  @Override
  public void maxPoolGradient(
      Window window, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    launch
        .of("maxPoolGradient", x)
        .with(window)
        .with(x.shape())
        .with(y.shape())
        .with(x)
        .with(dY)
        .with(accumulate)
        .with(dX)
        .over(dX.size());
  }

  @Override
  public void subsamplePad(int stride, Tensor x, Tensor y) {
    images(launch.of("subsamplePad", x).with(stride), x, y);
  }

  @Override
  public void subsamplePadGradient(int stride, Tensor dY, boolean accumulate, Tensor dX) {
    imagesGradient(launch.of("subsamplePadGradient", dY).with(stride), dY, accumulate, dX);
  }

  @Override
  public void logSoftmax(Tensor x, Tensor y) {
    rows(launch.of("logSoftmax").with(x).with(y), x.shape());
  }

  @Override
  public void logSoftmaxGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    rows(launch.of("logSoftmaxGradient").with(y).with(dY).with(accumulate).with(dX), y.shape());
  }

  @Override
  public void softmaxCrossEntropy(
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

  @Override
  public void softmaxCrossEntropyGradient(
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

  @Override
  public void focalLoss(
      Tensor logits, Tensor labels, float alpha, float gamma, Tensor losses, Tensor loss) {
    rows(
        launch.of("focalLoss").with(logits).with(labels).with(alpha).with(gamma).with(losses),
        logits.shape());
    mean(losses, loss);
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

  private static void rows(Launch launch, Shape logits) {
    launch.with(logits.dim(0)).with(logits.dim(1)).over(logits.dim(0));
  }

  private static void elements(Launch launch, Shape logits) {
    launch.with(logits.dim(0)).with(logits.dim(1)).over(logits.size());
  }

  private void mean(Tensor losses, Tensor loss) {
    launch.of("meanInOrder").with(losses).with(loss).with(losses.size()).blocks(1);
  }

  @Override
  public void score(Tensor logits, Tensor labels, Tensor losses, Tensor totals) {
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

  @Override
  public void sgd(
      Tensor p, Tensor dP, Tensor v, Tensor rate, float momentum, float decay, boolean nesterov) {
    together.of("sgd").with(rate).with(momentum).with(nesterov).on(decay, p, dP, v);
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
    together
        .of("rmsProp")
        .with(rate)
        .with(alpha)
        .with(oneMinusAlpha)
        .with(epsilon)
        .with(momentum)
        .on(decay, p, dP, s, v);
  }

  @Override
  public void clamp(Tensor x, float limit) {
    together.of("clampTo").with(limit).on(0f, x);
  }

  @Override
  public void startSquares(Tensor total) {
    launch.of("startSquares").with(total).over(1);
  }

  @Override
  public void addSquares(Tensor x, Tensor total) {
    together.ofSquares(total).on(0f, x);
  }

  @Override
  public void clipFactor(Tensor total, float limit, Tensor factor) {
    launch.of("clipFactor").with(total).with(limit).with(factor).over(1);
  }

  @Override
  public void scale(Tensor x, Tensor factor) {
    together.of("scale").with(factor).on(0f, x);
  }

  @Override
  public void countNotFinite(Tensor x, Tensor count) {
    together.of("countNotFinite").with(count).on(0f, x);
  }

  @Override
  public void gatherImages(Tensor images, Tensor indices, Tensor scale, Tensor shift, Tensor x) {
    launch
        .of("gatherImages")
        .moving(x.size())
        .with(CudaStorage.address(images))
        .with(indices)
        .with(scale)
        .with(shift)
        .with(x)
        .with(x.size() / x.shape().dim(0))
        .with(scale.size())
        .with(x.size())
        .over(x.size());
  }

  @Override
  public void augmentImages(
      Tensor images, Tensor indices, Tensor random, Tensor program, Tensor x) {
    int batch = x.shape().dim(0);
    long bytes = 2L * x.size() / batch * Float.BYTES;
    boolean isShared = bytes <= Launch.MOST_SHARED_BYTES;
    launch
        .of("augmentImages")
        .moving(x.size())
        .with(CudaStorage.address(images))
        .with(indices)
        .with(random)
        .with(program)
        .with(x)
        .with(isShared ? 0L : scratch.bytes((long) x.size() * Float.BYTES))
        .with(x.shape())
        .blocks(batch, Launch.THREADS, isShared ? (int) bytes : 0);
  }
}
