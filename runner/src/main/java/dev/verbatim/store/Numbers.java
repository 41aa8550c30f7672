package dev.verbatim.store;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * How numbers are written: the shortest decimal that reads back to the same value, '.' as the mark,
 * no exponent.
 */
public final class Numbers {
  private Numbers() {}

  /** The shortest text of a double. */
  public static String format(double value) {
    return Double.isFinite(value)
        ? plain(new BigDecimal(Double.toString(value)))
        : Double.toString(value);
  }

  /** The shortest text of a float. */
  public static String format(float value) {
    return Float.isFinite(value)
        ? plain(new BigDecimal(Float.toString(value)))
        : Float.toString(value);
  }

  /** A measured time or rate: four significant digits say all there is to say. */
  public static String measured(double value) {
    return Double.isFinite(value) ? plain(new BigDecimal(value).round(new MathContext(4))) : "";
  }

  private static String plain(BigDecimal decimal) {
    return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
  }
}
