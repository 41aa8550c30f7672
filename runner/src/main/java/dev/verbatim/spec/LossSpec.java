package dev.verbatim.spec;

import java.util.List;

/** {@code train.loss:}. Without it, it is cross-entropy without label smoothing. */
public sealed interface LossSpec {
  /** {@code {kind: cross_entropy, label_smoothing: 0.1}}. */
  record CrossEntropy(String kind, double labelSmoothing) implements LossSpec {}

  /** {@code {kind: focal, alpha: 0.25, gamma: 2}}: sigmoid focal loss. */
  record Focal(String kind, double alpha, double gamma) implements LossSpec {}

  /** Reads the section. */
  static LossSpec read(Section s) {
    String kind = s.word("kind", "", List.of("cross_entropy", "focal"));
    LossSpec loss =
        kind.equals("focal")
            ? new Focal(kind, s.decimal("alpha", 0.25, 0, 1), s.decimal("gamma", 2, 0, 100))
            : new CrossEntropy(kind, s.decimal("label_smoothing", 0, 0, 0.99));
    s.done();
    return loss;
  }
}
