package dev.verbatim.report;

import static dev.verbatim.report.table.Column.number;
import static dev.verbatim.report.table.Column.text;

import dev.verbatim.report.Comparison.Verdict;
import dev.verbatim.report.Metric.Unit;
import dev.verbatim.report.table.Cell;
import dev.verbatim.report.table.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The verdict on every published figure, and what is to be said of them beside earlier ones. */
final class Verdicts {
  /** By what a figure is known again. */
  private static final List<String> KEY =
      List.of("experiment", "variant", "metric", "epoch", "published");

  private static final String COMMITTED = ", where the committed verdict is ";

  /**
   * What is to be said beside committed verdicts, for people to see.
   *
   * @param problems an {@code exact} figure that is not met, a verdict that is worse than the
   *     committed one, and a committed verdict whose runs or whose published figure are gone; what
   *     was never run says nothing
   * @param unchecked what was not compared because there is no committed verdict
   */
  record Findings(List<String> problems, List<String> unchecked) {}

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
        Published figure = comparison.published();
        List<Cell> cells = new ArrayList<>();
        List<String> key = key(report, figure);
        key.subList(0, key.size() - 1).forEach(part -> cells.add(Cell.of(part)));
        cells.add(Numbers.published(figure.value(), figure.kind().unit()));
        cells.add(Cell.of(figure.match().name().toLowerCase(Locale.ROOT)));
        cells.add(mean(comparison.ours(), figure.kind().unit()));
        cells.add(Cell.of(comparison.verdict().label()));
        table.row(comparison.sources(), cells);
      }
    }
    return table;
  }

  /** Rounded for people; ten digits in CSV. */
  private static Cell mean(Measured ours, Unit unit) {
    return ours.exists()
        ? Cell.of(Numbers.show(ours.mean(), unit), Numbers.derived(ours.mean()))
        : Cell.EMPTY;
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
   * Compares with the verdicts that were accepted.
   *
   * @param committed a table of an earlier report; may be missing
   */
  Findings compare(Path committed) {
    List<String> problems = new ArrayList<>();
    List<String> unchecked = new ArrayList<>();
    Map<List<String>, Verdict> before = new LinkedHashMap<>();
    boolean accepted = Files.exists(committed);
    if (accepted) {
      try {
        before.putAll(read(committed));
      } catch (BrokenFileException e) {
        problems.add("the committed verdicts: " + e.getMessage());
        accepted = false;
      }
    } else {
      unchecked.add(
          committed + " is missing: only exact figures are checked; 'report --accept' writes it");
    }
    Map<List<String>, Verdict> gone = new LinkedHashMap<>(before);
    for (ExperimentReport report : reports) {
      for (Comparison comparison : report.comparisons()) {
        List<String> key = key(report, comparison.published());
        gone.remove(key);
        Verdict earlier = before.get(key);
        if (earlier == null && accepted && isMeasured(comparison.verdict())) {
          unchecked.add(told(key, "") + ": not among the committed verdicts");
        }
        compare(comparison, key, earlier == null ? comparison.verdict() : earlier, problems);
      }
    }
    gone.forEach(
        (key, earlier) -> {
          if (isMeasured(earlier)) {
            problems.add(lost(key, "no experiment names it any more", earlier));
          }
        });
    return new Findings(problems, unchecked);
  }

  private static void compare(
      Comparison comparison, List<String> key, Verdict earlier, List<String> problems) {
    if (!comparison.ours().exists()) {
      if (isMeasured(earlier)) {
        problems.add(lost(key, "no run that has it is left", earlier));
      }
      return;
    }
    Published figure = comparison.published();
    Verdict now = comparison.verdict();
    String told = told(key, " is " + Numbers.show(comparison.ours(), figure.kind().unit()));
    if (figure.match() == Published.Match.EXACT && now != Verdict.MATCH) {
      problems.add(told + " must be exact");
    }
    if (rank(now) < rank(earlier)) {
      problems.add(told + ": " + now.label() + COMMITTED + earlier.label());
    }
  }

  private static boolean isMeasured(Verdict verdict) {
    return verdict != Verdict.NOT_YET_RUN && verdict != Verdict.NOT_MEASURED;
  }

  private static String lost(List<String> key, String how, Verdict earlier) {
    return told(key, "") + ": " + how + COMMITTED + earlier.label();
  }

  /** A figure by its {@link #KEY}, for people. */
  private static String told(List<String> key, String is) {
    Unit unit = Metric.named(key.get(2)).unit();
    return key.get(0)
        + ", "
        + key.get(1)
        + ": "
        + key.get(2)
        + (key.get(3).isEmpty() ? "" : " after epoch " + key.get(3))
        + is
        + ", published "
        + Numbers.published(Double.parseDouble(key.get(4)), unit).text();
  }

  private static Map<List<String>, Verdict> read(Path file) throws BrokenFileException {
    List<String> columns = new ArrayList<>(KEY);
    columns.add("verdict");
    CsvTable table = CsvTable.read(file, columns);
    Map<List<String>, Verdict> verdicts = new LinkedHashMap<>();
    for (int row = 0; row < table.rows(); row++) {
      int at = row;
      try {
        Metric metric = Metric.named(table.text(row, "metric"));
        Numbers.published(table.number(row, "published"), metric.unit());
        verdicts.put(
            KEY.stream().map(column -> table.text(at, column)).toList(),
            Verdict.labelled(table.text(row, "verdict")));
      } catch (IllegalArgumentException e) {
        throw new BrokenFileException(
            file.getFileName() + ", row " + (row + 1) + ": " + e.getMessage());
      }
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
