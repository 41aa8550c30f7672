package dev.verbatim.spec;

import java.util.List;
import java.util.Optional;

/**
 * One item of {@code published:}: a figure that a report printed.
 *
 * @param match {@code exact}, {@code at_least}, or {@code within} with {@code within} as the
 *     distance
 * @param epoch of a curve, from 1; empty for the best of all
 * @param perBatch the batch that a figure counts, where it does not count one image
 */
public record PublishedSpec(
    String metric,
    double value,
    String match,
    double within,
    String variant,
    Optional<Integer> epoch,
    Optional<Integer> perBatch,
    String note) {
  /** What can be published. */
  static final List<String> METRICS =
      List.of(
          "parameters",
          "macs",
          "flops",
          "train_loss",
          "train_accuracy",
          "val_loss",
          "val_accuracy",
          "val_top5",
          "loading_seconds",
          "epoch_seconds");

  /** Those that have a value after each epoch. */
  private static final List<String> BY_EPOCH =
      List.of("train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_top5");

  /** Those that are so many times as large for so many images. */
  private static final List<String> BY_IMAGE = List.of("macs", "flops", "loading_seconds");

  static PublishedSpec read(Value value) {
    Section s = Section.of("published", value);
    var spec =
        new PublishedSpec(
            s.word("metric", "", METRICS),
            s.decimal("value", -Double.MAX_VALUE, Double.MAX_VALUE),
            s.word("match", "at_least", List.of("exact", "at_least", "within")),
            s.decimal("within", 0, 0, Double.MAX_VALUE),
            s.text("variant", "baseline"),
            s.has("epoch") ? Optional.of(s.integer("epoch", 1, 1_000_000)) : Optional.empty(),
            s.has("per_batch") ? Optional.of(s.integer("per_batch", 1, 1 << 20)) : Optional.empty(),
            s.text("note", ""));
    s.done();
    requireOneOf(s, "epoch", spec.metric, BY_EPOCH);
    requireOneOf(s, "per_batch", spec.metric, BY_IMAGE);
    if (spec.within > 0 && spec.match.equals("exact")) {
      throw new SpecException(
          s.require("within").place(), "within needs match: within or at_least, got match: exact");
    }
    return spec;
  }

  private static void requireOneOf(Section s, String key, String metric, List<String> metrics) {
    if (s.has(key) && !metrics.contains(metric)) {
      throw new SpecException(
          s.require(key).place(),
          key + " needs a metric of " + String.join(", ", metrics) + ", got " + metric);
    }
  }
}
