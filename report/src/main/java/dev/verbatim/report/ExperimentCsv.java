package dev.verbatim.report;

import dev.verbatim.report.Comparison.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers of a page, one a row, with ten digits. The epoch is its number, {@code last} or
 * {@code best}.
 */
final class ExperimentCsv {
  private static final List<String> HEADER =
      List.of(
          "variant",
          "metric",
          "epoch",
          "batch",
          "published",
          "ours",
          "deviation",
          "n",
          "difference",
          "verdict");

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
              epoch(figure),
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
        if (metric.isByEpoch()) {
          add(rows, group, metric, "last", group.last(metric));
        }
        add(rows, group, metric, metric.isByEpoch() ? "best" : "", group.best(metric));
      }
    }
    return rows;
  }

  private static void add(
      List<List<String>> rows, Group group, Metric metric, String epoch, Measured ours) {
    if (ours.exists()) {
      rows.add(
          List.of(
              group.label(),
              metric.label(),
              epoch,
              "",
              "",
              Numbers.derived(ours.mean()),
              deviation(ours),
              String.valueOf(ours.count()),
              "",
              ""));
    }
  }

  private static String epoch(Published figure) {
    if (figure.epoch().isPresent()) {
      return String.valueOf(figure.epoch().getAsInt());
    }
    return figure.kind().isByEpoch() ? "best" : "";
  }

  private static String deviation(Measured measured) {
    return measured.count() > 1 ? Numbers.derived(measured.deviation()) : "";
  }
}
