package dev.verbatim.spec;

import java.util.List;
import java.util.Optional;

/** {@code schedule:} of the learning rate; defaults are PyTorch's. */
public sealed interface ScheduleSpec {
  /** The name in YAML. */
  String kind();

  /** What comes before it, if anything. */
  Optional<Warmup> warmup();

  /**
   * {@code warmup: {epochs: 5, start: 0.1}}, or {@code {steps: 500, start: 0.1}}.
   *
   * @param start share of the base rate at the first step
   */
  record Warmup(Optional<Integer> epochs, Optional<Integer> steps, double start) {}

  /** {@code constant}. */
  record Constant(String kind, Optional<Warmup> warmup) implements ScheduleSpec {}

  /** {@code {kind: step, every: 30, factor: 0.1}}: epochs between changes. */
  record Step(String kind, int every, double factor, Optional<Warmup> warmup)
      implements ScheduleSpec {}

  /** {@code {kind: multi_step, epochs: [30, 60], factor: 0.1}}: after these epochs. */
  record MultiStep(String kind, List<Integer> epochs, double factor, Optional<Warmup> warmup)
      implements ScheduleSpec {}

  /** {@code {kind: cosine, minimum: 0}}: the share of the base rate that is approached. */
  record Cosine(String kind, double minimum, Optional<Warmup> warmup) implements ScheduleSpec {}

  /** {@code {kind: one_cycle, rising: 0.3, initial_divisor: 25, final_divisor: 10000}}. */
  record OneCycle(
      String kind,
      double rising,
      double initialDivisor,
      double finalDivisor,
      Optional<Warmup> warmup)
      implements ScheduleSpec {}

  /** Without a section, it is this one. */
  ScheduleSpec CONSTANT = new Constant("constant", Optional.empty());

  /** Reads the section. */
  static ScheduleSpec read(Section s) {
    String kind =
        s.word(
            "kind", "constant", List.of("constant", "step", "multi_step", "cosine", "one_cycle"));
    Optional<Warmup> warmup = s.section("warmup").map(ScheduleSpec::warmup);
    ScheduleSpec spec =
        switch (kind) {
          case "step" -> new Step(kind, s.integer("every", 1, 1_000_000), factor(s), warmup);
          case "multi_step" -> new MultiStep(kind, epochs(s), factor(s), warmup);
          case "cosine" -> new Cosine(kind, s.decimal("minimum", 0, 0, 1), warmup);
          case "one_cycle" ->
              new OneCycle(
                  kind,
                  s.decimal("rising", 0.3, 0, 1),
                  s.decimal("initial_divisor", 25, 1, 1e9),
                  s.decimal("final_divisor", 1e4, 1, 1e12),
                  warmup);
          default -> new Constant(kind, warmup);
        };
    s.done();
    return spec;
  }

  private static double factor(Section s) {
    return s.decimal("factor", 0.1, 0, 1);
  }

  private static Warmup warmup(Section s) {
    var warmup =
        new Warmup(length(s, "epochs"), length(s, "steps"), s.decimal("start", 1.0 / 3, 0, 1));
    s.done();
    if (warmup.epochs.isPresent() == warmup.steps.isPresent()) {
      throw new SpecException(s.place(), "warmup needs either 'epochs' or 'steps'");
    }
    return warmup;
  }

  private static Optional<Integer> length(Section s, String key) {
    return s.value(key).map(v -> Section.integer(key, v, 1, 1_000_000_000));
  }

  private static List<Integer> epochs(Section s) {
    List<Integer> epochs = s.list("epochs", v -> Section.integer("epochs", v, 1, 1_000_000));
    for (int i = 1; i < epochs.size(); i++) {
      if (epochs.get(i) <= epochs.get(i - 1)) {
        throw new SpecException(
            s.require("epochs").place(), "epochs needs numbers that rise, got " + epochs);
      }
    }
    if (epochs.isEmpty()) {
      throw new SpecException(
          s.value("epochs").map(Value::place).orElse(s.place()),
          "a multi_step schedule needs 'epochs' with at least one epoch");
    }
    return epochs;
  }
}
