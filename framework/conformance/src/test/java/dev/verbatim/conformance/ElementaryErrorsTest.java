package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.conformance.ElementaryErrors.Worst;
import dev.verbatim.tensor.Elementary;
import org.junit.jupiter.api.Test;

/**
 * Our own elementary functions over every 97th float32: 97 is prime, so that all exponents and
 * mantissas take part. The bounds are those of NUMERICS.md, measured over all float32.
 */
class ElementaryErrorsTest {
  private static final int STRIDE = 97;
  private static final double EXP = 1.0129;
  private static final double LOG = 0.8266;
  private static final double TANH = 1.3304;

  @Test
  void expIsWithinItsBound() {
    Worst worst = ElementaryErrors.worst(Elementary::exp, StrictMath::exp, STRIDE);
    assertTrue(worst.ulp() <= EXP, worst.toString());
    assertTrue(worst.inputs() > 30_000_000, worst.toString());
  }

  @Test
  void logIsWithinItsBound() {
    Worst worst = ElementaryErrors.worst(Elementary::log, StrictMath::log, STRIDE);
    assertTrue(worst.ulp() <= LOG, worst.toString());
    assertTrue(worst.inputs() > 20_000_000, worst.toString());
  }

  @Test
  void tanhIsWithinItsBound() {
    Worst worst = ElementaryErrors.worst(Elementary::tanh, StrictMath::tanh, STRIDE);
    assertTrue(worst.ulp() <= TANH, worst.toString());
    assertTrue(worst.inputs() > 40_000_000, worst.toString());
  }

  @Test
  void aFunctionThatIsOffIsFound() {
    Worst worst = ElementaryErrors.worst(x -> 2f * Elementary.exp(x), StrictMath::exp, STRIDE);
    assertTrue(worst.ulp() > 1_000_000, worst.toString());
  }
}
