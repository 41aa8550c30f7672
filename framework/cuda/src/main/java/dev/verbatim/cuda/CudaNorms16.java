package dev.verbatim.cuda;

import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Tensor;

/**
 * Batch normalization on the GPU: of BFLOAT16 by {@code src/main/cuda/norms16.cu}, of all else, and
 * what takes no activations, by {@link CudaNorms}.
 */
final class CudaNorms16 implements NormKernels {
  /** As norms16.cu has them: channels of a thread where they divide all, and rows. */
  private static final int EACH = 8;

  private static final int ROWS = 8;

  /** Threads of a block beside each other in a row, at most. */
  private static final int MOST_ACROSS = 32;

  private static final int WARP = 32;

  private final Launch launch;
  private final Scratch scratch;
  private final NormKernels float32;

  CudaNorms16(Launch launch, Scratch scratch, NormKernels float32) {
    this.launch = launch;
    this.scratch = scratch;
    this.float32 = float32;
  }

  private static boolean isBfloat16(Tensor x) {
    return x.type() == DType.BFLOAT16;
  }

  private static int each(int channels) {
    return channels % EACH == 0 ? EACH : 1;
  }

  /** The grid of sums over rows. */
  private record Grid(int rows, int channels, int across, int x, int y) {
    static Grid of(int rows, int channels) {
      int needed = channels / each(channels);
      int across = Math.min(MOST_ACROSS, Integer.highestOneBit(2 * needed - 1));
      int lanes = Launch.THREADS / across;
      return new Grid(
          rows, channels, across, Math.ceilDiv(rows, lanes * ROWS), Math.ceilDiv(needed, across));
    }

    long bytes() {
      return 2L * x * channels * Float.BYTES;
    }

    void of(Launch launch) {
      launch.with(rows).with(channels).with(across).grid(x, y, 1);
    }
  }

  @Override
  public void moments(Tensor x, Tensor mean, Tensor variance) {
    if (!isBfloat16(x)) {
      float32.moments(x, mean, variance);
      return;
    }
    int channels = mean.size();
    Grid grid = Grid.of(x.size() / channels, channels);
    long partial = scratch.bytes(grid.bytes());
    grid.of(launch.of("momentSums16By" + each(channels)).with(x).with(partial));
    launch
        .of("moments16")
        .with(x)
        .with(partial)
        .with(mean)
        .with(variance)
        .with(grid.x)
        .with(grid.rows)
        .with(channels)
        .over(channels * WARP);
  }

  @Override
  public void channelAffine(
      Tensor x, Tensor scale, Tensor shift, Tensor residual, boolean relu, Tensor y) {
    if (!isBfloat16(x)) {
      float32.channelAffine(x, scale, shift, residual, relu, y);
      return;
    }
    int channels = scale.size();
    launch
        .of("channelAffine16By" + each(channels))
        .with(x)
        .with(scale)
        .with(shift)
        .with(residual)
        .with(relu)
        .with(y);
    overRows(x.size() / channels, channels);
  }

  /** Launches a thread for each of some rows and channels of them. */
  private void overRows(int rows, int channels) {
    launch.with(rows).with(channels).over(Math.ceilDiv(rows, ROWS) * (channels / each(channels)));
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
    if (!isBfloat16(x)) {
      float32.gradientSums(relu, x, y, dY, mean, scale, shift, sums);
      return;
    }
    int channels = mean.size();
    Grid grid = Grid.of(x.size() / channels, channels);
    long partial = scratch.bytes(grid.bytes());
    grid.of(
        launch
            .of("gradientSums16By" + each(channels))
            .with(new boolean[] {relu}, x, y, dY, scale, shift)
            .with(mean)
            .with(partial));
    launch
        .of("sums16")
        .with(partial)
        .with(sums)
        .with(grid.x)
        .with(channels)
        .over(2 * channels * WARP);
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
    if (!isBfloat16(x)) {
      float32.inputGradient(
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
    int channels = mean.size();
    launch
        .of("inputGradient16By" + each(channels))
        .with(new boolean[] {relu}, x, y, dY, scale, shift)
        .with(mean)
        .with(inverse)
        .with(sums)
        .with(accumulateX)
        .with(dX)
        .with(accumulateResidual)
        .with(dResidual);
    overRows(x.size() / channels, channels);
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
    if (isBfloat16(x)) {
      NormKernels.super.statistics(
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
    } else {
      float32.statistics(
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
      gradientSums(relu, x, y, dY, mean, scale, shift, sums);
      parameterGradients(sums, inverse, accumulateGamma, dGamma, accumulateBeta, dBeta);
    } else {
      float32.sumsAndParameterGradients(
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
    }
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
    float32.fold(gamma, beta, mean, variance, epsilon, inverse, scale, shift);
  }

  @Override
  public void parameterGradients(
      Tensor sums,
      Tensor inverse,
      boolean accumulateGamma,
      Tensor dGamma,
      boolean accumulateBeta,
      Tensor dBeta) {
    float32.parameterGradients(sums, inverse, accumulateGamma, dGamma, accumulateBeta, dBeta);
  }

  @Override
  public void updateRunning(
      Tensor mean,
      Tensor variance,
      int rows,
      float momentum,
      Tensor runningMean,
      Tensor runningVariance) {
    float32.updateRunning(mean, variance, rows, momentum, runningMean, runningVariance);
  }
}
