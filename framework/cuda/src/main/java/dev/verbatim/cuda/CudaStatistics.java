package dev.verbatim.cuda;

import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Tensor;

/** Statistics for batch normalization: launches of {@code src/main/cuda/statistics.cu}. */
final class CudaStatistics {
  private static final Tensor NONE = Tensor.none();

  private final Launch launch;
  private final BlockMoments blockMoments;

  CudaStatistics(Launch launch, BlockMoments blockMoments) {
    this.launch = launch;
    this.blockMoments = blockMoments;
  }

  /** As {@link NormKernels#moments}. */
  void of(Tensor x, Tensor mean, Tensor variance) {
    of(x, NONE, NONE, 0f, 0f, mean, variance, NONE, NONE, NONE, NONE, NONE);
  }

  /** As {@link NormKernels#statistics}. */
  void of(
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
    int channels = mean.size();
    int rows = x.size() / channels;
    BlockMoments.Room room = blockMoments.room(rows, channels);
    if (!blockMoments.ask(x, room)) {
      launch
          .of("momentsOfBlocks", x)
          .with(x)
          .with(room.sums())
          .with(room.squares())
          .with(rows)
          .with(channels)
          .over(room.blocks() * channels);
    }
    launch
        .of("moments")
        .with(room.sums())
        .with(room.squares())
        .with(room.work())
        .with(mean)
        .with(variance)
        .with(
            new float[] {epsilon, momentum, unbiased(rows)},
            gamma,
            beta,
            inverse,
            scale,
            shift,
            runningMean,
            runningVariance)
        .with(rows)
        .with(channels)
        .with(room.workSize())
        .blocks(channels);
  }

  private static float unbiased(int rows) {
    return rows == 1 ? 1f : (float) rows / (rows - 1);
  }

  /** As {@link NormKernels#fold}. */
  void fold(
      Tensor gamma,
      Tensor beta,
      Tensor mean,
      Tensor variance,
      float epsilon,
      Tensor inverse,
      Tensor scale,
      Tensor shift) {
    launch
        .of("fold")
        .with(mean)
        .with(variance)
        .with(new float[] {epsilon, 0f, 0f}, gamma, beta, inverse, scale, shift, NONE, NONE)
        .with(gamma.size())
        .over(gamma.size());
  }

  /** As {@link NormKernels#updateRunning}. */
  void updateRunning(
      Tensor mean,
      Tensor variance,
      int rows,
      float momentum,
      Tensor runningMean,
      Tensor runningVariance) {
    launch
        .of("updateRunning")
        .with(mean)
        .with(variance)
        .with(
            new float[] {0f, momentum, unbiased(rows)},
            NONE,
            NONE,
            NONE,
            NONE,
            NONE,
            runningMean,
            runningVariance)
        .with(mean.size())
        .over(mean.size());
  }
}
