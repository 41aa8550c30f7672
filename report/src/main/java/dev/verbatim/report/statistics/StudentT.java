package dev.verbatim.report.statistics;

/** How far the mean of a few values may be from the true one, by Student's distribution. */
public final class StudentT {
  /** The share of means whose interval holds the true one, where values are normal. */
  public static final double CONFIDENCE = 0.95;

  /**
   * The 97.5 % quantiles with 1, 2, ... degrees of freedom, to ten decimals (Abramowitz and Stegun,
   * 26.7.3 and 26.7.4 solved; their table 26.10 has three); the last stands for more, and is then
   * too wide by 4 % at most.
   */
  private static final double[] QUANTILES = {
    12.7062047362, 4.3026527297, 3.1824463053, 2.7764451052, 2.5705818356, 2.4469118511, //
    2.3646242516, 2.3060041352, 2.2621571628, 2.2281388520, 2.2009851601, 2.1788128297, //
    2.1603686565, 2.1447866879, 2.1314495456, 2.1199052992, 2.1098155778, 2.1009220402, //
    2.0930240544, 2.0859634473, 2.0796138447, 2.0738730679, 2.0686576104, 2.0638985616, //
    2.0595385528, 2.0555294386, 2.0518305165, 2.0484071418, 2.0452296421, 2.0422724563
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
