package dev.verbatim.report;

import java.util.OptionalInt;

/**
 * One published figure.
 *
 * @param metric by the name it has in an experiment file, see {@link Metric}
 * @param value as published; accuracies in per cent
 * @param match what makes ours equal to it
 * @param tolerance how far ours may be off and still match; 0 where none is given
 * @param variant of the experiment it was published for, usually {@link ExperimentInfo#BASELINE}
 * @param epoch counting from 1, for a figure after that epoch; empty for the best of all epochs,
 *     and for what has no epoch
 * @param perBatchOf the number of images in a batch, where the figure is for a batch and ours for
 *     an image
 * @param note shown beside it; may be empty
 */
public record Published(
    String metric,
    double value,
    Match match,
    double tolerance,
    String variant,
    OptionalInt epoch,
    OptionalInt perBatchOf,
    String note) {
  /** When ours counts as equal to a published figure. */
  public enum Match {
    /** The very same number. */
    EXACT,
    /** As good or better, whichever way better is for the metric. */
    AT_LEAST,
    /** Off by the tolerance at most, in either direction. */
    WITHIN
  }

  /**
   * Checks the figure.
   *
   * @throws IllegalArgumentException if no metric has this name, the metric has no value by epoch
   *     and one is asked for, or the tolerance is negative
   */
  public Published {
    Metric found = Metric.named(metric);
    if (epoch.isPresent() && !found.isByEpoch()) {
      throw new IllegalArgumentException(
          metric + " has no value by epoch; those that do: " + Metric.namesByEpoch());
    }
    if (!(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "tolerance of " + metric + " must be 0 or more, got " + tolerance);
    }
  }

  Metric kind() {
    return Metric.named(metric);
  }
}
