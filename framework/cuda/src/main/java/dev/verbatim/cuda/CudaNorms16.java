package dev.verbatim.cuda;

import dev.verbatim.tensor.Tensor;

/**
 * What {@link CudaNorms} does with activations in BFLOAT16: launches of {@code
 * src/main/cuda/norms16.cu}.
 */
final class CudaNorms16 {
  /** As norms16.cu has them: channels of a thread where they divide all, and rows. */
  private static final int EACH = 8;

  private static final int ROWS = 8;

  /** Threads of a block beside each other in a row, at most. */
  private static final int MOST_ACROSS = 32;

  private static final int WARP = 32;

  private final Launch launch;
  private final Scratch scratch;

  CudaNorms16(Launch launch, Scratch scratch) {
    this.launch = launch;
    this.scratch = scratch;
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

  void channelAffine(
      Tensor x, Tensor scale, Tensor shift, Tensor residual, boolean relu, Tensor y) {
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

  void sumsAndParameterGradients(
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
        .with(new boolean[] {accumulateGamma, accumulateBeta}, inverse, dGamma, dBeta)
        .with(grid.x)
        .with(channels)
        .over(2 * channels * WARP);
  }

  void inputGradient(
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
}
