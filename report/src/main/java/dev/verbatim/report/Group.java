package dev.verbatim.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Finished runs with the same settings and different seeds.
 *
 * @param label the variant, and a number where it was run with several settings
 */
record Group(String variant, String label, List<Run> runs) {
  /** Folders of its runs. */
  List<String> folders() {
    return runs.stream().map(Run::folder).toList();
  }

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

  /** A figure of the evaluations on the same images as one of them. */
  Measured on(Evaluation images, ToDoubleFunction<Evaluation> figure) {
    return measured(run -> run.on(images).map(figure::applyAsDouble).orElse(Double.NaN));
  }

  /**
   * An evaluation for all images that some of the runs were evaluated on after training; validation
   * is not among them.
   */
  List<Evaluation> evaluatedOn() {
    List<Evaluation> all = new ArrayList<>();
    for (Run run : runs) {
      for (Evaluation one : run.evaluations()) {
        if (!one.on().equals(Evaluation.VALIDATION) && all.stream().noneMatch(one::isOnTheSame)) {
          all.add(one);
        }
      }
    }
    all.sort(Comparator.comparing(Evaluation::on).thenComparingLong(Evaluation::images));
    return all;
  }

  String epochs() {
    return runs.getFirst().epochsText();
  }
}
