package dev.verbatim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.report.Metric.Unit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
  @ParameterizedTest(name = "{0} ± {1} is {2}")
  @CsvSource({
    "94.5,     0.7071,  94.50 ± 0.71",
    "94.5,     0.0996,  94.50 ± 0.10",
    "94.5,     9.96,    95 ± 10",
    "94.5,     0.5,     94.50 ± 0.50",
    "0.123456, 0.00321, 0.1235 ± 0.0032",
    "-3.25,    12.3,    −3 ± 12",
    "2,        0,       2.00 ± 0",
  })
  void twoDigitsOfTheDeviationDecideOnTheDecimals(double mean, double deviation, String text) {
    assertEquals(text, Numbers.show(new Measured(mean, deviation, 3), Unit.PERCENT));
  }

  @Test
  void largeDeviationsKeepTheirThousands() {
    assertEquals("12,300 ± 1,200", Numbers.show(new Measured(12_345, 1_234, 3), Unit.RATE));
    assertEquals("12,345", Numbers.show(new Measured(12_345, 1_234, 3), Unit.COUNT));
  }

  @Test
  void deviationOfEqualFractionsIsNone() {
    assertEquals(0, Measured.of(0.4, 0.4, 0.4).deviation());
    assertEquals(1, Measured.of(1, 2, 3).deviation());
  }

  @Test
  void packedNumbersAreDifferencesThatSkipWhatIsMissing() {
    assertEquals(
        "[123,2,null,-100]",
        PackedNumbers.of(new double[] {1.23, 1.25, Double.NaN, 0.25}, 2).deltas().toString());
  }
}
