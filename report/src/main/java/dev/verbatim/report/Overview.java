package dev.verbatim.report;

import static dev.verbatim.report.table.Column.measured;
import static dev.verbatim.report.table.Column.number;
import static dev.verbatim.report.table.Column.runs;
import static dev.verbatim.report.table.Column.text;

import dev.verbatim.report.draw.Drawing;
import dev.verbatim.report.draw.Series;
import dev.verbatim.report.draw.Series.Point;
import dev.verbatim.report.draw.XyChart;
import dev.verbatim.report.draw.XyChart.Kind;
import dev.verbatim.report.draw.XyChart.Values;
import dev.verbatim.report.table.Cell;
import dev.verbatim.report.table.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All experiments at a glance. */
final class Overview {
  private final List<ExperimentReport> experiments;

  /** Those with results come first. */
  Overview(List<ExperimentReport> experiments) {
    this.experiments =
        experiments.stream()
            .sorted(Comparator.comparing((ExperimentReport e) -> !e.results().hasRuns()))
            .toList();
  }

  /**
   * A row for each experiment.
   *
   * @param link where an experiment's name leads to
   */
  Table table(Function<ExperimentReport, String> link) {
    var table =
        new Table(
            "overview",
            "Experiments",
            text("experiment"),
            text("dataset"),
            text("architecture"),
            runs("runs"),
            number("epochs"),
            number("parameters"),
            number("MACs per image"),
            measured("val accuracy, best (%)"),
            number("published (%)"),
            text("beside published"),
            text("source"));
    for (ExperimentReport experiment : experiments) {
      Group baseline = experiment.baseline();
      List<Run> all = experiment.results().runs();
      table.row(
          all.stream().map(Run::folder).toList(),
          Cell.of(experiment.info().name()).linking(link.apply(experiment)),
          Cell.of(experiment.info().dataset()),
          Cell.of(experiment.info().architecture()),
          Cell.of(all.size()),
          baseline.runs().isEmpty() ? Cell.EMPTY : Cell.of(baseline.epochs()),
          best(baseline, Metric.PARAMETERS),
          best(baseline, Metric.MACS),
          best(baseline, Metric.VAL_ACCURACY),
          publishedAccuracy(experiment),
          verdicts(experiment),
          Cell.of(experiment.info().source()));
    }
    return table;
  }

  private static Cell best(Group group, Metric metric) {
    return Numbers.cell(group.best(metric), metric.unit());
  }

  /**
   * The validation accuracy that was published of the baseline: the highest that is of no single
   * epoch, or else that of the last epoch of which there is one.
   */
  private static Cell publishedAccuracy(ExperimentReport experiment) {
    return experiment.info().published().stream()
        .filter(f -> f.kind() == Metric.VAL_ACCURACY)
        .filter(f -> f.variant().equals(ExperimentInfo.BASELINE))
        .max(
            Comparator.comparingInt((Published f) -> f.epoch().orElse(Integer.MAX_VALUE))
                .thenComparingDouble(Published::value))
        .map(
            figure -> {
              Cell cell = Numbers.published(figure.value(), Metric.VAL_ACCURACY.unit());
              return figure.epoch().isEmpty()
                  ? cell
                  : Cell.of(cell.text() + " in epoch " + figure.epoch().getAsInt(), cell.exact());
            })
        .orElse(Cell.EMPTY);
  }

  private static Cell verdicts(ExperimentReport experiment) {
    String text =
        experiment.verdicts().entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey().label().replaceAll(":.*", ""))
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? Cell.EMPTY : Cell.of(text);
  }

  /** Accuracy against what it costs; none where no experiment was run. */
  Map<String, Drawing> figures() {
    Map<String, Drawing> figures = new LinkedHashMap<>();
    if (experiments.stream().anyMatch(e -> !e.baseline().runs().isEmpty())) {
      figures.put("accuracy-macs", scatter("MACs per image", Metric.MACS));
      figures.put("accuracy-parameters", scatter("parameters", Metric.PARAMETERS));
    }
    return figures;
  }

  private Drawing scatter(String xTitle, Metric cost) {
    Map<String, List<Point>> byDataset = new TreeMap<>();
    for (ExperimentReport experiment : experiments) {
      Measured accuracy = experiment.baseline().best(Metric.VAL_ACCURACY);
      if (accuracy.exists() && experiment.baseline().best(cost).mean() > 0) {
        byDataset
            .computeIfAbsent(experiment.info().dataset(), dataset -> new ArrayList<>())
            .add(
                new Point(
                    experiment.baseline().best(cost).mean(),
                    accuracy.mean(),
                    accuracy.mean(),
                    accuracy.mean(),
                    experiment.info().name()));
      }
    }
    List<Series> series = new ArrayList<>();
    byDataset.forEach(
        (dataset, points) ->
            series.add(
                new Series(
                    dataset.isEmpty() ? "unknown dataset" : dataset,
                    series.size(),
                    false,
                    true,
                    points)));
    return new XyChart(
            "Best validation accuracy against " + xTitle,
            xTitle,
            "accuracy (%)",
            Kind.LOGARITHMIC,
            Values.PERCENT,
            series)
        .draw()
        .from(
            experiments.stream()
                .flatMap(experiment -> experiment.baseline().runs().stream())
                .map(Run::folder)
                .toList());
  }
}
