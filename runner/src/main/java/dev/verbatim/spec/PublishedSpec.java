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
    return spec;
  }
}
