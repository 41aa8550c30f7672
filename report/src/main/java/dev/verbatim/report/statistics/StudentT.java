package dev.verbatim.report.statistics;

/** How far the mean of a few values may be from the true one, by Student's distribution. */
public final class StudentT {
  /** The share of means whose interval holds the true one, where values are normal. */
  public static final double CONFIDENCE = 0.95;

  /**
   * The 97.5 % quantiles with 1, 2, ... degrees of freedom (Abramowitz and Stegun, table 26.10);
   * the last stands for more, and is then too wide by 4 % at most.
   */
  private static final double[] QUANTILES = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, //
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, //
    2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042
  };

  private StudentT() {}

  /**
   * Half of the interval of a mean, with {@link #CONFIDENCE}.
   *
   * @param deviation of the values, with n - 1 in its divisor
   * @param n how many values there are
   * @return infinite for fewer than two, of which nothing is known
   */
  public static double halfInterval(double deviation, int n) {
    if (n < 2) {
      return Double.POSITIVE_INFINITY;
    }
    return QUANTILES[Math.min(n - 1, QUANTILES.length) - 1] * deviation / Math.sqrt(n);
  }
}
