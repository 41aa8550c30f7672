package dev.verbatim.spec;

import java.util.List;

/** {@code optimizer:}; {@code sgd} so far. */
public record OptimizerSpec(
    String kind, double learningRate, double momentum, boolean nesterov, double weightDecay) {
  static OptimizerSpec read(Section s) {
    var spec =
        new OptimizerSpec(
            s.word("kind", "", List.of("sgd")),
            s.decimal("learning_rate", 1e-12, 1000),
            s.decimal("momentum", 0, 0, 0.9999),
            s.flag("nesterov", false),
            s.decimal("weight_decay", 0, 0, 1000));
    if (spec.nesterov && spec.momentum == 0) {
      throw new SpecException(s.place(), "nesterov needs a momentum above 0");
    }
    s.done();
    return spec;
  }
}
