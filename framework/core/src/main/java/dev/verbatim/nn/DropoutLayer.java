package dev.verbatim.nn;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.ops.Dropout;

/** Dropout in training; nothing at all else. */
public final class DropoutLayer extends Layer {
  private Dropout op;

  /**
   * A dropout.
   *
   * @param rate probability that an element is dropped, in [0, 1)
   */
  public DropoutLayer(double rate) {
    this.op = new Dropout(rate, 0);
  }

  /** Says which dropout of its network it is. */
  void number(int layer) {
    op = new Dropout(op.rate(), layer);
  }

  @Override
  public String type() {
    return "dropout";
  }

  @Override
  protected Variable forward(Tape tape, Variable x) {
    return tape.isTraining() ? tape.call(op, x, tape.random()) : x;
  }
}
