package dev.verbatim.report;

import dev.verbatim.report.Metric.Unit;
import dev.verbatim.report.table.Cell;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * How tables write numbers: '.' as the decimal mark, ',' between thousands. Where a standard
 * deviation is known, two significant digits of it are shown and the mean with as many decimals;
 * otherwise a unit has its own number of decimals.
 */
final class Numbers {
  private static final MathContext UNCERTAINTY = new MathContext(2, RoundingMode.HALF_UP);
  private static final MathContext RATE = new MathContext(4, RoundingMode.HALF_UP);
  private static final MathContext DERIVED = new MathContext(10, RoundingMode.HALF_EVEN);

  private static final MathContext SHOWN = new MathContext(7);

  private Numbers() {}

  /** A whole number. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** In the digits that its unit deserves. */
  static String show(double value, Unit unit) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
    }
    return switch (unit) {
      case COUNT -> grouped(decimal(value).setScale(0, RoundingMode.HALF_UP));
      case PERCENT -> fixed(value, 2);
      case LOSS -> fixed(value, 4);
      case SECONDS -> fixed(value, 3);
      case RATE -> grouped(decimal(value).round(RATE));
    };
  }

  /** Mean and deviation, the latter only where there are two runs or more. */
  static String show(Measured measured, Unit unit) {
    if (!measured.exists()) {
      return Cell.NONE;
    }
    if (measured.count() == 1 || unit == Unit.COUNT || !Double.isFinite(measured.mean())) {
      return show(measured.mean(), unit);
    }
    if (measured.deviation() == 0) {
      return show(measured.mean(), unit) + " ± 0";
    }
    BigDecimal deviation = twoDigits(measured.deviation());
    return rounded(measured.mean(), deviation) + " ± " + grouped(deviation);
  }

  /** A measured figure in a table. */
  static Cell cell(Measured measured, Unit unit) {
    return measured.exists()
        ? new Cell(
            show(measured, unit),
            derived(measured.mean()),
            measured.count() > 1 ? derived(measured.deviation()) : "",
            "")
        : Cell.EMPTY;
  }

  /** A single figure in a table; NaN is one that there is not. */
  static Cell cell(double value, Unit unit) {
    return Double.isNaN(value) ? Cell.EMPTY : Cell.of(show(value, unit), exact(value));
  }

  /** As it was published: every digit that was given, and no more. */
  static Cell published(double value, Unit unit) {
    return Cell.of(unit == Unit.COUNT ? show(value, unit) : exact(value), exact(value));
  }

  /** What ours differs by, with its sign and as many decimals as ours has. */
  static Cell difference(double value, Measured ours, Unit unit) {
    if (!ours.exists()) {
      return Cell.EMPTY;
    }
    boolean uncertain = ours.count() > 1 && ours.deviation() > 0 && unit != Unit.COUNT;
    String text =
        uncertain && Double.isFinite(value)
            ? rounded(value, twoDigits(ours.deviation()))
            : show(value, unit);
    return Cell.of(signed(value, text), derived(value));
  }

  /** With its sign. */
  static String difference(double value, Unit unit) {
    return signed(value, show(value, unit));
  }

  static String signed(double value, String text) {
    return value > 0 ? "+" + text : text;
  }

  /** A number with the decimals that two significant digits of its uncertainty have. */
  static String rounded(double value, double uncertainty) {
    return rounded(value, twoDigits(uncertainty));
  }

  /** Rounded to two significant digits, a zero among them too. */
  private static BigDecimal twoDigits(double uncertainty) {
    BigDecimal rounded = decimal(uncertainty).round(UNCERTAINTY);
    return rounded.setScale(rounded.scale() + UNCERTAINTY.getPrecision() - rounded.precision());
  }

  private static String rounded(double value, BigDecimal uncertainty) {
    return grouped(decimal(value).setScale(uncertainty.scale(), RoundingMode.HALF_UP));
  }

  /** The shortest form that reads back to the same value, without an exponent. */
  static String exact(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    return value == 0 ? "0" : decimal(value).stripTrailingZeros().toPlainString();
  }

  /** A mean or a difference: ten digits, so that what binary fractions add does not show. */
  static String derived(double value) {
    return Double.isFinite(value)
        ? exact(decimal(value).round(DERIVED).doubleValue())
        : Double.toString(value);
  }

  /** A number of somebody else's table: grouped, and with seven significant digits at most. */
  static Cell asWritten(String text) {
    if (!text.matches("-?[0-9]*\\.?[0-9]+") || text.matches("[0-9]{1,3}")) {
      return Cell.of(text);
    }
    BigDecimal value = new BigDecimal(text);
    boolean whole = value.stripTrailingZeros().scale() <= 0;
    BigDecimal rounded = whole ? value.setScale(0) : value.round(SHOWN);
    return Cell.of(grouped(rounded.scale() < 0 ? rounded.setScale(0) : rounded), text);
  }

  private static String fixed(double value, int decimals) {
    return minus(decimal(value).setScale(decimals, RoundingMode.HALF_UP).toPlainString());
  }

  /** A sign as wide as that of plus, in place of a hyphen. */
  private static String minus(String number) {
    return number.replace('-', '−');
  }

  private static BigDecimal decimal(double value) {
    return new BigDecimal(Double.toString(value));
  }

  private static String grouped(BigDecimal value) {
    return minus(String.format(Locale.ROOT, "%,." + Math.max(0, value.scale()) + "f", value));
  }
}
