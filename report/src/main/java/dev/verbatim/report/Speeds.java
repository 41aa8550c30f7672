package dev.verbatim.report;

import dev.verbatim.report.draw.BarChart;
import dev.verbatim.report.draw.Drawing;
import dev.verbatim.report.draw.Series;
import dev.verbatim.report.draw.Series.Point;
import dev.verbatim.report.draw.XyChart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Images a second of whole steps: of each network, by what it did on how many threads. */
final class Speeds {
  /** Columns of what {@code make bench} measures; of its rows, those of steps. */
  static final List<String> OF_BENCHMARKS =
      List.of("benchmark", "shape", "batch", "threads", "images_per_second");

  /** Columns of what {@code verbatim bench --out} measures. */
  static final List<String> OF_STEPS =
      List.of("device", "experiment", "variant", "precision", "batch", "pass", "images_per_second");

  private static final String STEP = "Step.";

  /** By network, by name of a series, by batch: what was measured last. */
  private final Map<String, Map<String, SortedMap<Double, Double>>> speeds = new TreeMap<>();

  private Speeds() {}

  /** Those of a table, which may have none. */
  static Speeds read(CsvTable csv) throws BrokenFileException {
    var speeds = new Speeds();
    boolean benchmarks = csv.columns().containsAll(OF_BENCHMARKS);
    boolean steps = csv.columns().containsAll(OF_STEPS);
    for (int row = 0; row < csv.rows(); row++) {
      if (benchmarks && csv.text(row, "benchmark").startsWith(STEP)) {
        String threads = csv.text(row, "threads");
        speeds.add(
            csv,
            row,
            csv.text(row, "shape"),
            csv.text(row, "benchmark").substring(STEP.length())
                + (threads.equals("1") ? ", 1 thread" : ", " + threads + " threads"));
      } else if (steps) {
        String variant = csv.text(row, "variant");
        String precision = csv.text(row, "precision");
        speeds.add(
            csv,
            row,
            csv.text(row, "experiment")
                + (variant.equals(ExperimentInfo.BASELINE) ? "" : ", " + variant),
            csv.text(row, "pass")
                + ", "
                + csv.text(row, "device").replaceAll(", [0-9]+-bit vectors", "")
                + (precision.equals("fp32") ? "" : ", " + precision));
      }
    }
    return speeds;
  }

  private void add(CsvTable csv, int row, String network, String series)
      throws BrokenFileException {
    speeds
        .computeIfAbsent(network, n -> new LinkedHashMap<>())
        .computeIfAbsent(series, n -> new TreeMap<>())
        .put(positive(csv, row, "batch"), positive(csv, row, "images_per_second"));
  }

  private static double positive(CsvTable csv, int row, String column) throws BrokenFileException {
    double value = csv.number(row, column);
    if (!(value > 0 && Double.isFinite(value))) {
      throw new BrokenFileException(
          "row "
              + (row + 1)
              + ": "
              + column
              + " needs to be positive, got "
              + csv.text(row, column));
    }
    return value;
  }

  /** A chart for each network, by the network's name as a part of a file's. */
  Map<String, Drawing> charts() {
    Map<String, Drawing> charts = new LinkedHashMap<>();
    speeds.forEach(
        (network, series) -> {
          long batches =
              series.values().stream().flatMap(s -> s.keySet().stream()).distinct().count();
          charts.put(
              FileNames.of(network),
              batches > 1 ? byBatch(network, series) : bars(network, series));
        });
    return charts;
  }

  private static Drawing byBatch(String network, Map<String, SortedMap<Double, Double>> speeds) {
    List<Series> series = new ArrayList<>();
    speeds.forEach(
        (name, byBatch) -> {
          List<Point> points =
              byBatch.entrySet().stream().map(e -> Point.of(e.getKey(), e.getValue())).toList();
          series.add(new Series(name, series.size(), true, true, points));
        });
    return new XyChart(
            network + ": images per second by batch and threads",
            "images in a batch",
            "images per second",
            XyChart.Kind.LISTED,
            XyChart.Values.RATIOS,
            series)
        .draw();
  }

  private static Drawing bars(String network, Map<String, SortedMap<Double, Double>> speeds) {
    List<BarChart.Bar> bars = new ArrayList<>();
    speeds.forEach(
        (name, byBatch) -> {
          double speed = byBatch.values().iterator().next();
          String label = Numbers.show(speed, Metric.Unit.RATE);
          bars.add(new BarChart.Bar(name, speed, speed, speed, label));
        });
    double batch = speeds.values().iterator().next().firstKey();
    return new BarChart(
            network + ": images per second by threads",
            "images per second, " + Numbers.exact(batch) + " in a batch",
            bars)
        .draw();
  }
}
