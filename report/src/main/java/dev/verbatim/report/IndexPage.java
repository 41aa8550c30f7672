package dev.verbatim.report;

import dev.verbatim.report.Comparison.Verdict;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The page that lists all experiments. */
final class IndexPage {
  private final MarkdownTable table =
      new MarkdownTable(
          "experiment",
          ">finished runs",
          ">parameters",
          ">MACs per image",
          ">val accuracy, last (%)",
          ">val accuracy, best (%)",
          "beside published",
          "source");

  void add(ExperimentInfo info, Results results, List<Comparison> comparisons) {
    var baseline =
        new Group(
            ExperimentInfo.BASELINE, ExperimentInfo.BASELINE, results.of(ExperimentInfo.BASELINE));
    table.row(
        "["
            + MarkdownTable.escape(info.name())
            + "]("
            + URLEncoder.encode(info.name(), StandardCharsets.UTF_8).replace("+", "%20")
            + ".md)",
        String.valueOf(results.runs().size()),
        show(baseline.best(Metric.PARAMETERS), Metric.PARAMETERS),
        show(baseline.best(Metric.MACS), Metric.MACS),
        show(baseline.last(Metric.VAL_ACCURACY), Metric.VAL_ACCURACY),
        show(baseline.best(Metric.VAL_ACCURACY), Metric.VAL_ACCURACY),
        verdicts(comparisons),
        MarkdownTable.escape(info.source()));
  }

  private static String show(Measured measured, Metric metric) {
    return Numbers.show(measured, metric.unit());
  }

  private static String verdicts(List<Comparison> comparisons) {
    StringBuilder text = new StringBuilder();
    for (Verdict verdict : Verdict.values()) {
      long count =
          comparisons.stream().filter(comparison -> comparison.verdict() == verdict).count();
      if (count > 0) {
        text.append(text.isEmpty() ? "" : ", ").append(count).append(" ").append(verdict.label());
      }
    }
    return text.isEmpty() ? Numbers.NONE : text.toString();
  }

  String markdown() {
    return "# Results\n\n" + (table.isEmpty() ? "No experiment yet.\n" : table.toString());
  }
}
