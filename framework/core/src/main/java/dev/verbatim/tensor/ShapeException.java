package dev.verbatim.tensor;

import java.util.Locale;

/** Shapes that do not fit together. The message says who, what is needed and what came. */
public final class ShapeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** An exception with this message. */
  public ShapeException(String message) {
    super(message);
  }

  /**
   * Checks a condition on shapes.
   *
   * @throws ShapeException with the formatted message if it does not hold
   */
  public static void require(boolean condition, String format, Object... arguments) {
    if (!condition) {
      throw new ShapeException(String.format(Locale.ROOT, format, arguments));
    }
  }
}
