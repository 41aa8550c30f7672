package dev.verbatim.report;

import java.util.Arrays;

/**
 * A figure over several runs.
 *
 * @param mean NaN where no run has it
 * @param deviation standard deviation of the sample, with n - 1; 0 for one run
 * @param count runs that have it
 */
public record Measured(double mean, double deviation, int count) {
  private static final double ROUNDING = 1e-14;

  static final Measured NONE = new Measured(Double.NaN, 0, 0);

  /** Leaves out NaN, the sign that a run has no such figure. */
  static Measured of(double... values) {
    double[] present = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    int count = present.length;
    if (count == 0) {
      return NONE;
    }
    double sum = 0;
    for (double value : present) {
      sum += value;
    }
    double mean = sum / count;
    double squares = 0;
    for (double value : present) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = count == 1 ? 0 : Math.sqrt(squares / (count - 1));
    // Equal decimal fractions may have another mean than themselves in binary.
    return new Measured(mean, deviation < ROUNDING * Math.abs(mean) ? 0 : deviation, count);
  }

  boolean exists() {
    return count > 0;
  }
}
