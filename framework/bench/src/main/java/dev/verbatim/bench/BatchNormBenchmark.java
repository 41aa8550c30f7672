package dev.verbatim.bench;

import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Batch normalization in training, with ReLU, as {@link dev.verbatim.ops.BatchNorm} calls it. */
public class BatchNormBenchmark extends KernelBenchmark {
  private static final float EPSILON = 1e-5f;

  /** See {@link Images}. */
  @Param({"16@32x32 batch 128", "32@16x16 batch 128", "64@8x8 batch 128", "64@32x32 batch 32"})
  public String shape = "";

  private NormKernels norms;
  private Tensor x;
  private Tensor y;
  private Tensor dY;
  private Tensor dX;
  private Tensor gamma;
  private Tensor beta;
  private Tensor mean;
  private Tensor variance;
  private Tensor inverse;
  private Tensor scale;
  private Tensor shift;
  private Tensor sums;
  private double backwardBytes;

  /** Makes the images and one forward pass. */
  @Setup
  public void place(Beside figures) {
    open(figures);
    Images images = Images.parse(shape);
    norms = k.norms();
    x = tensor(images.shape());
    y = tensor(images.shape());
    dY = tensor(images.shape());
    dX = tensor(images.shape());
    gamma = tensor(images.channels());
    beta = tensor(images.channels());
    mean = tensor(images.channels());
    variance = tensor(images.channels());
    inverse = tensor(images.channels());
    scale = tensor(images.channels());
    shift = tensor(images.channels());
    sums = tensor(2, images.channels());
    forward();
    backwardBytes = bytes(x, dY, dX);
    beside.operation(0, bytes(x, y), images.batch());
  }

  /** Statistics, then {@code y}; counted as x read and y written once. */
  @Benchmark
  public void forward() {
    norms.moments(x, mean, variance);
    norms.fold(gamma, beta, mean, variance, EPSILON, inverse, scale, shift);
    norms.channelAffine(x, scale, shift, Tensor.none(), true, y);
  }

  /** All gradients; counted as x and dY read and dX written once. */
  @Benchmark
  public void backward() {
    beside.operation(0, backwardBytes, x.shape().dim(0));
    norms.gradientSums(true, x, Tensor.none(), dY, mean, scale, shift, sums);
    norms.parameterGradients(sums, inverse, false, gamma, false, beta);
    norms.inputGradient(
        true,
        x,
        Tensor.none(),
        dY,
        mean,
        inverse,
        scale,
        shift,
        sums,
        false,
        dX,
        false,
        Tensor.none());
  }
}
