package dev.verbatim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report as it is asked for on the command line, in a project with one small experiment. */
class ReportTest {
  private static final String EXPERIMENT =
      """
      name: tiny
      dataset: {kind: glyphs, images: 60, seed: 1, validation: {fraction: 0.2}}
      architecture: {kind: mlp, hidden: [4], classes: 10}
      optimizer: {kind: sgd, learning_rate: 0.01}
      train: {epochs: 2, batch_size: 16, seeds: [1, 2]}
      published:
        - {metric: parameters, value: %d, match: exact}
        - {metric: val_accuracy, value: %s, match: at_least}
      """;
  private static final int PARAMETERS = 28 * 28 * 4 + 4 + 4 * 10 + 10;

  @TempDir Path home;

  private List<Path> runs;

  @BeforeEach
  void aProjectWithTwoRuns() throws IOException {
    experiment(PARAMETERS, "1");
    Command trained = verbatim("run", "tiny", "-q", "--no-cache");
    assertEquals(0, trained.code(), trained.err());
    try (var folders = Files.list(home.resolve("results/runs/tiny/baseline"))) {
      runs = folders.sorted().toList();
    }
  }

  private void experiment(int parameters, String accuracy) throws IOException {
    Files.createDirectories(home.resolve("experiments"));
    Files.writeString(
        home.resolve("experiments/tiny.yaml"), EXPERIMENT.formatted(parameters, accuracy));
  }

  private Command verbatim(String... words) {
    return Command.runIn(home, List.of(words));
  }

  @Test
  void checkExitsWithSixWhereAnExactFigureIsNotMet() throws IOException {
    Command met = verbatim("report", "--check");
    assertEquals(0, met.code(), met.err());
    assertTrue(met.out().endsWith("index.html: 1 experiments, 2 finished runs\n"), met.out());

    experiment(PARAMETERS + 1, "1");
    Command missed = verbatim("report", "--check");
    assertEquals(6, missed.code());
    assertEquals(
        "verbatim: tiny, baseline: parameters is 3,190, published 3,191 must be exact\n",
        missed.err());
    assertEquals(0, verbatim("report").code(), "only --check fails");
  }

  @Test
  void checkExitsWithSixWhereAVerdictIsWorseThanTheAcceptedOne() throws IOException {
    experiment(PARAMETERS, "20");
    validationAccuracy("50");
    assertEquals(0, verbatim("report", "--accept").code());
    validationAccuracy("0");
    Command worse = verbatim("report", "--check");
    assertEquals(6, worse.code());
    assertEquals(
        "verbatim: tiny, baseline: val_accuracy is 0.00 ± 0, published 20: worse, where the committed verdict is better\n",
        worse.err());
  }

  /** As if every epoch of every run had come to this. */
  private void validationAccuracy(String percent) throws IOException {
    for (Path run : runs) {
      Path metrics = run.resolve("metrics.csv");
      List<String> lines = new ArrayList<>();
      for (String line : Files.readAllLines(metrics)) {
        String[] cells = line.split(",", -1);
        cells[6] = lines.isEmpty() ? cells[6] : percent;
        lines.add(String.join(",", cells));
      }
      Files.write(metrics, lines);
    }
  }

  @Test
  void badResultsAreNamedAndLeftOut() throws IOException {
    Path first = runs.getFirst();
    Path second = runs.getLast();
    String whole = Files.readString(first.resolve("metrics.csv"));
    Files.writeString(first.resolve("metrics.csv"), whole.substring(0, whole.lastIndexOf(',')));
    Files.delete(second.resolve("model.csv"));
    Path newer = second.resolveSibling("seed-3-0123456789ab");
    Files.createDirectory(newer);
    Files.writeString(newer.resolve("DONE"), "{}");
    Files.writeString(newer.resolve("provenance.json"), "{\"numerics\": 99}");
    Files.createDirectories(second.resolveSibling("holiday photos"));
    Files.writeString(home.resolve("results/runs/notes.txt"), "of mine");

    Command report = verbatim("report", "--check");
    assertEquals(0, report.code(), report.err());
    assertTrue(report.out().endsWith("index.html: 1 experiments, 0 finished runs\n"), report.out());
    String told = report.err().replaceAll("seed-([12])-[0-9a-f]{12}", "seed-$1");
    String base = "verbatim: left out runs/tiny/baseline/";
    assertEquals(
        List.of(
            "verbatim: left out runs/notes.txt: not a folder",
            base + "holiday photos: not the name of a run",
            base + "seed-1: metrics.csv, row 2: 8 fields, the header has 9",
            base + "seed-2: model.csv is missing",
            base
                + "seed-3-0123456789ab: made by a newer version: its numerics are 99, the newest known here 2"),
        told.lines().toList());
    String page = Files.readString(home.resolve("report/generated/index.html"));
    assertTrue(page.contains("holiday photos: not the name of a run"), "the page tells it too");
  }
}
