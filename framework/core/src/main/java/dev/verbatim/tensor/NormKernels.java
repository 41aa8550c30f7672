package dev.verbatim.tensor;

/**
 * Arithmetic of batch normalization. A tensor of any rank is read as {@code x[rows, channels]}, the
 * channels being its last dimension.
 *
 * <p>Sums over rows follow one rule: rows are cut into blocks of {@value #ROWS_IN_BLOCK}, each
 * block is summed from +0 in index order, and the blocks' sums are summed by the same rule, until
 * one is left. Where {@code relu}, the incoming gradient g is {@code y <= 0 ? +0 : dY}, else dY.
 */
public interface NormKernels {
  /** Rows that are summed one after another. */
  int ROWS_IN_BLOCK = 64;

  /**
   * Mean and (biased) variance of each channel in one pass over memory: a block b of n rows has the
   * sum s, the mean {@code m = s / n} and the squares {@code q = Σ fma(d, d, ·)} with {@code d = x
   * - m}, in index order; {@code mean} is the sum of the s by the rule, divided by all rows; {@code
   * variance} is the sum by the rule of {@code fma(n · e, e, q)} with {@code e = m - mean}, divided
   * by all rows (Chan, Golub and LeVeque, 1983).
   */
  void moments(Tensor x, Tensor mean, Tensor variance);

  /**
   * What becomes of a channel: {@code inverse = 1 / sqrt(variance + epsilon)}, {@code scale = gamma
   * · inverse}, {@code shift = fma(-mean, scale, beta)}.
   */
  void fold(
      Tensor gamma,
      Tensor beta,
      Tensor mean,
      Tensor variance,
      float epsilon,
      Tensor inverse,
      Tensor scale,
      Tensor shift);

  /**
   * {@code y = fma(x, scale, shift)}, then {@code + residual} where there is one, then {@code y <=
   * 0 ? +0 : y} where {@code relu}.
   *
   * @param y may be x or the residual
   */
  void channelAffine(Tensor x, Tensor scale, Tensor shift, Tensor residual, boolean relu, Tensor y);

  /**
   * {@code sums[0,c] = Σ g} and {@code sums[1,c] = Σ fma(g, x - mean, ·)}, both by the rule.
   *
   * @param y may be absent where no residual was added or no ReLU is: then it is {@code fma(x,
   *     scale, shift)}
   */
  void gradientSums(
      boolean relu,
      Tensor x,
      Tensor y,
      Tensor dY,
      Tensor mean,
      Tensor scale,
      Tensor shift,
      Tensor sums);

  /**
   * {@code dX = fma(scale, g, fma(b, x - mean, c))} with {@code b = -(scale · (inverse · inverse ·
   * sums[1] / rows))} and {@code c = -(scale · (sums[0] / rows))}; {@code dResidual = g} where it
   * is present.
   *
   * @param y may be absent where no residual was added or no ReLU is: then it is {@code fma(x,
   *     scale, shift)}
   */
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
      Tensor dResidual);

  /** {@code dGamma = inverse · sums[1]}, {@code dBeta = sums[0]}. */
  void parameterGradients(
      Tensor sums,
      Tensor inverse,
      boolean accumulateGamma,
      Tensor dGamma,
      boolean accumulateBeta,
      Tensor dBeta);

  /**
   * {@code running = fma(momentum, new - running, running)} for the mean and for the unbiased
   * variance, {@code variance · (rows / (rows - 1))} (one row: the variance itself).
   */
  void updateRunning(
      Tensor mean,
      Tensor variance,
      int rows,
      float momentum,
      Tensor runningMean,
      Tensor runningVariance);

  /**
   * {@link #moments}, {@link #fold} and, where there are running statistics, {@link
   * #updateRunning}: one after another unless a device does them at once.
   *
   * @param runningMean may be absent, with runningVariance
   */
  default void statistics(
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
    moments(x, mean, variance);
    fold(gamma, beta, mean, variance, epsilon, inverse, scale, shift);
    if (runningMean.isPresent()) {
      int rows = x.size() / mean.size();
      updateRunning(mean, variance, rows, momentum, runningMean, runningVariance);
    }
  }

  /**
   * {@link #gradientSums} and {@link #parameterGradients}: one after another unless a device does
   * them at once.
   */
  default void sumsAndParameterGradients(
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
    gradientSums(relu, x, y, dY, mean, scale, shift, sums);
    parameterGradients(sums, inverse, accumulateGamma, dGamma, accumulateBeta, dBeta);
  }
}
