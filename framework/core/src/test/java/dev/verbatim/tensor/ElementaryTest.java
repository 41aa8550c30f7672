package dev.verbatim.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Errors in units of the last place, against StrictMath in double, over every 97th float of the
 * range: 97 is prime, so that all exponents and mantissas take part.
 */
class ElementaryTest {
  private interface FloatFunction {
    float of(float x);
  }

  @Test
  void expIsWithinOneUlp() {
    double worst = worstUlp(Elementary::exp, StrictMath::exp, -87.3f, 88.72f);
    assertTrue(worst < 1.0, "exp is off by " + worst + " ulp");
  }

  @Test
  void logIsWithinOneUlp() {
    double worst = worstUlp(Elementary::log, StrictMath::log, Float.MIN_VALUE, Float.MAX_VALUE);
    assertTrue(worst < 1.0, "log is off by " + worst + " ulp");
  }

  @Test
  void expHasItsLimits() {
    assertEquals(1f, Elementary.exp(0f));
    assertEquals(Float.POSITIVE_INFINITY, Elementary.exp(89f));
    assertEquals(Float.POSITIVE_INFINITY, Elementary.exp(Float.POSITIVE_INFINITY));
    assertEquals(0f, Elementary.exp(-104f));
    assertEquals(0f, Elementary.exp(Float.NEGATIVE_INFINITY));
    assertTrue(Float.isNaN(Elementary.exp(Float.NaN)));
    assertTrue(Elementary.exp(-100f) > 0f, "underflow is gradual");
  }

  @Test
  void logHasItsLimits() {
    assertEquals(0f, Elementary.log(1f));
    assertEquals(Float.NEGATIVE_INFINITY, Elementary.log(0f));
    assertEquals(Float.NEGATIVE_INFINITY, Elementary.log(-0f));
    assertEquals(Float.POSITIVE_INFINITY, Elementary.log(Float.POSITIVE_INFINITY));
    assertTrue(Float.isNaN(Elementary.log(-1f)));
    assertTrue(Float.isNaN(Elementary.log(Float.NaN)));
  }

  private static double worstUlp(
      FloatFunction own, DoubleUnaryOperator exact, float from, float to) {
    double worst = 0;
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += 97) {
      float x = Float.intBitsToFloat((int) bits);
      if (x >= from && x <= to) {
        double expected = exact.applyAsDouble(x);
        double error = Math.abs(own.of(x) - expected) / Math.ulp((float) expected);
        worst = Math.max(worst, error);
      }
    }
    return worst;
  }
}
