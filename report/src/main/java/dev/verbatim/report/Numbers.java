package dev.verbatim.report;

import dev.verbatim.report.Metric.Unit;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** How tables write numbers: '.' as the decimal mark, counts with ',' between thousands. */
final class Numbers {
  static final String NONE = "–";

  private Numbers() {}

  /** In the digits that its unit deserves. */
  static String show(double value, Unit unit) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    return switch (unit) {
      case COUNT -> String.format(Locale.ROOT, "%,d", Math.round(value));
      case PERCENT -> fixed(value, 2);
      case LOSS -> fixed(value, 4);
      case SECONDS -> fixed(value, 3);
    };
  }

  /** Mean and deviation, the latter only where there are two runs or more. */
  static String show(Measured measured, Unit unit) {
    if (!measured.exists()) {
      return NONE;
    }
    String mean = show(measured.mean(), unit);
    return measured.count() == 1 || unit == Unit.COUNT
        ? mean
        : mean + " ± " + show(measured.deviation(), unit);
  }

  /** As it was published: every digit that was given, and no more. */
  static String published(double value, Unit unit) {
    return unit == Unit.COUNT ? show(value, unit) : exact(value);
  }

  /** With its sign. */
  static String difference(double value, Unit unit) {
    String text = show(value, unit);
    return value > 0 ? "+" + text : text;
  }

  /** The shortest form that reads back to the same value, without an exponent. */
  static String exact(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    return value == 0
        ? "0"
        : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /** A mean or a difference: ten digits, so that what binary fractions add does not show. */
  static String derived(double value) {
    return Double.isFinite(value)
        ? exact(new BigDecimal(Double.toString(value)).round(new MathContext(10)).doubleValue())
        : Double.toString(value);
  }

  static String mebibytes(Measured bytes) {
    return bytes.exists()
        ? String.format(Locale.ROOT, "%,d", Math.round(bytes.mean() / (1 << 20)))
        : NONE;
  }

  private static String fixed(double value, int decimals) {
    return new BigDecimal(Double.toString(value))
        .setScale(decimals, RoundingMode.HALF_UP)
        .toPlainString();
  }
}
