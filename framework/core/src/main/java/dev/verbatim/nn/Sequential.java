package dev.verbatim.nn;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.tensor.ShapeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Layers one after another. Each is named after its type and its number among those of its type:
 * {@code conv2d_1}.
 */
public final class Sequential extends Layer {
  private final List<Child> children = new ArrayList<>();

  /** A chain of these layers. */
  public Sequential(Layer... layers) {
    Map<String, Integer> counts = new HashMap<>();
    for (Layer layer : layers) {
      children.add(
          new Child(layer.type() + "_" + counts.merge(layer.type(), 1, Integer::sum), layer));
    }
  }

  @Override
  public String type() {
    return "sequential";
  }

  @Override
  public List<Child> children() {
    return List.copyOf(children);
  }

  int size() {
    return children.size();
  }

  boolean isEmpty() {
    return children.isEmpty();
  }

  /** Whether the last layer can add a residual on its way. */
  boolean endsInNorm() {
    return !isEmpty() && children.getLast().layer() instanceof BatchNorm2d;
  }

  /** The result plus a residual, through ReLU where asked, where it {@link #endsInNorm}. */
  Variable applyWithResidual(Tape tape, Variable x, boolean relu, Variable residual) {
    int last = size() - 1;
    var norm = (BatchNorm2d) children.get(last).layer();
    if (last > 0 && isConvolutionThenNorm(tape, last - 1)) {
      var convolution = (Conv2d) children.get(last - 1).layer();
      return norm.applyToConvolution(tape, convolution, upTo(last - 1, tape, x), relu, residual);
    }
    return norm.applyWithResidual(tape, upTo(last, tape, x), relu, residual);
  }

  private boolean isNormThenRelu(int i) {
    return children.get(i).layer() instanceof BatchNorm2d
        && children.get(i + 1).layer() instanceof Apply next
        && next.isRelu();
  }

  /** In evaluation a convolution does the normalization that follows on its way. */
  private boolean isConvolutionThenNorm(Tape tape, int i) {
    return !tape.isDry()
        && !tape.isTraining()
        && children.get(i).layer() instanceof Conv2d convolution
        && !convolution.hasBias()
        && children.get(i + 1).layer() instanceof BatchNorm2d;
  }

  private boolean isReluThenMaxPool(int i) {
    return children.get(i).layer() instanceof Apply first
        && first.isRelu()
        && children.get(i + 1).layer() instanceof Apply next
        && next.isMaxPool();
  }

  @Override
  protected Variable forward(Tape tape, Variable x) {
    return upTo(children.size(), tape, x);
  }

  /**
   * The result of the first layers. Batch normalization does a ReLU that follows on its way. ReLU
   * and a max pooling that follows change places, so that ReLU has fewer elements: it keeps the
   * order of values, and where it makes them equal it stops the gradient, so every bit of the
   * result and of the gradients stays as it is.
   */
  Variable upTo(int count, Tape tape, Variable x) {
    Variable y = x;
    for (int i = 0; i < count; i++) {
      Child child = children.get(i);
      try {
        if (i + 1 < count && isConvolutionThenNorm(tape, i)) {
          var norm = (BatchNorm2d) children.get(i + 1).layer();
          boolean relu = i + 2 < count && isNormThenRelu(i + 1);
          y = norm.applyToConvolution(tape, (Conv2d) child.layer(), y, relu);
          i += relu ? 2 : 1;
        } else if (!tape.isDry() && i + 1 < count && isNormThenRelu(i)) {
          y = ((BatchNorm2d) child.layer()).applyWithRelu(tape, y);
          i++;
        } else if (!tape.isDry() && i + 1 < count && isReluThenMaxPool(i)) {
          y = child.layer().apply(tape, children.get(i + 1).layer().apply(tape, y));
          i++;
        } else {
          y = child.layer().apply(tape, y);
        }
      } catch (ShapeException e) {
        throw new ShapeException("layer " + (i + 1) + " (" + child.name() + "): " + e.getMessage());
      }
    }
    return y;
  }
}
