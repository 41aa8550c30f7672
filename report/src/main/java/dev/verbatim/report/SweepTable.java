package dev.verbatim.report;

import dev.verbatim.report.Metric.Unit;
import dev.verbatim.report.statistics.PairedDifference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * The variants of a sweep side by side: a metric over the seeds, and how far each variant is from
 * the one that it is compared with, seed by seed.
 *
 * @param leftOut runs that could not be read, each with its reason
 */
public record SweepTable(Metric metric, List<Row> rows, List<String> leftOut) {
  /**
   * What a row is made from.
   *
   * @param reference the variant that it is compared with
   * @param runs folders of finished runs, of which some may be other variants' too
   */
  public record Variant(String name, Optional<String> reference, List<Path> runs) {}

  /**
   * One variant.
   *
   * @param diverged runs that are left out of the metric, because they diverged
   * @param difference to the reference, where it has one
   * @param parameters of its first run; empty without runs, like what follows
   * @param macs for one image
   * @param seconds a run's training and evaluation, on average
   */
  public record Row(
      String variant,
      Optional<String> reference,
      Measured value,
      int diverged,
      Optional<PairedDifference> difference,
      OptionalDouble parameters,
      OptionalDouble macs,
      OptionalDouble seconds) {}

  /**
   * Reads the runs; a metric that has a value by epoch is that of the last.
   *
   * @param metric by the name it has in an experiment file
   */
  public static SweepTable of(List<Variant> variants, String metric) {
    Metric measured = Metric.named(metric);
    List<String> leftOut = new ArrayList<>();
    Map<String, List<Run>> runs = new HashMap<>();
    Map<String, Map<Long, Double>> values = new HashMap<>();
    for (Variant variant : variants) {
      List<Run> own = read(variant, leftOut);
      runs.put(variant.name(), own);
      Map<Long, Double> bySeed = new HashMap<>();
      own.forEach(run -> bySeed.put(run.seed(), value(run, measured)));
      values.put(variant.name(), bySeed);
    }
    List<Row> rows = new ArrayList<>();
    for (Variant variant : variants) {
      List<Run> own = runs.getOrDefault(variant.name(), List.of());
      Map<Long, Double> bySeed = values.getOrDefault(variant.name(), Map.of());
      rows.add(
          new Row(
              variant.name(),
              variant.reference(),
              Measured.of(own.stream().mapToDouble(run -> value(run, measured)).toArray()),
              (int) own.stream().filter(run -> run.divergedIn() > 0).count(),
              variant
                  .reference()
                  .map(r -> PairedDifference.of(bySeed, values.getOrDefault(r, Map.of()))),
              first(own, run -> run.cost().parameters()),
              first(own, run -> run.cost().macs()),
              own.stream()
                  .mapToDouble(run -> run.epochs().size() * run.best(Metric.EPOCH_SECONDS))
                  .filter(seconds -> !Double.isNaN(seconds))
                  .average()));
    }
    return new SweepTable(measured, List.copyOf(rows), List.copyOf(leftOut));
  }

  private static OptionalDouble first(List<Run> runs, ToDoubleFunction<Run> value) {
    return runs.stream().mapToDouble(value).findFirst();
  }

  private static List<Run> read(Variant variant, List<String> leftOut) {
    List<Run> runs = new ArrayList<>();
    for (Path folder : variant.runs()) {
      try {
        runs.add(new RunReader(folder, folder.toString(), 0).read(variant.name()));
      } catch (BrokenFileException e) {
        leftOut.add(folder + ": " + e.getMessage());
      }
    }
    return runs;
  }

  /** A run that diverged has no result to average. */
  private static double value(Run run, Metric metric) {
    if (run.divergedIn() > 0 && metric.isByEpoch()) {
      return Double.NaN;
    }
    return metric.isByEpoch() ? run.last().value(metric) : run.best(metric);
  }

  /** Titles of {@link #cells}. */
  public List<String> header() {
    return List.of(
        "variant",
        "n",
        metric.label() + (metric.unit() == Unit.PERCENT ? " (%)" : ""),
        "sd",
        "difference",
        "95 % interval (t)",
        "p",
        "least p",
        "parameters",
        "MACs",
        "seconds");
  }

  /** The rows for people. */
  public List<List<String>> cells() {
    return rows.stream().map(this::cells).toList();
  }

  private List<String> cells(Row row) {
    Measured value = row.value();
    Unit unit = metric.unit();
    var difference = row.difference().filter(d -> d.pairs() > 0);
    return List.of(
        row.variant(),
        value.count() + (row.diverged() > 0 ? " (" + row.diverged() + " diverged)" : ""),
        value.exists() ? Numbers.show(value.mean(), unit) : "",
        value.count() > 1 ? Numbers.show(value.deviation(), unit) : "",
        difference.map(d -> Numbers.difference(d.mean(), unit)).orElse(""),
        difference
            .filter(d -> d.pairs() > 1)
            .map(
                d ->
                    Numbers.difference(d.interval().low(), unit)
                        + " to "
                        + Numbers.difference(d.interval().high(), unit))
            .orElse(""),
        difference.map(d -> probability(d.p())).orElse(""),
        difference.map(d -> probability(d.smallestP())).orElse(""),
        whole(row.parameters()),
        whole(row.macs()),
        row.seconds().isPresent()
            ? String.format(Locale.ROOT, "%.1f", row.seconds().getAsDouble())
            : "");
  }

  private static String whole(OptionalDouble count) {
    return count.isPresent() ? Numbers.show(count.getAsDouble(), Unit.COUNT) : "";
  }

  private static String probability(double p) {
    if (Double.isNaN(p)) {
      return "";
    }
    return String.format(Locale.ROOT, p < 0.001 ? "%.1e" : "%.3f", p);
  }

  /** What stands below the table; empty where nothing is compared. */
  public String legend() {
    List<String> references =
        rows.stream()
            .filter(row -> row.difference().map(d -> d.pairs() > 0).orElse(false))
            .flatMap(row -> row.reference().stream())
            .distinct()
            .toList();
    return references.isEmpty()
        ? ""
        : "difference: to "
            + (references.size() > 1 ? "that of the same cell" : references.getFirst())
            + ", seed by seed; interval: of its mean, by Student's t; p: exact sign-flip test;\n"
            + "least p: 2/2^n, below which n pairs cannot come";
  }

  /** The rows as CSV, the header first, with ten digits. */
  public List<List<String>> csv() {
    List<List<String>> csv = new ArrayList<>();
    csv.add(
        List.of(
            "variant",
            "reference",
            "metric",
            "n",
            "diverged",
            "mean",
            "deviation",
            "pairs",
            "difference",
            "interval_low",
            "interval_high",
            "p",
            "smallest_p",
            "parameters",
            "macs",
            "seconds"));
    for (Row row : rows) {
      var d = row.difference();
      csv.add(
          List.of(
              row.variant(),
              row.reference().orElse(""),
              metric.label(),
              String.valueOf(row.value().count()),
              String.valueOf(row.diverged()),
              number(row.value().mean()),
              row.value().count() > 1 ? number(row.value().deviation()) : "",
              d.map(x -> String.valueOf(x.pairs())).orElse(""),
              d.map(x -> number(x.mean())).orElse(""),
              d.map(x -> number(x.interval().low())).orElse(""),
              d.map(x -> number(x.interval().high())).orElse(""),
              d.map(x -> number(x.p())).orElse(""),
              d.map(x -> number(x.smallestP())).orElse(""),
              number(row.parameters().orElse(Double.NaN)),
              number(row.macs().orElse(Double.NaN)),
              number(row.seconds().orElse(Double.NaN))));
    }
    return csv;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Numbers.derived(value);
  }
}
