package dev.verbatim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What was published of a metric epoch by epoch.
 *
 * @param points value by epoch
 */
record PublishedCurve(String name, String variant, Metric metric, TreeMap<Integer, Double> points) {
  /** The curves of a variant; where an epoch has two figures of a metric, there are two curves. */
  static List<PublishedCurve> all(ExperimentInfo info, String variant, Metric... metrics) {
    List<PublishedCurve> all = new ArrayList<>();
    for (Metric metric : metrics) {
      List<PublishedCurve> curves = new ArrayList<>();
      for (Published figure : info.published()) {
        if (figure.kind() == metric
            && figure.variant().equals(variant)
            && figure.epoch().isPresent()) {
          int epoch = figure.epoch().getAsInt();
          curves.stream()
              .filter(curve -> !curve.points().containsKey(epoch))
              .findFirst()
              .orElseGet(() -> begin(curves, figure))
              .points()
              .put(epoch, figure.value());
        }
      }
      all.addAll(curves);
    }
    return all;
  }

  /** A curve after the first one of its metric is called by the note of its first figure. */
  private static PublishedCurve begin(List<PublishedCurve> curves, Published figure) {
    boolean training = figure.kind() == Metric.TRAIN_LOSS || figure.kind() == Metric.TRAIN_ACCURACY;
    String which =
        curves.isEmpty() ? "" : ", " + (figure.note().isEmpty() ? "again" : figure.note());
    var curve =
        new PublishedCurve(
            (training ? "published training" : "published validation") + which,
            figure.variant(),
            figure.kind(),
            new TreeMap<>());
    curves.add(curve);
    return curve;
  }
}
