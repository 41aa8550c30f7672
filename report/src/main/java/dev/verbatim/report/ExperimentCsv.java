package dev.verbatim.report;

import dev.verbatim.report.Comparison.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The numbers of a page, one a row, with ten digits. */
final class ExperimentCsv {
  private static final List<String> HEADER =
      List.of("variant", "metric", "epoch", "batch", "published", "ours", "deviation", "n", "difference", "verdict");

  private ExperimentCsv() {}

  /** What was published first, then every metric of every variant. */
  static List<List<String>> rows(ExperimentPage page, Results results) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADER);
    for (Comparison comparison : page.comparisons()) {
      Published figure = comparison.published();
      boolean run = comparison.verdict() != Verdict.NOT_YET_RUN;
      rows.add(
          List.of(
              figure.variant(),
              figure.metric(),
              figure.epoch().isPresent() ? String.valueOf(figure.epoch().getAsInt()) : "",
              figure.perBatchOf().isPresent() ? String.valueOf(figure.perBatchOf().getAsInt()) : "",
              Numbers.exact(figure.value()),
              run ? Numbers.derived(comparison.ours().mean()) : "",
              deviation(comparison.ours()),
              String.valueOf(comparison.ours().count()),
              run ? Numbers.derived(comparison.difference()) : "",
              comparison.verdict().label()));
    }
    for (Group group : results.groups()) {
      for (Metric metric : Metric.values()) {
        Measured ours = group.value(metric);
        if (ours.exists()) {
          rows.add(
              List.of(
                  group.label(), metric.label(), "", "", "", Numbers.derived(ours.mean()), deviation(ours),
                  String.valueOf(ours.count()), "", ""));
        }
      }
    }
    return rows;
  }

  private static String deviation(Measured measured) {
    return measured.count() > 1 ? Numbers.derived(measured.deviation()) : "";
  }
}
