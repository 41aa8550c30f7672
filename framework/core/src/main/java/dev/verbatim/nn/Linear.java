package dev.verbatim.nn;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.ops.Affine;
import dev.verbatim.ops.MatMul;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;

/**
 * Fully connected layer: {@code weight[in,out]} and {@code bias[out]}, the width of the input found
 * by itself.
 */
public final class Linear extends Layer {
  private static final Affine WITH_BIAS = new Affine();
  private static final MatMul WITHOUT_BIAS = new MatMul();

  private final int out;
  private final boolean bias;

  /** A map to {@code out} values. */
  public Linear(int out, boolean bias) {
    this.out = out;
    this.bias = bias;
  }

  /** A map to {@code out} values, with bias. */
  public Linear(int out) {
    this(out, true);
  }

  @Override
  public String type() {
    return "linear";
  }

  @Override
  protected void build(Shape input) {
    ShapeException.require(
        input.rank() == 2, "linear needs x[n,features] (flatten images first), got x%s", input);
    parameter("weight", Shape.of(input.dim(1), out), input.dim(1), out);
    if (bias) {
      parameter("bias", Shape.of(out), 0, 0);
    }
  }

  @Override
  protected Variable forward(Tape tape, Variable x) {
    return bias ? tape.call(WITH_BIAS, x, own(0), own(1)) : tape.call(WITHOUT_BIAS, x, own(0));
  }
}
