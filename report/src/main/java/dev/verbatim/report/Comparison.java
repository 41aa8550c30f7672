package dev.verbatim.report;

import dev.verbatim.report.Metric.Better;
import dev.verbatim.report.statistics.StudentT;
import java.util.Arrays;
import java.util.List;

/**
 * A published figure with ours beside it, in the same unit: per batch where the published one is.
 *
 * @param runs finished ones of its variant
 * @param sources folders of those that have such a figure
 */
record Comparison(Published published, Measured ours, int runs, List<String> sources) {
  private static final int ENOUGH_SEEDS = 3;

  /** What is to be said of the two. */
  enum Verdict {
    MATCH("match"),
    BETTER("better"),
    WORSE("worse"),
    /** Not equal where neither way is better: the figure belongs to another network. */
    DIFFERS("differs"),
    NOT_YET_RUN("not yet run"),
    /** There are runs, but none that measured it, as loading without a cache. */
    NOT_MEASURED("not measured"),
    /** Nearer than seeds alone may move it. */
    INCONCLUSIVE("inconclusive: within seed noise");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }

    /**
     * The verdict with this label.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Verdict labelled(String label) {
      return Arrays.stream(values())
          .filter(verdict -> verdict.label.equals(label))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no verdict is \"" + label + "\""));
    }
  }

  static Comparison of(Published published, Results results) {
    List<Run> runs = results.of(published.variant());
    List<Run> measured = runs.stream().filter(r -> !Double.isNaN(value(r, published))).toList();
    return new Comparison(
        published,
        Measured.of(measured.stream().mapToDouble(run -> value(run, published)).toArray()),
        runs.size(),
        measured.stream().map(Run::folder).toList());
  }

  private static double value(Run run, Published published) {
    return published.epoch().isPresent()
        ? run.after(published.epoch().getAsInt(), published.kind())
        : perBatch(run, published);
  }

  private static double perBatch(Run run, Published published) {
    double value = run.best(published.kind());
    if (published.perBatchOf().isEmpty()) {
      return value;
    }
    double perImage =
        switch (published.kind()) {
          case LOADING_SECONDS, LOADING_CACHED_SECONDS -> value / run.loading().images();
          default -> value;
        };
    return perImage * published.perBatchOf().getAsInt();
  }

  double difference() {
    return ours.mean() - published.value();
  }

  Verdict verdict() {
    if (!ours.exists()) {
      boolean toCome = runs == 0 || published.kind().isByEpoch();
      return toCome ? Verdict.NOT_YET_RUN : Verdict.NOT_MEASURED;
    }
    double difference = difference();
    double allowed = published.match() == Published.Match.EXACT ? 0 : published.tolerance();
    // Decimal fractions are not exact in binary: 94.1 is within 0.1 of 94.
    if (Math.abs(difference) <= allowed + 1e-12 * Math.abs(published.value())) {
      return Verdict.MATCH;
    }
    Better better = published.kind().better();
    if (better == Better.NEITHER) {
      return Verdict.DIFFERS;
    }
    if (published.kind().isByEpoch() && Math.abs(difference) <= seedNoise()) {
      return Verdict.INCONCLUSIVE;
    }
    return difference > 0 == (better == Better.HIGHER) ? Verdict.BETTER : Verdict.WORSE;
  }

  /**
   * How far seeds alone may move our mean: so many standard errors that they hold the true mean of
   * a normal distribution 95 times in 100, by Student's t. With one or two seeds the deviation is
   * unknown or as good as unknown: then it is a percentage point, or a fiftieth of a loss, at
   * least.
   */
  private double seedNoise() {
    double unknown =
        published.kind().unit() == Metric.Unit.PERCENT ? 1 : Math.abs(published.value()) / 50;
    if (ours.count() == 1) {
      return unknown;
    }
    double measured = StudentT.halfInterval(ours.deviation(), ours.count());
    return ours.count() < ENOUGH_SEEDS ? Math.max(unknown, measured) : measured;
  }
}
