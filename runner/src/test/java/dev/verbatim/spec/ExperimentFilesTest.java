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
import org.junit.jupiter.api.io.TempDir;

/**
 * The experiments that are shipped: they load at both sizes, and their networks have the counts
 * that were published as exact.
 */
class ExperimentFilesTest {
  private static final Path FOLDER = Path.of("../experiments");

  @TempDir Path folder;

  private static List<Path> files() throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @Test
  void allLoadAtBothSizesAndReadBackFromTheirCanonicalText() throws IOException {
    assertTrue(files().size() >= 20, "found " + files());
    for (Path file : files()) {
      Experiment experiment = Experiment.load(file, List.of(), false);
      assertEquals(file.getFileName().toString(), experiment.name() + ".yaml");
      assertEquals(
          1,
          Experiment.load(file, List.of(), true).resolve("baseline", 1).train().epochs(),
          file + " at smoke size");
      for (boolean smoke : new boolean[] {false, true}) {
        Experiment sized = Experiment.load(file, List.of(), smoke);
        for (String variant : sized.variants()) {
          String text = sized.resolve(variant, 1).canonicalYaml();
          Path stored = folder.resolve("config.yaml");
          Files.writeString(stored, text);
          assertEquals(
              text,
              Experiment.load(stored, List.of(), false).resolve(variant, 1).canonicalYaml(),
              file + " " + variant);
          assertTrue(
              Runs.describe(sized.resolve(variant, 1)).parameterCount() > 0, file + " " + variant);
        }
      }
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
    assertTrue(checked >= 16, "exact figures checked: " + checked);
  }
}
