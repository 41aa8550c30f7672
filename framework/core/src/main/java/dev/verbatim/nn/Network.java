package dev.verbatim.nn;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A layer with the shape of its images: its parameters by name, and its costs. */
public final class Network {
  private final Layer root;
  private final Shape image;
  private final Shape output;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Buffer> buffers = new LinkedHashMap<>();
  private final Map<String, Variable> stateOrder = new LinkedHashMap<>();
  private final List<Layer> layers = new ArrayList<>();
  private final List<LayerCost> costs = new ArrayList<>();
  private int dropouts;

  /**
   * Finds all shapes by a dry run.
   *
   * @param image {@code [h,w,c]} of one image
   * @throws ShapeException naming the layer, if the shapes do not fit
   */
  public Network(Layer root, Shape image) {
    this.root = root;
    this.image = image;
    number(root);
    try (Tape tape = Tape.dry()) {
      int[] dims = new int[image.rank() + 1];
      dims[0] = 1;
      System.arraycopy(image.toArray(), 0, dims, 1, image.rank());
      this.output = perImage(root.apply(tape, Tape.placeholder(Shape.of(dims))).shape());
      survey("", root, tape.calls());
    }
  }

  /** Takes memory on the device and draws the first weights. */
  public Network place(Backend backend, Initializer initializer, long seed) {
    int position = 0;
    for (Parameter parameter : parameters.values()) {
      parameter.place(backend, initializer, seed, position++);
    }
    buffers.values().forEach(buffer -> buffer.place(backend));
    layers.forEach(layer -> layer.place(backend));
    return this;
  }

  /** The result for a batch of images. */
  public Variable apply(Tape tape, Variable x) {
    return root.apply(tape, x);
  }

  /** The shape of one image, {@code [h,w,c]}. */
  public Shape image() {
    return image;
  }

  /** The shape of the result for one image. */
  public Shape output() {
    return output;
  }

  /** All parameters by their path ({@code conv2d_1.weight}), in the order of the layers. */
  public Map<String, Parameter> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /**
   * All that makes up the trained network, by path: parameters and buffers, those of a layer
   * together, in the order of the layers. The network must have been placed.
   */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    stateOrder.forEach((path, variable) -> state.put(path, variable.tensor()));
    return state;
  }

  /** Cost of each layer for one image, in the order of the layers. */
  public List<LayerCost> costs() {
    return List.copyOf(costs);
  }

  /** Trained values in all. */
  public long parameterCount() {
    return costs.stream().mapToLong(LayerCost::parameters).sum();
  }

  /** Multiply-accumulates of the forward pass for one image, in all. */
  public long macs() {
    return costs.stream().mapToLong(LayerCost::macs).sum();
  }

  /** Each dropout draws its own mask. */
  private void number(Layer layer) {
    if (layer instanceof DropoutLayer dropout) {
      dropout.number(dropouts++);
    }
    layer.children().forEach(child -> number(child.layer()));
  }

  private void survey(String path, Layer layer, List<Call> calls) {
    long count = 0;
    for (Parameter parameter : layer.parameters()) {
      parameters.put(path + parameter.name(), parameter);
      stateOrder.put(path + parameter.name(), parameter);
      count += parameter.shape().size();
    }
    for (Buffer buffer : layer.buffers()) {
      buffers.put(path + buffer.name(), buffer);
      stateOrder.put(path + buffer.name(), buffer);
    }
    layers.add(layer);
    List<Call> own = calls.stream().filter(call -> call.owner() == layer).toList();
    if (!own.isEmpty()) {
      long macs = own.stream().mapToLong(Call::macs).sum();
      Shape shape = perImage(own.getLast().out().shape());
      String name = path.isEmpty() ? layer.type() : path.substring(0, path.length() - 1);
      costs.add(new LayerCost(name, layer.type(), shape, count, macs));
    }
    for (Layer.Child child : layer.children()) {
      survey(path + child.name() + ".", child.layer(), calls);
    }
  }

  private static Shape perImage(Shape batch) {
    int[] dims = batch.toArray();
    return dims.length == 1 ? Shape.of(1) : Shape.of(Arrays.copyOfRange(dims, 1, dims.length));
  }
}
