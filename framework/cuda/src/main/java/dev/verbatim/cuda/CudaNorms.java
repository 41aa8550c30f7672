package dev.verbatim.cuda;

import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Tensor;

/**
 * Batch normalization on the GPU: {@link CudaStatistics} and launches of {@code
 * src/main/cuda/norms.cu}; of activations in BFLOAT16, {@link CudaNorms16}.
 */
final class CudaNorms implements NormKernels {
  private final Launch launch;
  private final Scratch scratch;
  private final CudaStatistics statistics;
  private final CudaNorms16 norms16;

  CudaNorms(Launch launch, Scratch scratch, BlockMoments blockMoments) {
    this.launch = launch;
    this.scratch = scratch;
    this.statistics = new CudaStatistics(launch, blockMoments);
    this.norms16 = new CudaNorms16(launch, scratch);
  }

  private static boolean isBfloat16(Tensor x) {
    return x.type() == DType.BFLOAT16;
  }

  /** Channels that a thread takes at once. */
  private static int each(int channels) {
    return channels % 4 == 0 ? 4 : 1;
  }

  @Override
  public void moments(Tensor x, Tensor mean, Tensor variance) {
    statistics.of(x, mean, variance);
  }

  @Override
  public void statistics(
      Tensor x,
      Tensor gamma,
      Tensor beta,
      float epsilon,
      float momentum,
      Tensor mean,
      Tensor variance,
      Tensor inverse,
      Tensor scale,
      Tensor shift,
      Tensor runningMean,
      Tensor runningVariance) {
    statistics.of(
        x,
        gamma,
        beta,
        epsilon,
        momentum,
        mean,
        variance,
        inverse,
        scale,
        shift,
        runningMean,
        runningVariance);
  }

  @Override
  public void fold(
      Tensor gamma,
      Tensor beta,
      Tensor mean,
      Tensor variance,
      float epsilon,
      Tensor inverse,
      Tensor scale,
      Tensor shift) {
    statistics.fold(gamma, beta, mean, variance, epsilon, inverse, scale, shift);
  }

  @Override
  public void updateRunning(
      Tensor mean,
      Tensor variance,
      int rows,
      float momentum,
      Tensor runningMean,
      Tensor runningVariance) {
    statistics.updateRunning(mean, variance, rows, momentum, runningMean, runningVariance);
  }

  @Override
  public void channelAffine(
      Tensor x, Tensor scale, Tensor shift, Tensor residual, boolean relu, Tensor y) {
    if (isBfloat16(x)) {
      norms16.channelAffine(x, scale, shift, residual, relu, y);
      return;
    }
    int each = each(scale.size());
    launch
        .of("channelAffine")
        .with(x)
        .with(scale)
        .with(shift)
        .with(residual)
        .with(relu)
        .with(y)
        .with(each)
        .with(scale.size())
        .with(x.size())
        .over(x.size() / each);
  }

  @Override
  public void gradientSums(
      boolean relu,
      Tensor x,
      Tensor y,
      Tensor dY,
      Tensor mean,
      Tensor scale,
      Tensor shift,
      Tensor sums) {
    Tensor none = Tensor.none();
    sumsAndParameterGradients(
        relu, x, y, dY, mean, none, scale, shift, sums, false, none, false, none);
  }

  @Override
  public void sumsAndParameterGradients(
      boolean relu,
      Tensor x,
      Tensor y,
      Tensor dY,
      Tensor mean,
      Tensor inverse,
      Tensor scale,
      Tensor shift,
      Tensor sums,
      boolean accumulateGamma,
      Tensor dGamma,
      boolean accumulateBeta,
      Tensor dBeta) {
    if (isBfloat16(x)) {
      norms16.sumsAndParameterGradients(
          relu,
          x,
          y,
          dY,
          mean,
          inverse,
          scale,
          shift,
          sums,
          accumulateGamma,
          dGamma,
          accumulateBeta,
          dBeta);
      return;
    }
    int channels = mean.size();
    int rows = x.size() / channels;
    int blocks = Math.ceilDiv(rows, ROWS_IN_BLOCK);
    int workSize = BlockMoments.workSize(blocks);
    long all = 2L * blocks * channels * Float.BYTES;
    long partial = scratch.bytes(all + 2L * workSize * channels * Float.BYTES);
    launch
        .of("gradientSumsOfBlocks")
        .with(new boolean[] {relu}, x, y, dY, scale, shift)
        .with(mean)
        .with(partial)
        .with(rows)
        .with(channels)
        .over(blocks * channels);
    launch
        .of("gradientSums")
        .with(partial)
        .with(partial + all)
        .with(sums)
        .with(new boolean[] {accumulateGamma, accumulateBeta}, inverse, dGamma, dBeta)
        .with(blocks)
        .with(channels)
        .with(workSize)
        .blocks(2L * channels);
  }

  @Override
  public void parameterGradients(
      Tensor sums,
      Tensor inverse,
      boolean accumulateGamma,
      Tensor dGamma,
      boolean accumulateBeta,
      Tensor dBeta) {
    launch
        .of("parameterGradients")
        .with(sums)
        .with(new boolean[] {accumulateGamma, accumulateBeta}, inverse, dGamma, dBeta)
        .with(inverse.size())
        .over(2 * inverse.size());
  }

  @Override
  public void inputGradient(
      boolean relu,
      Tensor x,
      Tensor y,
      Tensor dY,
      Tensor mean,
      Tensor inverse,
      Tensor scale,
      Tensor shift,
      Tensor sums,
      boolean accumulateX,
      Tensor dX,
      boolean accumulateResidual,
      Tensor dResidual) {
    if (isBfloat16(x)) {
      norms16.inputGradient(
          relu,
          x,
          y,
          dY,
          mean,
          inverse,
          scale,
          shift,
          sums,
          accumulateX,
          dX,
          accumulateResidual,
          dResidual);
      return;
    }
    int each = each(mean.size());
    launch
        .of("inputGradient")
        .with(new boolean[] {relu}, x, y, dY, scale, shift)
        .with(mean)
        .with(inverse)
        .with(sums)
        .with(accumulateX)
        .with(dX)
        .with(accumulateResidual)
        .with(dResidual)
        .with(each)
        .with(x.size() / mean.size())
        .with(mean.size())
        .over(x.size() / each);
  }
}
