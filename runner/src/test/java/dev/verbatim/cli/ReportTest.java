package dev.verbatim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.store.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
    String unchecked =
        "verbatim: not checked: "
            + home.resolve("results/report/verdicts.csv")
            + " is missing: only exact figures are checked; 'report --accept' writes it\n";
    assertEquals(unchecked, met.err());
    assertTrue(met.out().endsWith("index.html: 1 experiments, 2 finished runs\n"), met.out());

    experiment(PARAMETERS + 1, "1");
    Command missed = verbatim("report", "--check");
    assertEquals(6, missed.code());
    assertEquals(
        unchecked
            + "verbatim: tiny, baseline: parameters is 3,190, published 3,191 must be exact\n",
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
      Path done = run.resolve("DONE");
      String hash = Hashes.ofText(Files.readString(metrics));
      Files.writeString(
          done, Files.readString(done).replaceFirst("(\"metrics.csv\": \")[0-9a-f]+", "$1" + hash));
    }
  }

  @Test
  void checkExitsWithSixWhereACommittedVerdictsRunIsLost() throws IOException {
    assertEquals(0, verbatim("report", "--accept").code());
    Files.delete(runs.getFirst().resolve("DONE"));
    assertEquals(0, verbatim("report", "--check").code(), "one of two is left");
    Files.delete(runs.getLast().resolve("DONE"));
    Command lost = verbatim("report", "--check");
    assertEquals(6, lost.code());
    assertTrue(
        lost.err()
            .contains(
                "\nverbatim: tiny, baseline: parameters, published 3,190: no run that has it is left, where the committed verdict is match\n"),
        lost.err());
  }

  /** A plain run, one that was resumed, one with other settings, and those of a sweep. */
  @Test
  void theCommandsThatAreShownGiveEveryRunAgain() throws IOException {
    Files.writeString(
        home.resolve("experiments/tiny.yaml"),
        EXPERIMENT.formatted(PARAMETERS, "1")
            + """
            ablations:
              wide: {architecture.hidden: [8]}
            grid:
              optimizer.learning_rate: [0.01, 0.1]
            """);
    Files.delete(runs.getFirst().resolve("DONE"));
    assertEquals(0, verbatim("resume", "tiny", "-q", "--no-cache").code());
    Command other =
        verbatim("run", "tiny", "--set", "train.batch_size=8", "--seeds", "5", "-q", "--no-cache");
    assertEquals(0, other.code(), other.err());
    Command swept = verbatim("sweep", "tiny", "--seeds", "1", "--jobs", "1", "--no-cache");
    assertEquals(0, swept.code(), swept.err());
    Command report = verbatim("report");
    assertEquals(0, report.code(), report.err());
    assertEquals("", report.err());
    assertTrue(report.out().endsWith("1 experiments, 7 finished runs\n"), report.out());

    List<String> commands =
        Files.readAllLines(home.resolve("report/generated/tiny.md")).stream()
            .filter(line -> line.startsWith("runner/bin/verbatim "))
            .toList();
    assertEquals(14, commands.size());
    for (String command : commands) {
      List<String> words =
          Stream.of(command.split(" ", -1))
              .skip(1)
              .map(word -> word.startsWith("results/") ? home.resolve(word).toString() : word)
              .toList();
      Command done = Command.runIn(home, words);
      assertEquals(0, done.code(), command + "\n" + done.err());
      assertTrue(
          words.getFirst().equals("verify")
              ? done.out().contains(": verified, 2 of 2 epochs are the same bits")
              : done.err().contains("run again: 7 files, the same bits"),
          command + "\n" + done.out() + done.err());
    }
  }

  @Test
  void aPortThatThereIsNotIsRefused() {
    Command refused = verbatim("report", "--serve", "--port", "99999");
    assertEquals(2, refused.code());
    assertEquals("verbatim: --port needs one from 1 to 65535, got 99999\n", refused.err());
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
    Files.createDirectories(home.resolve("results/runs/nothing"));
    Files.createDirectories(home.resolve("results/old"));
    Files.writeString(home.resolve("results/runs/notes.txt"), "of mine");

    Command report = verbatim("report");
    assertEquals(0, report.code(), report.err());
    assertTrue(report.out().endsWith("index.html: 1 experiments, 0 finished runs\n"), report.out());
    String told = report.err().replaceAll("seed-([12])-[0-9a-f]{12}", "seed-$1");
    String base = "verbatim: left out runs/tiny/baseline/";
    assertEquals(
        List.of(
            "verbatim: left out old: not a folder of results",
            "verbatim: left out runs/notes.txt: not a folder",
            "verbatim: left out runs/nothing: holds no runs",
            base + "holiday photos: not the name of a run",
            base + "seed-1: metrics.csv is half-written: its last line does not end",
            base + "seed-2: model.csv is missing",
            base
                + "seed-3-0123456789ab: made by a newer version: its numerics are 99, the newest known here 4"),
        told.lines().toList());
    String page = Files.readString(home.resolve("report/generated/index.html"));
    assertTrue(page.contains("holiday photos: not the name of a run"), "the page tells it too");
  }
}
