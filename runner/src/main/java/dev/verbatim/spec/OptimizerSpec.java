package dev.verbatim.spec;

import java.util.List;
import java.util.Optional;

/** {@code optimizer:}. Defaults are PyTorch's. */
public sealed interface OptimizerSpec {
  /** The name in YAML. */
  String kind();

  /** The base that the schedule multiplies. */
  double learningRate();

  /** Factor of a weight in its gradient; of the weight itself for {@code adamw}. */
  double weightDecay();

  /** What is done to gradients first. */
  Gradients gradients();

  /**
   * Keys of any optimizer that are written only where they are given.
   *
   * @param decayBiasAndNorm whether parameters of one dimension decay too; true if not given
   * @param clipNorm largest norm of all gradients together
   * @param clipValue largest size of an element
   */
  record Gradients(
      Optional<Boolean> decayBiasAndNorm, Optional<Double> clipNorm, Optional<Double> clipValue)
      implements Canonical.Inlined {
    private static Gradients read(Section s) {
      return new Gradients(
          s.has("decay_bias_and_norm")
              ? Optional.of(s.flag("decay_bias_and_norm", true))
              : Optional.empty(),
          s.has("clip_norm") ? Optional.of(s.decimal("clip_norm", 1e-9, 1e9)) : Optional.empty(),
          s.has("clip_value") ? Optional.of(s.decimal("clip_value", 1e-9, 1e9)) : Optional.empty());
    }
  }

  /** Stochastic gradient descent. */
  record Sgd(
      String kind,
      double learningRate,
      double momentum,
      boolean nesterov,
      double weightDecay,
      Gradients gradients)
      implements OptimizerSpec {}

  /** {@code adam} and {@code adamw}. */
  record Adam(
      String kind,
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      Gradients gradients)
      implements OptimizerSpec {}

  /** {@code rmsprop}. */
  record RmsProp(
      String kind,
      double learningRate,
      double alpha,
      double epsilon,
      double momentum,
      double weightDecay,
      Gradients gradients)
      implements OptimizerSpec {}

  /** Reads the section. */
  static OptimizerSpec read(Section s) {
    String kind = s.word("kind", "", List.of("sgd", "adam", "adamw", "rmsprop"));
    double rate = s.decimal("learning_rate", 1e-12, 1000);
    OptimizerSpec spec =
        switch (kind) {
          case "sgd" -> sgd(s, rate);
          case "rmsprop" ->
              new RmsProp(
                  kind,
                  rate,
                  s.decimal("alpha", 0.99, 0, 0.999999),
                  s.decimal("epsilon", 1e-8, 1e-30, 1),
                  s.decimal("momentum", 0, 0, 0.9999),
                  decay(s, 0),
                  Gradients.read(s));
          default ->
              new Adam(
                  kind,
                  rate,
                  s.decimal("beta1", 0.9, 0, 0.999999),
                  s.decimal("beta2", 0.999, 0, 0.99999999),
                  s.decimal("epsilon", 1e-8, 1e-30, 1),
                  decay(s, kind.equals("adamw") ? 0.01 : 0),
                  Gradients.read(s));
        };
    s.done();
    return spec;
  }

  private static Sgd sgd(Section s, double rate) {
    var spec =
        new Sgd(
            "sgd",
            rate,
            s.decimal("momentum", 0, 0, 0.9999),
            s.flag("nesterov", false),
            decay(s, 0),
            Gradients.read(s));
    if (spec.nesterov && spec.momentum == 0) {
      throw new SpecException(s.place(), "nesterov needs a momentum above 0");
    }
    return spec;
  }

  private static double decay(Section s, double usual) {
    return s.decimal("weight_decay", usual, 0, 1000);
  }
}
