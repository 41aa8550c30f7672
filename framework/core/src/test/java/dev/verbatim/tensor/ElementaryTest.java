package dev.verbatim.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Values at the edges; the error in between is measured in the conformance suite. */
class ElementaryTest {
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

  @Test
  void sineAndCosineAreThoseOfStrictMath() {
    double worst = 0;
    for (int i = -100_000; i <= 100_000; i++) {
      double x = i / 100_000.0;
      double sine = Elementary.sineOfPi(x) - StrictMath.sin(StrictMath.PI * x);
      double cosine = Elementary.cosineOfPi(x) - StrictMath.cos(StrictMath.PI * x);
      worst = Math.max(worst, Math.max(Math.abs(sine), Math.abs(cosine)));
    }
    assertTrue(worst < 6e-16, "off by " + worst); // the rounding of π x near 1 alone is 4e-16
  }
}
