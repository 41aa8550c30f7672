package dev.verbatim.report.draw;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Where values lie between two ends, and which of them are named.
 *
 * @param low the value at 0
 * @param high the value at 1
 */
record Axis(String title, double low, double high, boolean log, List<Tick> ticks) {
  private static final int TICKS = 6;
  private static final List<String> PREFIXES = List.of("", " k", " M", " G", " T", " P");

  /** A value with what stands beside it. */
  record Tick(double value, String label) {}

  /** An axis with round ends around the values, those that are not finite left out. */
  static Axis around(String title, boolean log, double... values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (Double.isFinite(value) && !(log && value <= 0)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (low > high) {
      low = log ? 1 : 0;
      high = log ? 10 : 1;
    }
    return log ? logarithmic(title, low, high) : linear(title, low, high);
  }

  private static Axis linear(String title, double low, double high) {
    double span = high - low;
    if (span == 0) {
      span = Math.max(Math.abs(low) / 10, 1e-6);
    }
    double step = step(span / (TICKS - 1));
    long first = (long) Math.floor(low / step + 1e-9);
    long last = (long) Math.ceil(high / step - 1e-9);
    if (first == last) {
      first--;
      last++;
    }
    List<Tick> ticks = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      ticks.add(new Tick(i * step, label(i * step, step)));
    }
    return new Axis(title, first * step, last * step, false, List.copyOf(ticks));
  }

  /** Whole numbers from 1, as epochs are; the ends are the first and the last. */
  static Axis counting(String title, int last) {
    int step = Math.max(1, (int) Math.round(step((last - 1) / (double) TICKS)));
    List<Tick> ticks = new ArrayList<>();
    ticks.add(new Tick(1, "1"));
    for (int i = step == 1 ? 2 : step; i <= last; i += step) {
      ticks.add(new Tick(i, String.valueOf(i)));
    }
    return new Axis(title, last == 1 ? 0.5 : 1, last == 1 ? 1.5 : last, false, List.copyOf(ticks));
  }

  private static Axis logarithmic(String title, double low, double high) {
    double first = StrictMath.floor(StrictMath.log10(low) + 1e-9);
    double last = StrictMath.ceil(StrictMath.log10(high) - 1e-9);
    if (first == last) {
      last++;
    }
    int[] within = last - first <= 2 ? new int[] {1, 2, 5} : new int[] {1};
    List<Tick> ticks = new ArrayList<>();
    for (int decade = (int) first; decade <= last; decade++) {
      for (int digit : within) {
        double value = new BigDecimal(digit).scaleByPowerOfTen(decade).doubleValue();
        if (decade < last || digit == 1) {
          ticks.add(new Tick(value, label(value, value)));
        }
      }
    }
    return new Axis(
        title, StrictMath.pow(10, first), StrictMath.pow(10, last), true, List.copyOf(ticks));
  }

  /** 1, 2 or 5 times a power of ten, not below what is asked for. */
  private static double step(double atLeast) {
    if (atLeast <= 0) {
      return 1;
    }
    int decade = (int) StrictMath.floor(StrictMath.log10(atLeast));
    for (int digit : new int[] {1, 2, 5}) {
      double candidate = new BigDecimal(digit).scaleByPowerOfTen(decade).doubleValue();
      if (candidate >= atLeast * (1 - 1e-9)) {
        return candidate;
      }
    }
    return new BigDecimal(1).scaleByPowerOfTen(decade + 1).doubleValue();
  }

  /** With the decimals that the step needs, and k, M, G for thousands and up. */
  private static String label(double value, double step) {
    int prefix = 0;
    double scaled = Math.max(Math.abs(value), step);
    double factor = 1;
    while (scaled >= 1000 && prefix < PREFIXES.size() - 1) {
      scaled /= 1000;
      factor *= 1000;
      prefix++;
    }
    int decimals =
        Math.max(0, -(int) StrictMath.floor(StrictMath.log10(Math.abs(step) / factor) + 1e-9));
    BigDecimal rounded =
        BigDecimal.valueOf(value / factor).setScale(decimals, RoundingMode.HALF_EVEN);
    return (rounded.signum() == 0 ? "0" : rounded.toPlainString() + PREFIXES.get(prefix))
        .replace("-", "−");
  }

  /** From 0 at the low end to 1 at the high one. */
  double at(double value) {
    return log
        ? StrictMath.log10(value / low) / StrictMath.log10(high / low)
        : (value - low) / (high - low);
  }
}
