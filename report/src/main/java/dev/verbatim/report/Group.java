package dev.verbatim.report;

import java.util.List;

/**
 * Finished runs with the same settings and different seeds.
 *
 * @param label the variant, and a number where it was run with several settings
 */
record Group(String variant, String label, List<Run> runs) {
  /** After the last epoch. */
  Measured last(Metric metric) {
    return Measured.of(runs.stream().mapToDouble(run -> run.last().value(metric)).toArray());
  }

  /** The best of all epochs, or the only value. */
  Measured best(Metric metric) {
    return Measured.of(runs.stream().mapToDouble(run -> run.best(metric)).toArray());
  }

  String epochs() {
    return runs.getFirst().epochsText();
  }
}
