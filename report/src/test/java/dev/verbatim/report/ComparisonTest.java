package dev.verbatim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.report.Published.Match;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  @ParameterizedTest(name = "{0} {1} {2} within {3}, ours {4}: {5}")
  @CsvSource({
    "parameters,   EXACT,    100, 0,   100,   MATCH",
    "parameters,   EXACT,    100, 0,   99,    DIFFERS",
    "val_accuracy, AT_LEAST, 94,  0,   94.01, BETTER",
    "val_accuracy, AT_LEAST, 94,  0,   93.99, WORSE",
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

    assertEquals(verdict, new Comparison(figure, Measured.of(ours)).verdict());
  }
}
