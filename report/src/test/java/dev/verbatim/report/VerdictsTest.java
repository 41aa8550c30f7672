package dev.verbatim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.report.Published.Match;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictsTest {
  @TempDir Path folder;

  private List<String> worse(RunFolders runs, double parameters, double accuracy)
      throws IOException {
    return compared(runs, parameters, accuracy).worse();
  }

  private ReportWriter.Summary compared(RunFolders runs, double parameters, double accuracy)
      throws IOException {
    var info =
        new ExperimentInfo(
            "cnn",
            "cnn",
            "",
            "",
            "",
            List.of(
                figure("parameters", parameters, Match.EXACT),
                figure("val_accuracy", accuracy, Match.AT_LEAST)),
            Map.of());
    var input = new ReportWriter.Input(runs.results(), folder, List.of(info), 2);
    return ReportWriter.write(input, folder.resolve("out"));
  }

  private static Published figure(String metric, double value, Match match) {
    return new Published(
        metric, value, match, 0, "baseline", OptionalInt.empty(), OptionalInt.empty(), "");
  }

  @Test
  void anExactFigureMustBeMetWhereItWasRun() throws IOException {
    var runs = new RunFolders(folder.resolve("results"));
    assertEquals(List.of(), worse(runs, 1, 90), "nothing was run");

    runs.finished("cnn", "baseline", 1, "0123456789ab", 94);

    assertEquals(List.of(), worse(runs, 53_866, 99));
    assertEquals(
        List.of("cnn, baseline: parameters is 53,866, published 53,867 must be exact"),
        worse(runs, 53_867, 99));
  }

  @Test
  void aVerdictMustNotFallBelowTheCommittedOne() throws IOException {
    var runs = new RunFolders(folder.resolve("results"));
    Path run = runs.finished("cnn", "baseline", 1, "0123456789ab", 97, 97);
    assertEquals(List.of(), worse(runs, 53_866, 93));
    ReportWriter.accept(folder.resolve("out"), runs.results());
    RunFolders.write(
        run, "metrics.csv", RunFolders.METRICS_HEADER + "1,1,1,1,1,1,50,1,a\n2,1,1,1,1,1,51,1,a\n");

    assertEquals(
        List.of(
            "cnn, baseline: val_accuracy is 51.00, published 93: worse, where the committed verdict"
                + " is better"),
        worse(runs, 53_866, 93));

    Files.delete(run.resolve("DONE"));
    assertEquals(
        List.of(
            "cnn, baseline: parameters, published 53,866: no run that has it is left, where the"
                + " committed verdict is match",
            "cnn, baseline: val_accuracy, published 93: no run that has it is left, where the"
                + " committed verdict is better"),
        worse(runs, 53_866, 93));
  }

  @Test
  void aPublishedFigureThatIsGoneIsToldOf() throws IOException {
    var runs = new RunFolders(folder.resolve("results"));
    runs.finished("cnn", "baseline", 1, "0123456789ab", 97, 97);
    worse(runs, 53_866, 93);
    ReportWriter.accept(folder.resolve("out"), runs.results());

    assertEquals(
        List.of(
            "cnn, baseline: val_accuracy, published 93: no experiment names it any more, where the"
                + " committed verdict is better"),
        worse(runs, 53_866, 20));
  }

  @Test
  void whatHasNoCommittedVerdictIsNamed() throws IOException {
    var runs = new RunFolders(folder.resolve("results"));
    runs.finished("cnn", "baseline", 1, "0123456789ab", 97, 97);
    Path committed = runs.results().resolve("report/verdicts.csv");
    assertEquals(
        List.of(
            committed + " is missing: only exact figures are checked; 'report --accept' writes it"),
        compared(runs, 53_866, 93).unchecked());
    ReportWriter.accept(folder.resolve("out"), runs.results());
    assertEquals(List.of(), compared(runs, 53_866, 93).unchecked());

    List<String> lines = Files.readAllLines(committed);
    Files.write(committed, lines.subList(0, lines.size() - 1));
    assertEquals(
        List.of("cnn, baseline: val_accuracy, published 93: not among the committed verdicts"),
        compared(runs, 53_866, 93).unchecked());
  }

  @Test
  void damagedCommittedVerdictsAreToldOf() throws IOException {
    var runs = new RunFolders(folder.resolve("results"));
    Files.createDirectories(runs.results().resolve("report"));
    RunFolders.write(runs.results().resolve("report"), "verdicts.csv", "experiment\ncnn\n");

    assertEquals(
        List.of("the committed verdicts: verdicts.csv has no column variant"), worse(runs, 1, 1));
  }
}
