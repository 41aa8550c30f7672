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

  @Override
  protected Variable forward(Tape tape, Variable x) {
    Variable y = x;
    for (int i = 0; i < children.size(); i++) {
      Child child = children.get(i);
      try {
        y = child.layer().apply(tape, y);
      } catch (ShapeException e) {
        throw new ShapeException("layer " + (i + 1) + " (" + child.name() + "): " + e.getMessage());
      }
    }
    return y;
  }
}
