package dev.verbatim.report.draw;

import static java.util.Comparator.naturalOrder;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Where values lie between two ends, and which of them are named.
 *
 * @param low the value at 0
 * @param high the value at 1
 */
record Axis(String title, double low, double high, boolean log, List<Tick> ticks) {
  private static final int TICKS = 6;
  private static final int[] DIGITS = {1, 2, 5};

  /** From this ratio on, powers of ten alone are named. */
  private static final double MANY = 200;

  /** Room at the ends of a list. */
  private static final double BESIDE = 1.15;

  private static final List<String> PREFIXES = List.of("", " k", " M", " G", " T", " P");

  /** A value with what stands beside it. */
  record Tick(double value, String label) {}

  /**
   * An axis with round ends around the values, those that are not finite left out.
   *
   * @param least the axis never goes below
   * @param most the axis never goes above
   */
  static Axis linear(String title, double least, double most, double... values) {
    double[] finite = DoubleStream.of(values).filter(Double::isFinite).toArray();
    double low = DoubleStream.of(finite).min().orElse(0);
    double high = DoubleStream.of(finite).max().orElse(1);
    double span = high - low;
    if (span == 0) {
      span = low == 0 ? 1 : Math.abs(low) / 10;
    }
    double step = step(span / (TICKS - 1));
    long first = (long) Math.floor(low / step + 1e-9);
    long last = (long) Math.ceil(high / step - 1e-9);
    if (first == last) {
      first--;
      last++;
    }
    first = Math.max(first, (long) Math.ceil(least / step - 1e-9));
    last = Math.min(last, (long) Math.floor(most / step + 1e-9));
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

  /** Equal ratios are equally long; ends are 1, 2 or 5 times a power of ten, as ticks are. */
  static Axis logarithmic(String title, double... values) {
    double[] positive = positive(values);
    double low = DoubleStream.of(positive).min().orElse(1);
    double high = DoubleStream.of(positive).max().orElse(10);
    List<Double> round = new ArrayList<>();
    int last = (int) StrictMath.ceil(StrictMath.log10(high)) + 1;
    for (int decade = (int) StrictMath.floor(StrictMath.log10(low)) - 1; decade <= last; decade++) {
      for (int digit : DIGITS) {
        round.add(new BigDecimal(digit).scaleByPowerOfTen(decade).doubleValue());
      }
    }
    double from = round.stream().filter(v -> v <= low * (1 + 1e-9)).max(naturalOrder()).orElse(low);
    double to =
        round.stream()
            .filter(v -> v >= high * (1 - 1e-9) && v > from)
            .min(naturalOrder())
            .orElse(high);
    boolean few = to / from <= MANY;
    List<Tick> ticks =
        round.stream()
            .filter(v -> v >= from && v <= to && (few || isPowerOfTen(v)))
            .map(v -> new Tick(v, label(v, v)))
            .toList();
    return new Axis(title, from, to, true, ticks);
  }

  private static boolean isPowerOfTen(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().unscaledValue().intValue()
        == 1;
  }

  /** Equal ratios are equally long, and just these values have a tick. */
  static Axis listed(String title, double... values) {
    double[] listed = DoubleStream.of(positive(values)).sorted().distinct().toArray();
    double low = listed.length == 0 ? 1 : listed[0];
    double high = listed.length == 0 ? 10 : listed[listed.length - 1];
    List<Tick> ticks =
        DoubleStream.of(listed)
            .mapToObj(v -> new Tick(v, new BigDecimal(v).stripTrailingZeros().toPlainString()))
            .toList();
    return new Axis(title, low / BESIDE, high * BESIDE, true, ticks);
  }

  private static double[] positive(double... values) {
    return DoubleStream.of(values).filter(v -> v > 0 && Double.isFinite(v)).toArray();
  }

  /** 1, 2 or 5 times a power of ten, not below what is asked for. */
  private static double step(double atLeast) {
    if (atLeast <= 0) {
      return 1;
    }
    int decade = (int) StrictMath.floor(StrictMath.log10(atLeast));
    for (int digit : DIGITS) {
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
