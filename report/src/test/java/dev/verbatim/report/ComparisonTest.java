package dev.verbatim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.report.Published.Match;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  @ParameterizedTest(name = "{0} {1} {2} within {3}, ours {4}: {5}")
  @CsvSource({
    "parameters,   EXACT,    100, 0,   100,   MATCH",
    "parameters,   EXACT,    100, 0,   99,    DIFFERS",
    "val_accuracy, AT_LEAST, 94,  0,   95.2,  BETTER",
    "val_accuracy, AT_LEAST, 94,  0,   92.8,  WORSE",
    "val_accuracy, AT_LEAST, 94,  0.5, 93.5,  MATCH",
    "val_loss,     AT_LEAST, 0.2, 0,   0.1,   BETTER",
    "val_loss,     WITHIN,   0.2, 0.1, 0.3,   MATCH",
    "val_loss,     WITHIN,   0.2, 0.1, 0.31,  WORSE",
    "val_loss,     EXACT,    0.2, 0,   0.3,   WORSE",
    "macs,         WITHIN,   5.2, 0.1, 5.4,   DIFFERS",
    "val_accuracy, AT_LEAST, 94,  0,   NaN,   NOT_YET_RUN",
  })
  void verdictFollowsTheWayThatIsBetter(
      String metric,
      Match match,
      double published,
      double tolerance,
      double ours,
      Comparison.Verdict verdict) {
    var figure =
        new Published(
            metric,
            published,
            match,
            tolerance,
            "baseline",
            OptionalInt.empty(),
            OptionalInt.empty(),
            "");

    assertEquals(verdict, new Comparison(figure, Measured.of(ours), 1, List.of()).verdict());
  }

  /**
   * One seed may be a point off. Three of 95.0, 95.2 and 95.4 have a deviation of 0.2, so their
   * mean of 95.2 is known to 4.303 · 0.2 / √3 = 0.497, by Student's t with two degrees of freedom.
   */
  @Test
  void aDifferenceThatSeedsMayMakeIsInconclusive() {
    assertEquals(Comparison.Verdict.INCONCLUSIVE, accuracy(94.5, 95.2));
    assertEquals(Comparison.Verdict.BETTER, accuracy(94, 95.2));
    assertEquals(Comparison.Verdict.WORSE, accuracy(96.3, 95.2));
    assertEquals(Comparison.Verdict.INCONCLUSIVE, accuracy(94.8, 95.0, 95.2, 95.4));
    assertEquals(Comparison.Verdict.BETTER, accuracy(94.7, 95.0, 95.2, 95.4));
    assertEquals(Comparison.Verdict.WORSE, accuracy(95.7, 95.0, 95.2, 95.4));
  }

  private static Comparison.Verdict accuracy(double published, double... ours) {
    var figure =
        new Published(
            "val_accuracy",
            published,
            Match.AT_LEAST,
            0,
            "baseline",
            OptionalInt.empty(),
            OptionalInt.empty(),
            "");
    return new Comparison(figure, Measured.of(ours), 1, List.of()).verdict();
  }
}
