package dev.verbatim.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.nn.Network;
import dev.verbatim.run.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The experiments that are shipped: they load at both sizes, and their networks have the counts
 * that were published as exact.
 */
class ExperimentFilesTest {
  private static final Path FOLDER = Path.of("../experiments");

  private static List<Path> files() throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @Test
  void allLoadAtBothSizesAndReadBackFromTheirCanonicalText() throws IOException {
    assertTrue(files().size() >= 9, "found " + files());
    for (Path file : files()) {
      Experiment experiment = Experiment.load(file, List.of(), false);
      assertEquals(file.getFileName().toString(), experiment.name() + ".yaml");
      assertEquals(
          1,
          Experiment.load(file, List.of(), true).resolve("baseline", 1).train().epochs(),
          file + " at smoke size");
    }
  }

  @Test
  void countsPublishedAsExactAreMetExactly() throws IOException {
    int checked = 0;
    for (Path file : files()) {
      Experiment experiment = Experiment.load(file, List.of(), false);
      for (PublishedSpec figure : experiment.published()) {
        Network network = Runs.describe(experiment.resolve(figure.variant(), 1));
        Map<String, Long> counts =
            Map.of(
                "parameters",
                network.parameterCount(),
                "macs",
                network.macs(),
                "flops",
                2 * network.macs());
        Optional<Long> ours = Optional.ofNullable(counts.get(figure.metric()));
        if (figure.match().equals("exact")) {
          assertEquals(
              (long) figure.value(),
              ours.orElseThrow() * figure.perBatch().orElse(1),
              experiment.name() + " " + figure.metric());
          checked++;
        }
      }
    }
    assertTrue(checked >= 9, "exact figures checked: " + checked);
  }
}
