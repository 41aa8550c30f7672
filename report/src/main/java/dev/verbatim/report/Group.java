package dev.verbatim.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Finished runs with the same settings and different seeds.
 *
 * @param label the variant, and a number where it was run with several settings
 */
record Group(String variant, String label, List<Run> runs) {
  /** After the last epoch. */
  Measured last(Metric metric) {
    return measured(run -> run.last().value(metric));
  }

  /** The best of all epochs, or the only value. */
  Measured best(Metric metric) {
    return measured(run -> run.best(metric));
  }

  /** After an epoch, counted from 1. */
  Measured after(int epoch, Metric metric) {
    return measured(run -> run.epochs().get(epoch - 1).value(metric));
  }

  Measured measured(ToDoubleFunction<Run> figure) {
    return Measured.of(runs.stream().mapToDouble(figure).toArray());
  }

  String epochs() {
    return runs.getFirst().epochsText();
  }
}
