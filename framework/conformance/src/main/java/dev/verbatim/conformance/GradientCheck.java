package dev.verbatim.conformance;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Tensor;
import java.util.List;

/**
 * Is the calculus right? Gradients by backward against central differences of forward, both in
 * double on the reference.
 *
 * <p>With step h the difference is off by h² f''' / 6 plus rounding of 2⁻⁵² |f| / h; h = 2⁻¹⁷ makes
 * both about 1e-10, and operands of up to a few hundred terms a few times more: 1e-7 is far above
 * that and far below any wrong term. Kinks (ReLU at 0, ties of max pooling) are avoided by the
 * operands.
 */
final class GradientCheck {
  private static final double STEP = 0x1p-17;
  private static final double TOLERANCE = 1e-7;

  private GradientCheck() {}

  static void check(OpRun run) {
    var reference = new ReferenceBackend(Arithmetic.FLOAT64);
    try (Tape tape = new Tape(reference)) {
      List<Variable> operands = run.place(reference, run.operands());
      Variable output = run.call(tape, operands);
      Tensor weights = reference.allocate(DType.FLOAT32, output.shape());
      reference.write(weights, run.outputWeights(output.shape().size()));
      tape.backward(output, weights);
      for (int i = 0; i < operands.size(); i++) {
        if (run.isDifferentiable(i)) {
          Tensor value = operands.get(i).tensor();
          for (int e = 0; e < value.size(); e++) {
            double expected =
                difference(tape, run, operands, weights, ReferenceBackend.numbers(value), e);
            double actual = ReferenceBackend.numbers(operands.get(i).gradient())[e];
            if (!(Math.abs(expected - actual) <= TOLERANCE * Math.max(1, Math.abs(expected)))) {
              throw new AssertionError(
                  run.op()
                      + ": gradient of operand "
                      + i
                      + " at "
                      + e
                      + " is "
                      + actual
                      + ", differences give "
                      + expected);
            }
          }
        }
      }
    }
  }

  private static double difference(
      Tape tape, OpRun run, List<Variable> operands, Tensor weights, double[] values, int e) {
    double kept = values[e];
    values[e] = kept + STEP;
    double above = value(tape, run, operands, weights);
    values[e] = kept - STEP;
    double below = value(tape, run, operands, weights);
    values[e] = kept;
    return (above - below) / (2 * STEP);
  }

  private static double value(Tape tape, OpRun run, List<Variable> operands, Tensor weights) {
    tape.reset();
    double[] output = ReferenceBackend.numbers(run.call(tape, operands).tensor());
    double sum = 0;
    for (int i = 0; i < weights.size(); i++) {
      sum += output[i] * ReferenceBackend.numbers(weights)[i];
    }
    return sum;
  }
}
