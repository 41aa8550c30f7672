package dev.verbatim.nn;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.ops.Add;
import dev.verbatim.ops.Relu;
import dev.verbatim.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code body(x) + shortcut(x)}, through ReLU where asked: He, Zhang, Ren and Sun (2016). Where the
 * body ends in batch normalization, that does the sum and the ReLU on its way, to the same bits.
 */
public final class Residual extends Layer {
  private static final Add ADD = new Add();
  private static final Relu RELU = new Relu();

  private final Sequential body;
  private final Sequential shortcut;
  private final boolean relu;

  /**
   * A residual block.
   *
   * @param shortcut without layers it is the input itself
   */
  public Residual(Sequential body, Sequential shortcut, boolean relu) {
    this.body = body;
    this.shortcut = shortcut;
    this.relu = relu;
  }

  @Override
  public String type() {
    return "residual";
  }

  @Override
  public List<Child> children() {
    List<Child> children = new ArrayList<>(List.of(new Child("body", body)));
    if (!shortcut.isEmpty()) {
      children.add(new Child("shortcut", shortcut));
    }
    return children;
  }

  @Override
  protected Variable forward(Tape tape, Variable x) {
    Variable kept = shortcut.isEmpty() ? x : shortcut.apply(tape, x);
    if (!tape.isDry() && body.endsInNorm()) {
      return body.applyWithResidual(tape, x, relu, kept);
    }
    Variable y = body.apply(tape, x);
    ShapeException.require(
        y.shape().equals(kept.shape()),
        "residual needs a shortcut of its body's shape, got body%s and shortcut%s",
        y.shape(),
        kept.shape());
    Variable sum = tape.call(ADD, y, kept);
    return relu ? tape.call(RELU, sum) : sum;
  }
}
