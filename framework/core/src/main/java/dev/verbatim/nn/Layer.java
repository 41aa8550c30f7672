package dev.verbatim.nn;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** A part of a network. It creates its parameters when it first sees the shape of its input. */
public abstract class Layer {
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Buffer> buffers = new ArrayList<>();
  private boolean built;

  /** The field's name of what it is, as in YAML and model.csv: {@code conv2d}. */
  public abstract String type();

  /** Parameters of this layer itself, in order of creation. */
  public final List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /** The parameter of this layer that was declared at this position. */
  protected final Parameter own(int position) {
    return parameters.get(position);
  }

  /** The buffer of this layer that was declared at this position. */
  final Buffer ownBuffer(int position) {
    return buffers.get(position);
  }

  /** The layers inside, in order, with their names; none for a simple layer. */
  public List<Child> children() {
    return List.of();
  }

  /** A layer inside another. */
  public record Child(String name, Layer layer) {}

  /** The result for an input. */
  public final Variable apply(Tape tape, Variable x) {
    enter(tape, x);
    Variable y = forward(tape, x);
    tape.exit();
    return y;
  }

  /** Builds the layer where that is still to be done, and makes it the owner of the next calls. */
  final void enter(Tape tape, Variable x) {
    if (!built) {
      build(x.shape());
      built = true;
    }
    tape.enter(this);
  }

  /** Creates the parameters for inputs of this shape, with {@link #parameter}. */
  protected void build(Shape input) {}

  /** Calls ops and other layers. */
  protected abstract Variable forward(Tape tape, Variable x);

  /**
   * Declares a parameter of this layer.
   *
   * @param fanIn inputs that reach one output, for the initializer; 0 starts the parameter at zero
   */
  protected final Parameter parameter(String name, Shape shape, long fanIn, long fanOut) {
    Parameter parameter = new Parameter(name, shape, fanIn, fanOut, 0f);
    parameters.add(parameter);
    return parameter;
  }

  /** Declares a parameter of this layer that starts at one value. */
  final Parameter parameter(String name, Shape shape, float start) {
    Parameter parameter = new Parameter(name, shape, 0, 0, start);
    parameters.add(parameter);
    return parameter;
  }

  /** Declares a tensor that is not trained but changes with training, and is saved with it. */
  final Buffer buffer(String name, Shape shape, float start) {
    Buffer buffer = new Buffer(name, shape, start);
    buffers.add(buffer);
    return buffer;
  }

  /** Tensors of this layer that are saved but not trained, in order of creation. */
  public final List<Buffer> buffers() {
    return List.copyOf(buffers);
  }

  /** Takes what other memory it needs on the device. */
  void place(Backend backend) {}
}
