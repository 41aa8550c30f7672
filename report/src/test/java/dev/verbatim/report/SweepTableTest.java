package dev.verbatim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.report.SweepTable.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTableTest {
  private static final double[] BASELINE = {90.1, 91.2, 89.7, 90.6, 90.9};

  /** Their differences to the baseline are 0.5, 1.25, -0.3, 0.9, 0.75: mean 0.62, p 0.125. */
  private static final double[] WIDE = {90.6, 92.45, 89.4, 91.5, 91.65};

  @TempDir Path results;

  private Variant variant(String name, Optional<String> reference, double... accuracies)
      throws IOException {
    var folders = new RunFolders(results);
    List<Path> runs = new ArrayList<>();
    for (int i = 0; i < accuracies.length; i++) {
      runs.add(folders.finished("tiny", name, i + 1, "0123456789ab", accuracies[i]));
    }
    return new Variant(name, reference, runs);
  }

  @Test
  void meansAreOfTheLastEpochAndDifferencesSeedBySeed() throws IOException {
    var table =
        SweepTable.of(
            List.of(
                variant("baseline", Optional.empty(), BASELINE),
                variant("wide", Optional.of("baseline"), WIDE)),
            "val_accuracy");
    assertEquals(List.of(), table.leftOut());
    assertEquals("val_accuracy (%)", table.header().get(2));
    List<String> baseline = table.cells().getFirst();
    assertEquals(
        List.of("baseline", "5", "90.50", "0.60", "", "", "", "", "53,866", "240,544", "5.8"),
        baseline,
        "mean and sd by hand; two epochs of 2.5 and 0.4 s on average");
    List<String> wide = table.cells().getLast();
    assertEquals(
        List.of("+0.62", "0.125", "0.063"), List.of(wide.get(4), wide.get(6), wide.get(7)));
    assertEquals("−0.10 to +1.34", wide.get(5), "0.62 ∓ 2.776 · 0.5816 / √5");
    assertTrue(table.legend().startsWith("difference: to baseline, seed by seed"));
    assertEquals(table.header().size(), wide.size());
    assertEquals(table.csv().getFirst().size(), table.csv().getLast().size());
    assertEquals("0.62", table.csv().getLast().get(8));
  }

  @Test
  void runsThatDivergedAndRunsThatAreMissingAreNoValues() throws IOException {
    Variant wide = variant("wide", Optional.of("baseline"), 91, 92, 93);
    RunFolders.write(
        wide.runs().getFirst(),
        "status.json",
        "{\"state\": \"diverged\", \"diverged\": {\"epoch\": 2, \"step\": 1, \"what\": \"x\"}}");
    Files.delete(wide.runs().getLast().resolve("metrics.csv"));
    var table =
        SweepTable.of(
            List.of(variant("baseline", Optional.empty(), 90, 91), wide, none()), "val_accuracy");
    assertEquals(1, table.leftOut().size());
    assertTrue(table.leftOut().getFirst().endsWith("metrics.csv is missing"));
    List<String> row = table.cells().get(1);
    assertEquals(List.of("1 (1 diverged)", "92.00", "", "+1.00", ""), row.subList(1, 6));
    assertEquals(List.of("1.000", "1.000"), row.subList(6, 8), "one pair shows nothing");
    assertEquals(List.of("none", "0", "", "", "", "", "", "", "", "", ""), table.cells().get(2));
  }

  private static Variant none() {
    return new Variant("none", Optional.of("baseline"), List.of());
  }
}
