package dev.verbatim.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.verbatim.report.draw.Deflate;
import dev.verbatim.report.draw.Series;
import dev.verbatim.report.table.Cell;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What the page holds of an experiment besides its tables: curves of groups and of single runs. The
 * field names are those that the page's script reads.
 */
final class PageData {
  private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();
  private static final int SHOWN_AT_FIRST = 6;
  private static final int DOTS = 2;

  /** Colour and dashes by number; dots in place of a line for what was published. */
  private record Style(int ink, int dash, boolean points) {}

  /** A line; {@code x} only where it does not count epochs from 1, {@code sd} only over seeds. */
  private record Line(
      String name, List<Integer> x, PackedNumbers y, PackedNumbers sd, Style style, boolean off) {}

  private record Chart(String title, String unit, List<Line> series) {}

  /** A run; a figure is its name, its text and its exact value. */
  private record RunData(
      String folder,
      String label,
      String config,
      List<List<String>> figures,
      Map<String, PackedNumbers> metrics) {}

  private record Experiment(String html, List<Chart> charts, List<RunData> runs) {}

  /** A run as the page lists it before it is looked at. */
  private record Listed(String folder, String label) {}

  private record ListedExperiment(String experiment, List<Listed> runs) {}

  private PageData() {}

  /** One experiment, compressed, as text. */
  static String of(ExperimentReport report, String html) {
    var data = new Experiment(html, charts(report), runs(report));
    byte[] json = JSON.toJson(data).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(Deflate.zlib(json));
  }

  /** The names of all runs, as JSON that may stand in a script element. */
  static String index(List<ExperimentReport> reports) {
    List<ListedExperiment> all = new ArrayList<>();
    for (ExperimentReport report : reports) {
      List<Listed> runs =
          listed(report).entrySet().stream()
              .map(e -> new Listed(e.getKey().folder(), e.getValue()))
              .toList();
      if (!runs.isEmpty()) {
        all.add(new ListedExperiment(report.info().name(), runs));
      }
    }
    return JSON.toJson(all).replace("<", "\\u003c");
  }

  /** The runs with the names that people choose them by. */
  private static Map<Run, String> listed(ExperimentReport report) {
    Map<Run, String> labels = new LinkedHashMap<>();
    for (Group group : report.results().groups()) {
      group.runs().forEach(run -> labels.put(run, label(group.label(), run)));
    }
    report
        .results()
        .running()
        .forEach(run -> labels.put(run, label(run.variant(), run) + ", unfinished"));
    return labels;
  }

  private static String label(String variant, Run run) {
    return variant + ", seed " + run.seed() + " (" + run.id() + ")";
  }

  private static List<Chart> charts(ExperimentReport report) {
    return List.of(
        chart(report, "Accuracy", "accuracy (%)", Metric.TRAIN_ACCURACY, Metric.VAL_ACCURACY),
        chart(report, "Loss", "loss per image", Metric.TRAIN_LOSS, Metric.VAL_LOSS));
  }

  private static Chart chart(
      ExperimentReport report, String title, String unit, Metric train, Metric validation) {
    List<Line> lines = new ArrayList<>();
    List<Group> groups = new ArrayList<>(report.results().drawn());
    int finished = groups.size();
    for (Run run : report.results().running()) {
      String label = run.variant() + ", seed " + run.seed() + ", unfinished";
      groups.add(new Group(run.variant(), label, List.of(run)));
    }
    boolean one = groups.size() == 1;
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      String of = one ? "" : ", " + group.label();
      boolean first = i == 0;
      boolean shown = i < SHOWN_AT_FIRST || i >= finished;
      var dotted = new Style(i, one ? 0 : DOTS, false);
      lines.add(line(group, train, "training" + of, dotted, !first));
      var own = new Style(one ? 1 : i, one ? 1 : Series.dashing(i), false);
      lines.add(line(group, validation, "validation" + of, own, !shown));
    }
    for (PublishedCurve curve :
        PublishedCurve.all(report.info(), ExperimentInfo.BASELINE, train, validation)) {
      double[] values = curve.points().values().stream().mapToDouble(v -> v).toArray();
      lines.add(
          new Line(
              curve.name(),
              List.copyOf(curve.points().keySet()),
              PackedNumbers.of(values, curve.metric()),
              PackedNumbers.of(new double[0], 0),
              new Style(lines.size(), 0, true),
              false));
    }
    return new Chart(title + report.results().drawnOf(), unit, lines);
  }

  private static Line line(Group group, Metric metric, String name, Style style, boolean off) {
    int epochs = group.runs().getFirst().epochs().size();
    Measured[] measured =
        IntStream.rangeClosed(1, epochs)
            .mapToObj(epoch -> group.after(epoch, metric))
            .toArray(Measured[]::new);
    double[] means = new double[epochs];
    double[] deviations = new double[group.runs().size() > 1 ? epochs : 0];
    for (int i = 0; i < epochs; i++) {
      means[i] = measured[i].mean();
      if (deviations.length > 0) {
        deviations[i] = measured[i].deviation();
      }
    }
    return new Line(
        name,
        List.of(),
        PackedNumbers.of(means, metric),
        PackedNumbers.of(deviations, metric),
        style,
        off);
  }

  private static List<RunData> runs(ExperimentReport report) {
    List<RunData> runs = new ArrayList<>();
    listed(report)
        .forEach(
            (run, label) -> {
              Map<String, PackedNumbers> metrics = new LinkedHashMap<>();
              for (Metric metric : Metric.values()) {
                if (metric.isByEpoch()) {
                  double[] values =
                      run.epochs().stream().mapToDouble(epoch -> epoch.value(metric)).toArray();
                  metrics.put(metric.label(), PackedNumbers.of(values, metric));
                }
              }
              runs.add(new RunData(run.folder(), label, run.config(), figures(run), metrics));
            });
    return runs;
  }

  private static List<List<String>> figures(Run run) {
    List<List<String>> figures = new ArrayList<>();
    figures.add(List.of("epochs", run.epochsText(), String.valueOf(run.epochs().size())));
    for (Metric metric : Metric.values()) {
      Cell best = Numbers.cell(run.best(metric), metric.unit());
      if (metric.isByEpoch()) {
        Cell last = Numbers.cell(run.last().value(metric), metric.unit());
        figures.add(List.of(metric.label() + ", last", last.text(), last.exact()));
        figures.add(List.of(metric.label() + ", best", best.text(), best.exact()));
      } else {
        figures.add(List.of(metric.label(), best.text(), best.exact()));
      }
    }
    figures.add(List.of("weights (SHA-256, first 12)", run.shortWeights(), ""));
    return figures;
  }
}
