package dev.verbatim.spec;

import java.util.List;

/**
 * {@code compare:}: what the variants of a sweep are compared with.
 *
 * @param to a variant, in the same cell of the grid; or one point of the grid, for all
 * @param metric after the last epoch
 * @param pairedBy {@code seed}: runs with one seed are a pair
 */
public record CompareSpec(String to, String metric, String pairedBy) {
  /** What holds without {@code compare:}. */
  static CompareSpec usual(String baseline) {
    return new CompareSpec(baseline, "val_accuracy", "seed");
  }

  static CompareSpec read(Section s, String baseline) {
    var spec =
        new CompareSpec(
            s.text("to", baseline),
            s.word("metric", "val_accuracy", PublishedSpec.METRICS),
            s.word("paired_by", "seed", List.of("seed")));
    s.done();
    return spec;
  }
}
