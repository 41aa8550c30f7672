package dev.verbatim.report;

import dev.verbatim.report.Comparison.Verdict;
import dev.verbatim.report.Metric.Unit;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The page that lists all experiments. */
final class IndexPage {
  private final MarkdownTable table =
      new MarkdownTable(
          "experiment", ">finished runs", ">parameters", ">MACs per image", ">val accuracy, last (%)", ">val accuracy, best (%)",
          "beside published", "source");

  void add(ExperimentInfo info, Results results, List<Comparison> comparisons) {
    List<Run> baseline = results.of(ExperimentInfo.BASELINE);
    table.row(
        "[" + MarkdownTable.escape(info.name()) + "](" + URLEncoder.encode(info.name(), StandardCharsets.UTF_8).replace("+", "%20") + ".md)",
        String.valueOf(results.runs().size()),
        show(baseline, Metric.PARAMETERS),
        show(baseline, Metric.MACS),
        show(baseline, Metric.VAL_ACCURACY),
        show(baseline, Metric.BEST_VAL_ACCURACY),
        verdicts(comparisons),
        MarkdownTable.escape(info.source()));
  }

  private static String show(List<Run> runs, Metric metric) {
    Unit unit = metric.unit();
    return Numbers.show(Measured.of(runs.stream().mapToDouble(run -> run.value(metric)).toArray()), unit);
  }

  private static String verdicts(List<Comparison> comparisons) {
    StringBuilder text = new StringBuilder();
    for (Verdict verdict : Verdict.values()) {
      long count = comparisons.stream().filter(comparison -> comparison.verdict() == verdict).count();
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
