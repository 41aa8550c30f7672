package dev.verbatim.conformance;

import dev.verbatim.autograd.Op;
import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.ops.Cast;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * One op with its operands, run forward and backward on any device. The output is weighted by fixed
 * numbers, so that every element has a gradient of its own.
 *
 * @param ties whether some operands are exactly 0
 * @param positive whether all numbers are taken without their sign
 * @param second what the second operand is
 */
record OpRun(Op op, long seed, Second second, boolean ties, boolean positive, List<Shape> shapes) {
  /** What the second operand holds; all but numbers is INT32 and has no gradient. */
  enum Second {
    NUMBERS,
    LABELS,
    RANDOM
  }

  /** Output and gradients, as bits. */
  record Result(float[] output, List<float[]> gradients) {}

  static OpRun of(Op op, long seed, Shape... shapes) {
    return new OpRun(op, seed, Second.NUMBERS, true, false, List.of(shapes));
  }

  /** Operands that keep away from 0 and from each other, for ops with kinks there. */
  static OpRun withoutTies(Op op, long seed, Shape... shapes) {
    return new OpRun(op, seed, Second.NUMBERS, false, false, List.of(shapes));
  }

  static OpRun withLabels(Op op, long seed, Shape... shapes) {
    return new OpRun(op, seed, Second.LABELS, true, false, List.of(shapes));
  }

  /** The second operand is a tape's state of randomness. */
  static OpRun withRandom(Op op, long seed, Shape x) {
    return new OpRun(op, seed, Second.RANDOM, true, false, List.of(x, Shape.of(4)));
  }

  /** The same without signs: where results are sums of products, the sums of their sizes. */
  OpRun magnitudes() {
    return new OpRun(op, seed, second, ties, true, shapes);
  }

  /** Operand values in [-1, 1), some exactly 0, or class indices. */
  float[] operand(int index) {
    var random = new Philox(seed, Philox.Purpose.TEST, 0, index);
    float[] values = new float[shapes.get(index).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2f * random.nextFloat() - 1f;
      if (ties && random.nextInt(16) == 0) {
        values[i] = 0f;
      }
      if (!ties) { // a grid coarser than the step of the finite differences, each point taken once
        values[i] = (i * 7919 % values.length - values.length / 2 + 0.5f) / values.length;
      }
      values[i] = positive ? Math.abs(values[i]) : values[i];
    }
    return values;
  }

  int[] wholeNumbers() {
    return second == Second.LABELS ? classIndices() : new int[] {-5, 7, 3, 1_000_003};
  }

  private int[] classIndices() {
    var random = new Philox(seed, Philox.Purpose.TEST, 1, 0);
    int[] indices = new int[shapes.get(1).size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = random.nextInt(shapes.get(0).dim(1));
    }
    return indices;
  }

  boolean isDifferentiable(int index) {
    return second == Second.NUMBERS || index != 1;
  }

  /** Places operands on a device. */
  List<Variable> place(Backend backend, List<float[]> values) {
    List<Variable> operands = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      boolean isLabels = !isDifferentiable(i);
      Tensor tensor = backend.allocate(isLabels ? DType.INT32 : DType.FLOAT32, shapes.get(i));
      if (isLabels) {
        backend.write(tensor, wholeNumbers());
      } else {
        backend.write(tensor, values.get(i));
      }
      operands.add(new Variable(tensor, !isLabels));
    }
    return operands;
  }

  Variable call(Tape tape, List<Variable> operands) {
    return switch (operands.size()) {
      case 1 -> tape.call(op, operands.get(0));
      case 2 -> tape.call(op, operands.get(0), operands.get(1));
      case 3 -> tape.call(op, operands.get(0), operands.get(1), operands.get(2));
      default -> tape.call(op, operands.get(0), operands.get(1), operands.get(2), operands.get(3));
    };
  }

  List<float[]> operands() {
    List<float[]> values = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      values.add(operand(i));
    }
    return values;
  }

  /** Weights of the output's elements in the scalar that is differentiated. */
  float[] outputWeights(int size) {
    var random = new Philox(seed, Philox.Purpose.TEST, 2, 0);
    float[] weights = new float[size];
    for (int i = 0; i < size; i++) {
      weights[i] = 2f * random.nextFloat() - 1f;
      weights[i] = positive ? Math.abs(weights[i]) : weights[i];
    }
    return weights;
  }

  /**
   * Runs on a device, twice over the same record: the first gradients overwrite, the second are
   * added to them.
   */
  Result on(Backend backend) {
    return on(backend, List.of());
  }

  /**
   * Runs as {@link #on(Backend)}, the operands at these positions and the result being cast to and
   * from BFLOAT16.
   */
  Result on(Backend backend, List<Integer> inBfloat16) {
    try (Tape tape = new Tape(backend)) {
      List<Variable> operands = place(backend, operands());
      List<Variable> taken = new ArrayList<>(operands);
      inBfloat16.forEach(i -> taken.set(i, tape.call(new Cast(DType.BFLOAT16), operands.get(i))));
      Variable output = call(tape, taken);
      if (!inBfloat16.isEmpty()) {
        output = tape.call(new Cast(DType.FLOAT32), output);
      }
      Tensor weights = backend.allocate(DType.FLOAT32, output.shape());
      backend.write(weights, outputWeights(output.shape().size()));
      tape.backward(output, weights);
      tape.backward(output, weights);
      float[] out = new float[output.shape().size()];
      backend.read(output.tensor(), out);
      List<float[]> gradients = new ArrayList<>();
      for (Variable operand : operands) {
        if (operand.wantsGradient()) {
          float[] gradient = new float[operand.shape().size()];
          backend.read(operand.gradient(), gradient);
          gradients.add(gradient);
        }
      }
      return new Result(out, gradients);
    }
  }
}
