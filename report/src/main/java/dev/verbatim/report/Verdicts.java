package dev.verbatim.report;

import static dev.verbatim.report.table.Column.number;
import static dev.verbatim.report.table.Column.text;

import dev.verbatim.report.Comparison.Verdict;
import dev.verbatim.report.table.Cell;
import dev.verbatim.report.table.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The verdict on every published figure, and what is to be said of them beside earlier ones. */
final class Verdicts {
  /** By what a figure is known again. */
  private static final List<String> KEY =
      List.of("experiment", "variant", "metric", "epoch", "published");

  private final List<ExperimentReport> reports;

  Verdicts(List<ExperimentReport> reports) {
    this.reports = reports;
  }

  /** A row for each figure. */
  Table table() {
    var table =
        new Table(
            "verdicts",
            "Verdicts",
            text("experiment"),
            text("variant"),
            text("metric"),
            number("epoch"),
            number("published"),
            text("match"),
            number("ours"),
            text("verdict"));
    for (ExperimentReport report : reports) {
      for (Comparison comparison : report.comparisons()) {
        List<String> cells = new ArrayList<>(key(report, comparison.published()));
        cells.add(comparison.published().match().name().toLowerCase(Locale.ROOT));
        cells.add(comparison.ours().exists() ? Numbers.derived(comparison.ours().mean()) : "");
        cells.add(comparison.verdict().label());
        table.row(
            report.results().of(comparison.published().variant()).stream()
                .map(Run::folder)
                .toList(),
            cells.stream().map(Cell::of).toList());
      }
    }
    return table;
  }

  private static List<String> key(ExperimentReport report, Published figure) {
    return List.of(
        report.info().name(),
        figure.variant(),
        figure.metric(),
        figure.epoch().isPresent() ? String.valueOf(figure.epoch().getAsInt()) : "",
        Numbers.exact(figure.value()));
  }

  /**
   * What is wrong: an {@code exact} figure that is not met, and a verdict that is worse than the
   * committed one. What was not run says nothing.
   *
   * @param committed a table of an earlier report; missing is none
   */
  List<String> problems(Path committed) {
    List<String> problems = new ArrayList<>();
    Map<List<String>, Verdict> before = new HashMap<>();
    if (Files.exists(committed)) {
      try {
        before.putAll(read(committed));
      } catch (BrokenFileException e) {
        problems.add("the committed verdicts: " + e.getMessage());
      }
    }
    for (ExperimentReport report : reports) {
      for (Comparison comparison : report.comparisons()) {
        Verdict now = comparison.verdict();
        Published figure = comparison.published();
        if (!comparison.ours().exists()) {
          continue;
        }
        String told = told(report, comparison);
        if (figure.match() == Published.Match.EXACT && now != Verdict.MATCH) {
          problems.add(told + " must be exact");
        }
        Verdict earlier = before.get(key(report, figure));
        if (earlier != null && rank(now) < rank(earlier)) {
          problems.add(
              told + ": " + now.label() + ", where the committed verdict is " + earlier.label());
        }
      }
    }
    return problems;
  }

  private static String told(ExperimentReport report, Comparison comparison) {
    Published figure = comparison.published();
    return report.info().name()
        + ", "
        + figure.variant()
        + ": "
        + figure.metric()
        + (figure.epoch().isPresent() ? " after epoch " + figure.epoch().getAsInt() : "")
        + " is "
        + Numbers.show(comparison.ours(), figure.kind().unit())
        + ", published "
        + Numbers.published(figure.value(), figure.kind().unit()).text();
  }

  private static Map<List<String>, Verdict> read(Path file) throws BrokenFileException {
    List<String> columns = new ArrayList<>(KEY);
    columns.add("verdict");
    CsvTable table = CsvTable.read(file, columns);
    Map<List<String>, Verdict> verdicts = new HashMap<>();
    for (int row = 0; row < table.rows(); row++) {
      int at = row;
      String label = table.text(row, "verdict");
      Verdict verdict =
          Arrays.stream(Verdict.values())
              .filter(v -> v.label().equals(label))
              .findFirst()
              .orElseThrow(
                  () ->
                      new BrokenFileException(
                          file.getFileName()
                              + ", row "
                              + (at + 1)
                              + ": no verdict is \""
                              + label
                              + "\""));
      verdicts.put(KEY.stream().map(column -> table.text(at, column)).toList(), verdict);
    }
    return verdicts;
  }

  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case MATCH, BETTER -> 2;
      case INCONCLUSIVE -> 1;
      case WORSE, DIFFERS, NOT_YET_RUN, NOT_MEASURED -> 0;
    };
  }
}
