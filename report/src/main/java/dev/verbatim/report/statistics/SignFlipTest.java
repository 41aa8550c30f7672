package dev.verbatim.report.statistics;

import java.util.Arrays;

/**
 * Fisher's exact test of paired differences: if the two variants were alike, each difference might
 * as well have had the other sign. Of all 2^n choices of signs, p is the share whose sum is at
 * least as far from zero as the one that was seen, on either side. R. A. Fisher, "The Design of
 * Experiments" (1935), section 21.
 */
public final class SignFlipTest {
  /** More pairs than these are not enumerated. */
  public static final int MOST_PAIRS = 40;

  /** Sums that differ by less, of the sum of all distances, are one sum in another order. */
  private static final double SAME = 1e-12;

  private SignFlipTest() {}

  /**
   * The two-sided p.
   *
   * @return NaN without differences, and for more than {@link #MOST_PAIRS}
   */
  public static double p(double[] differences) {
    int n = differences.length;
    if (n == 0 || n > MOST_PAIRS) {
      return Double.NaN;
    }
    double seen = Math.abs(Arrays.stream(differences).sum());
    double size = Arrays.stream(differences).map(Math::abs).sum();
    double limit = seen - SAME * size;
    if (limit <= 0) {
      return 1;
    }
    // Every sum is one of the first half's and one of the second's, and for each sum there is its
    // negative: those at or above the limit are counted, twice.
    double[] first = sums(Arrays.copyOfRange(differences, 0, n / 2));
    double[] second = sums(Arrays.copyOfRange(differences, n / 2, n));
    long beyond = 0;
    int from = second.length;
    for (double sum : first) {
      while (from > 0 && sum + second[from - 1] >= limit) {
        from--;
      }
      beyond += second.length - from;
    }
    return 2.0 * beyond / (1L << n);
  }

  /**
   * The least p that so many pairs can give, where all differences have one sign: 2 of 2^n.
   *
   * @return 1 for one pair, NaN for none
   */
  public static double smallestP(int pairs) {
    return pairs == 0 ? Double.NaN : Math.scalb(2.0, -pairs);
  }

  /** The sums of all choices of signs, sorted. */
  private static double[] sums(double[] values) {
    double[] sums = new double[1 << values.length];
    for (int signs = 0; signs < sums.length; signs++) {
      for (int i = 0; i < values.length; i++) {
        sums[signs] += (signs >> i & 1) == 0 ? values[i] : -values[i];
      }
    }
    Arrays.sort(sums);
    return sums;
  }
}
