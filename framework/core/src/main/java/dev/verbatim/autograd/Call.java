package dev.verbatim.autograd;

import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.List;

/** One recorded call of an op: its operands and its result. */
public final class Call {
  private final Op op;
  private final Object owner;
  private final Variable[] inputs;
  private final Tensor[] saved;
  private final Variable output;
  private final Grads grads;

  Call(Op op, Object owner, Variable[] inputs, Tensor[] saved, Variable output, Tape tape) {
    this.op = op;
    this.owner = owner;
    this.inputs = inputs;
    this.saved = saved;
    this.output = output;
    this.grads = new Grads(this, tape);
  }

  /** The op that was called. */
  public Op op() {
    return op;
  }

  /** Who called it, as told to {@link Tape#enter}. */
  public Object owner() {
    return owner;
  }

  /** The value of an operand. */
  public Tensor in(int index) {
    return inputs[index].tensor();
  }

  /** How many operands there are. */
  public int arity() {
    return inputs.length;
  }

  /** What forward leaves for backward, as {@link Op#saved} asked. */
  public Tensor saved(int index) {
    return saved[index];
  }

  /** The value of the result. */
  public Tensor out() {
    return output.tensor();
  }

  /** Multiply-accumulates of the forward call. */
  public long macs() {
    return op.macs(shapes(inputs));
  }

  List<Tensor> allSaved() {
    return List.of(saved);
  }

  Variable input(int index) {
    return inputs[index];
  }

  Variable output() {
    return output;
  }

  Grads grads() {
    return grads;
  }

  boolean matches(Op otherOp, Variable a, Variable b, Variable c, Variable d) {
    int n = inputs.length;
    return otherOp.equals(op)
        && inputs[0] == a
        && (n > 1 ? inputs[1] == b : b == Tape.ABSENT)
        && (n > 2 ? inputs[2] == c : c == Tape.ABSENT)
        && (n > 3 ? inputs[3] == d : d == Tape.ABSENT);
  }

  static Shape[] shapes(Variable[] variables) {
    Shape[] shapes = new Shape[variables.length];
    for (int i = 0; i < shapes.length; i++) {
      shapes[i] = variables[i].shape();
    }
    return shapes;
  }
}
