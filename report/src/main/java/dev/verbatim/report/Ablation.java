package dev.verbatim.report;

import dev.verbatim.report.Metric.Unit;
import dev.verbatim.report.statistics.PairedDifference;
import dev.verbatim.report.table.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A variant against the baseline, seed by seed, in best validation accuracy. A run that diverged
 * has none, and counts as what it is.
 *
 * @param seeds that the variant was run with
 * @param diverged how many of them diverged
 * @param runs folders of all runs that the figures come from
 */
record Ablation(
    String variant, PairedDifference difference, int seeds, int diverged, List<String> runs) {
  /** One for each variant that diverged, or of which there is a run with a baseline's seed. */
  static List<Ablation> all(Results results) {
    List<Run> baseline = results.of(ExperimentInfo.BASELINE);
    List<Ablation> all = new ArrayList<>();
    for (Group group : results.groups()) {
      boolean standsForVariant = group.label().equals(group.variant());
      if (!standsForVariant || group.variant().equals(ExperimentInfo.BASELINE)) {
        continue;
      }
      List<Run> runs = results.likeThoseOf(group);
      var difference = PairedDifference.of(bySeed(runs), bySeed(baseline));
      int diverged = (int) runs.stream().filter(run -> run.divergedIn() > 0).count();
      if (difference.pairs() + diverged > 0) {
        all.add(
            new Ablation(
                group.variant(),
                difference,
                runs.size(),
                diverged,
                Stream.concat(
                        runs.stream().filter(run -> run.divergedIn() > 0 || has(baseline, run)),
                        baseline.stream().filter(run -> has(runs, run)))
                    .map(Run::folder)
                    .toList()));
      }
    }
    return all;
  }

  private static boolean has(List<Run> runs, Run seedOf) {
    return runs.stream().anyMatch(run -> run.seed() == seedOf.seed());
  }

  private static Map<Long, Double> bySeed(List<Run> runs) {
    Map<Long, Double> values = new TreeMap<>();
    runs.stream()
        .filter(run -> run.divergedIn() == 0)
        .forEach(run -> values.put(run.seed(), run.best(Metric.VAL_ACCURACY)));
    return values;
  }

  /** How many seeds diverged; empty where none did. */
  Cell divergence() {
    return diverged == 0
        ? Cell.EMPTY
        : Cell.of(diverged + " of " + seeds, String.valueOf(diverged));
  }

  Cell mean() {
    return difference.pairs() == 0
        ? Cell.EMPTY
        : Cell.of(text(), Numbers.derived(difference.mean()));
  }

  /** The mean with its sign and the decimals that half the interval deserves. */
  String text() {
    if (difference.pairs() == 0) {
      return "diverged";
    }
    return Numbers.signed(difference.mean(), rounded(difference.mean()));
  }

  /** An end of the interval. */
  Cell end(double value) {
    return Double.isNaN(value)
        ? Cell.EMPTY
        : Cell.of(Numbers.signed(value, rounded(value)), Numbers.derived(value));
  }

  private String rounded(double value) {
    double half = (difference.interval().high() - difference.interval().low()) / 2;
    return half > 0 ? Numbers.rounded(value, half) : Numbers.show(value, Unit.PERCENT);
  }
}
