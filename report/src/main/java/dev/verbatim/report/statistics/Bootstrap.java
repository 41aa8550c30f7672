package dev.verbatim.report.statistics;

import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Philox.Purpose;
import java.util.Arrays;

/**
 * Confidence intervals of a mean from resamples with replacement: the percentile method of Efron
 * and Tibshirani, "An Introduction to the Bootstrap" (1993), section 13.3.
 */
public final class Bootstrap {
  /** How many resamples are drawn. */
  public static final int RESAMPLES = 10_000;

  private Bootstrap() {}

  /** A range with both its ends. */
  public record Interval(double low, double high) {}

  /**
   * The interval of the mean.
   *
   * @param values two or more
   * @param confidence the share of resampled means that lie inside, as in 0.95
   * @throws IllegalArgumentException for fewer values, or a confidence outside of (0, 1)
   */
  public static Interval ofMean(double[] values, double confidence) {
    if (values.length < 2 || !(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "a bootstrap interval needs two values and a confidence between 0 and 1, got "
              + values.length
              + " and "
              + confidence);
    }
    Philox random = new Philox(0, Purpose.BOOTSTRAP, 0, 0);
    double[] means = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[resample] = sum / values.length;
    }
    Arrays.sort(means);
    double outside = (1 - confidence) / 2;
    return new Interval(quantile(means, outside), quantile(means, 1 - outside));
  }

  /** Between the two nearest of sorted values: Hyndman and Fan's type 7, as in R and NumPy. */
  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    double above = sorted[Math.min(below + 1, sorted.length - 1)];
    return sorted[below] + (at - below) * (above - sorted[below]);
  }
}
