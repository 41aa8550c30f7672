package dev.verbatim.nn;

import dev.verbatim.autograd.Op;
import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.ops.MaxPool;
import dev.verbatim.ops.Relu;
import dev.verbatim.ops.Reshape;
import dev.verbatim.tensor.Window;
import java.util.List;

/** A layer without parameters: one op of one operand. */
public final class Apply extends Layer {
  private final String type;
  private final Op op;

  /** A layer of this type that calls this op. */
  public Apply(String type, Op op) {
    this.type = type;
    this.op = op;
  }

  /** Rectified linear units. */
  public static Apply relu() {
    return new Apply("relu", new Relu());
  }

  /** Max pooling with square windows. */
  public static Apply maxPool(int kernel, int stride) {
    return new Apply("max_pool", new MaxPool(Window.square(kernel, stride, 0)));
  }

  /** Images to rows of features. */
  public static Apply flatten() {
    return new Apply("flatten", Reshape.flatten());
  }

  /** Another shape for each image. */
  public static Apply reshape(List<Integer> perImage) {
    return new Apply("reshape", new Reshape(perImage));
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  protected Variable forward(Tape tape, Variable x) {
    return tape.call(op, x);
  }
}
