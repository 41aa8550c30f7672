package dev.verbatim.report;

import dev.verbatim.report.Comparison.Verdict;
import dev.verbatim.report.draw.Drawing;
import dev.verbatim.report.table.Markdown;
import dev.verbatim.report.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that is said of one experiment.
 *
 * @param leftOut what could not be read or drawn, each with its reason
 */
record ExperimentReport(
    ExperimentInfo info,
    Results results,
    List<Comparison> comparisons,
    List<Table> tables,
    Map<String, Drawing> figures,
    List<String> leftOut) {

  static ExperimentReport of(ExperimentInfo info, Results results, ResultFolders folders) {
    List<Comparison> comparisons =
        info.published().stream().map(figure -> Comparison.of(figure, results)).toList();
    var figures = new ExperimentFigures(info, results, folders);
    Map<String, Drawing> drawings = figures.all();
    List<String> leftOut = new ArrayList<>(results.leftOut());
    leftOut.addAll(figures.problems());
    return new ExperimentReport(
        info,
        results,
        comparisons,
        new ExperimentTables(results, comparisons).all(),
        drawings,
        List.copyOf(leftOut));
  }

  /** The part of file names that stands for it. */
  String fileName() {
    return FileNames.of(info.name());
  }

  /** The group that stands for the experiment; empty where it was never run. */
  Group baseline() {
    return new Group(
        ExperimentInfo.BASELINE, ExperimentInfo.BASELINE, results.of(ExperimentInfo.BASELINE));
  }

  /** Of the runs that stand for its variants, sorted. */
  List<Long> seeds() {
    return results.groups().stream()
        .filter(group -> group.label().equals(group.variant()))
        .flatMap(group -> group.runs().stream())
        .map(Run::seed)
        .distinct()
        .sorted()
        .toList();
  }

  /** What is to be said of an experiment whose runs are none of its file's; else empty. */
  String notice() {
    return !results.groups().isEmpty() && baseline().runs().isEmpty()
        ? "No finished run has the settings that the baseline has in its file now: nothing of it"
            + " stands beside published figures."
        : "";
  }

  /** How many figures have which verdict. */
  Map<Verdict, Long> verdicts() {
    Map<Verdict, Long> counts = new TreeMap<>();
    comparisons.forEach(comparison -> counts.merge(comparison.verdict(), 1L, Long::sum));
    return counts;
  }

  String markdown(Commands commands) {
    var page = new StringBuilder("# ").append(Markdown.escape(info.name())).append("\n");
    if (!info.origin().isEmpty()) {
      page.append("\n").append(Markdown.escape(info.origin())).append("\n");
    }
    if (!notice().isEmpty()) {
      page.append("\n").append(notice()).append("\n");
    }
    for (Table table : tables) {
      page.append("\n## ").append(Markdown.escape(table.title())).append("\n\n");
      page.append(Markdown.of(table));
    }
    if (!figures.isEmpty()) {
      page.append("\n## Figures\n");
      figures.forEach(
          (id, drawing) ->
              page.append("\n![")
                  .append(Markdown.escape(drawing.title()))
                  .append("](figures/")
                  .append(fileName())
                  .append('-')
                  .append(id)
                  .append(".svg)\n")
                  .append(Markdown.from(drawing.sources())));
    }
    if (!results.groups().isEmpty()) {
      page.append("\n## Commands\n\nEach run again, and again with its bits compared. ")
          .append(Markdown.escape(Commands.WHERE_DATA_IS))
          .append("\n\n```sh\n");
      for (Run run : results.runs()) {
        page.append("# ").append(run.title()).append('\n');
        page.append(commands.reproduce(info, run)).append('\n');
        page.append(commands.verify(run)).append('\n');
      }
      page.append("```\n");
    }
    list(page, "Unfinished", results.unfinished());
    list(page, "Left out", leftOut);
    return page.toString();
  }

  private static void list(StringBuilder page, String title, List<String> items) {
    if (!items.isEmpty()) {
      page.append("\n## ").append(title).append("\n\n");
      items.forEach(item -> page.append("- ").append(Markdown.escape(item)).append("\n"));
    }
  }
}
