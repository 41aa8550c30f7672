package dev.verbatim.spec;

import java.util.List;
import java.util.Optional;

/** {@code train:}. */
public record TrainSpec(
    int epochs,
    int batchSize,
    List<Integer> seeds,
    String precision,
    boolean dropLast,
    String onDivergence,
    Optional<LossSpec> loss) {
  static TrainSpec read(Section s) {
    List<Integer> seeds = s.list("seeds", v -> Section.integer("seeds", v, 0, Integer.MAX_VALUE));
    if (seeds.stream().distinct().count() < seeds.size()) {
      throw new SpecException(s.require("seeds").place(), "seeds names one seed twice: " + seeds);
    }
    var spec =
        new TrainSpec(
            s.integer("epochs", 1, 1_000_000),
            s.integer("batch_size", 1, 1 << 20),
            seeds.isEmpty() ? List.of(1) : seeds,
            s.word("precision", "fp32", List.of("fp32", "bf16")),
            s.flag("drop_last", false),
            s.word("on_divergence", "stop", List.of("stop", "continue")),
            s.section("loss").map(LossSpec::read));
    s.done();
    return spec;
  }

  TrainSpec withSeeds(List<Integer> other) {
    return new TrainSpec(epochs, batchSize, other, precision, dropLast, onDivergence, loss);
  }
}
