package dev.verbatim.report;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Finished runs with the same settings and different seeds.
 *
 * @param label the variant, and a number where it was run with several settings
 */
record Group(String variant, String label, List<Run> runs) {
  /** The runs of this group of which something is true; may be none. */
  Group thoseThat(Predicate<Run> are) {
    return new Group(variant, label, runs.stream().filter(are).toList());
  }

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

  /** A figure of the evaluation on some images, see {@link Evaluation#on}. */
  Measured on(String images, ToDoubleFunction<Evaluation> figure) {
    return measured(run -> run.on(images).map(figure::applyAsDouble).orElse(Double.NaN));
  }

  /** Images that some of the runs were evaluated on after training, sorted; not validation's. */
  List<String> evaluatedOn() {
    return runs.stream()
        .flatMap(run -> run.evaluations().stream())
        .map(Evaluation::on)
        .filter(images -> !images.equals(Evaluation.VALIDATION))
        .distinct()
        .sorted()
        .toList();
  }

  String epochs() {
    return runs.getFirst().epochsText();
  }
}
