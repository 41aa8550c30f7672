package dev.verbatim.report.statistics;

import dev.verbatim.report.statistics.Bootstrap.Interval;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far one variant is from another, seed by seed.
 *
 * @param pairs seeds that both have
 * @param mean of the differences, the variant's value less the other's; NaN without pairs
 * @param interval of the mean, with {@link #CONFIDENCE}; both ends NaN for fewer than two pairs
 * @param p of {@link SignFlipTest}; NaN where it is not enumerated
 * @param smallestP that so many pairs can give
 */
public record PairedDifference(
    int pairs, double mean, Interval interval, double p, double smallestP) {
  /** Of the interval. */
  public static final double CONFIDENCE = 0.95;

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
    return new PairedDifference(
        pairs,
        sum / pairs,
        pairs < 2 ? UNKNOWN : Bootstrap.ofMean(differences, CONFIDENCE),
        SignFlipTest.p(differences),
        SignFlipTest.smallestP(pairs));
  }
}
