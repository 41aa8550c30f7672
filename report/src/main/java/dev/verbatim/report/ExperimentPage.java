package dev.verbatim.report;

import dev.verbatim.report.Metric.Unit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Markdown page of one experiment. */
final class ExperimentPage {
  private final ExperimentInfo info;
  private final Results results;
  private final List<Comparison> comparisons;

  ExperimentPage(ExperimentInfo info, Results results) {
    this.info = info;
    this.results = results;
    this.comparisons =
        info.published().stream().map(figure -> Comparison.of(figure, results)).toList();
  }

  List<Comparison> comparisons() {
    return comparisons;
  }

  String markdown() {
    var page = new StringBuilder("# ").append(MarkdownTable.escape(info.name())).append("\n");
    if (!info.source().isBlank()) {
      page.append("\nPublished figures: ").append(MarkdownTable.escape(info.source())).append("\n");
    }
    section(page, "Ours beside published", published());
    section(page, "Results", results());
    section(page, "Efficiency", efficiency());
    epochTables(page);
    section(page, "Runs", runs());
    list(page, "Unfinished", results.unfinished());
    list(page, "Left out", results.leftOut());
    return page.toString();
  }

  private static void section(StringBuilder page, String title, MarkdownTable table) {
    if (!table.isEmpty()) {
      page.append("\n## ").append(title).append("\n\n").append(table);
    }
  }

  private static void list(StringBuilder page, String title, List<String> items) {
    if (!items.isEmpty()) {
      page.append("\n## ").append(title).append("\n\n");
      items.forEach(item -> page.append("- ").append(MarkdownTable.escape(item)).append("\n"));
    }
  }

  /** The figures that are not of one epoch. */
  MarkdownTable published() {
    var table =
        new MarkdownTable(
            "metric", "variant", ">published", ">ours", ">n", ">difference", "verdict", "note");
    for (Comparison comparison : comparisons) {
      Published figure = comparison.published();
      if (figure.epoch().isEmpty()) {
        Unit unit = figure.kind().unit();
        table.row(
            title(figure),
            MarkdownTable.escape(figure.variant()),
            Numbers.published(figure.value(), unit),
            Numbers.show(comparison.ours(), unit),
            String.valueOf(comparison.ours().count()),
            difference(comparison, unit),
            comparison.verdict().label(),
            MarkdownTable.escape(figure.note()));
      }
    }
    return table;
  }

  private static String title(Published figure) {
    String batch =
        figure.perBatchOf().isPresent() ? ", batch of " + figure.perBatchOf().getAsInt() : "";
    String best = figure.kind().isByEpoch() ? ", best" : "";
    return figure.metric() + best + unit(figure.kind()) + batch;
  }

  private static String unit(Metric metric) {
    return metric.unit() == Unit.PERCENT ? " (%)" : "";
  }

  private static String difference(Comparison comparison, Unit unit) {
    return comparison.ours().exists()
        ? Numbers.difference(comparison.difference(), unit)
        : Numbers.NONE;
  }

  /** Accuracies and losses by variant. */
  MarkdownTable results() {
    var table =
        new MarkdownTable(
            "variant",
            ">epochs",
            ">n",
            ">val accuracy, last (%)",
            ">val accuracy, best (%)",
            ">val loss, last",
            ">train accuracy, last (%)",
            ">train loss, last");
    for (Group group : results.groups()) {
      table.row(
          MarkdownTable.escape(group.label()),
          group.epochs(),
          String.valueOf(group.runs().size()),
          last(group, Metric.VAL_ACCURACY),
          best(group, Metric.VAL_ACCURACY),
          last(group, Metric.VAL_LOSS),
          last(group, Metric.TRAIN_ACCURACY),
          last(group, Metric.TRAIN_LOSS));
    }
    return table;
  }

  private MarkdownTable efficiency() {
    var table =
        new MarkdownTable(
            "variant",
            ">parameters",
            ">MACs per image",
            ">FLOPs per image",
            ">loading, cold (s)",
            ">loading, cached (s)",
            ">training (s per epoch)",
            ">evaluation (s per epoch)",
            ">peak memory (MiB)");
    for (Group group : results.groups()) {
      table.row(
          MarkdownTable.escape(group.label()),
          best(group, Metric.PARAMETERS),
          best(group, Metric.MACS),
          best(group, Metric.FLOPS),
          best(group, Metric.LOADING_SECONDS),
          best(group, Metric.LOADING_CACHED_SECONDS),
          best(group, Metric.TRAIN_SECONDS),
          best(group, Metric.EVAL_SECONDS),
          Numbers.mebibytes(group.best(Metric.PEAK_MEMORY_BYTES)));
    }
    return table;
  }

  private static String last(Group group, Metric metric) {
    return Numbers.show(group.last(metric), metric.unit());
  }

  private static String best(Group group, Metric metric) {
    return Numbers.show(group.best(metric), metric.unit());
  }

  /** One table for each variant that has figures by epoch: an epoch a row, metrics as they come. */
  private void epochTables(StringBuilder page) {
    Map<String, MarkdownTable> tables = new TreeMap<>();
    for (Comparison comparison : comparisons) {
      Published figure = comparison.published();
      figure
          .epoch()
          .ifPresent(
              epoch -> {
                Unit unit = figure.kind().unit();
                tables
                    .computeIfAbsent(
                        figure.variant(),
                        variant ->
                            new MarkdownTable(
                                "epoch", "metric", ">published", ">ours", ">difference", "verdict"))
                    .row(
                        String.valueOf(epoch),
                        figure.metric() + unit(figure.kind()),
                        Numbers.published(figure.value(), unit),
                        Numbers.show(comparison.ours(), unit),
                        difference(comparison, unit),
                        comparison.verdict().label());
              });
    }
    tables.forEach(
        (variant, table) ->
            section(page, "Epoch by epoch, " + MarkdownTable.escape(variant), table));
  }

  private MarkdownTable runs() {
    var table =
        new MarkdownTable(
            "variant",
            ">seed",
            "id",
            ">epochs",
            ">val accuracy, last (%)",
            "weights (SHA-256, first 12)");
    for (Group group : results.groups()) {
      for (Run run : group.runs()) {
        String weights = run.last().weightsSha256();
        table.row(
            MarkdownTable.escape(group.label()),
            String.valueOf(run.seed()),
            run.id(),
            run.epochsText(),
            Numbers.show(run.last().valAccuracy(), Unit.PERCENT),
            MarkdownTable.escape(weights.substring(0, Math.min(12, weights.length()))));
      }
    }
    return table;
  }
}
