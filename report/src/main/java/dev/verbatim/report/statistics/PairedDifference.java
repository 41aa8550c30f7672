package dev.verbatim.report.statistics;

import java.util.Map;
import java.util.TreeMap;

/**
 * How far one variant is from another, seed by seed.
 *
 * @param pairs seeds that both have
 * @param mean of the differences, the variant's value less the other's; NaN without pairs
 * @param interval of the mean, by {@link StudentT}; both ends NaN for fewer than two pairs
 * @param p of {@link SignFlipTest}; NaN where it is not enumerated
 * @param smallestP that so many pairs can give
 */
public record PairedDifference(
    int pairs, double mean, Interval interval, double p, double smallestP) {
  /** A range with both its ends. */
  public record Interval(double low, double high) {}

  private static final Interval UNKNOWN = new Interval(Double.NaN, Double.NaN);

  /**
   * Compares values by seed. Seeds that only one side has, or that have NaN on one side, are left
   * out.
   */
  public static PairedDifference of(Map<Long, Double> variant, Map<Long, Double> other) {
    double[] differences =
        new TreeMap<>(variant)
            .entrySet().stream()
                .mapToDouble(e -> e.getValue() - other.getOrDefault(e.getKey(), Double.NaN))
                .filter(difference -> !Double.isNaN(difference))
                .toArray();
    int pairs = differences.length;
    double sum = 0;
    for (double difference : differences) {
      sum += difference;
    }
    double mean = sum / pairs;
    return new PairedDifference(
        pairs,
        mean,
        interval(differences, mean),
        SignFlipTest.p(differences),
        SignFlipTest.smallestP(pairs));
  }

  private static Interval interval(double[] differences, double mean) {
    int n = differences.length;
    if (n < 2) {
      return UNKNOWN;
    }
    double squares = 0;
    for (double difference : differences) {
      squares += (difference - mean) * (difference - mean);
    }
    double half = StudentT.halfInterval(Math.sqrt(squares / (n - 1)), n);
    return new Interval(mean - half, mean + half);
  }
}
