package dev.verbatim.peers;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Op;
import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.nn.Network;
import dev.verbatim.ops.Reshape;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as calls of ops on numbered values, from its dry record, and its weights. Value 0 is
 * the images, value {@code i + 1} the result of node {@code i}.
 */
record Graph(Shape image, List<Node> nodes, Map<String, float[]> weights) {
  /**
   * One call.
   *
   * @param inputs numbers of the values it takes
   * @param parameters their paths in the network
   * @param parameterShapes in our layouts
   * @param output shape of the result for a batch of one
   */
  record Node(
      Op op,
      List<Integer> inputs,
      List<String> parameters,
      List<Shape> parameterShapes,
      Shape output) {}

  /** The graph of a network that has been placed on this device. */
  static Graph of(Network network, Backend backend) {
    IdentityHashMap<Tensor, String> paths = new IdentityHashMap<>();
    Map<String, float[]> weights = new HashMap<>();
    network
        .parameters()
        .forEach(
            (path, parameter) -> {
              paths.put(parameter.tensor(), path);
              float[] values = new float[parameter.shape().size()];
              backend.read(parameter.tensor(), values);
              weights.put(path, values);
            });
    Shape image = network.image();
    Variable images = Tape.placeholder(Shape.of(1, image.dim(0), image.dim(1), image.dim(2)));
    IdentityHashMap<Tensor, Integer> values = new IdentityHashMap<>();
    values.put(images.tensor(), 0);
    List<Node> nodes = new ArrayList<>();
    try (Tape tape = Tape.dry()) {
      var _ = network.apply(tape, images);
      for (Call call : tape.calls()) {
        nodes.add(node(call, values, paths));
        values.put(call.out(), nodes.size());
      }
    }
    return new Graph(image, List.copyOf(nodes), weights);
  }

  private static Node node(
      Call call, IdentityHashMap<Tensor, Integer> values, IdentityHashMap<Tensor, String> paths) {
    List<Integer> inputs = new ArrayList<>();
    List<String> parameters = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < call.arity(); i++) {
      Tensor operand = call.in(i);
      Integer value = values.get(operand);
      String path = paths.get(operand);
      if (value != null) {
        inputs.add(value);
      } else if (path != null) {
        parameters.add(path);
        shapes.add(operand.shape());
      } // else what random numbers depend on, of which others have their own
    }
    return new Node(
        call.op(),
        List.copyOf(inputs),
        List.copyOf(parameters),
        List.copyOf(shapes),
        call.out().shape());
  }

  /** The height, width and channels that were flattened into the features this node takes. */
  Shape flattened(Node linear) {
    int input = linear.inputs().getFirst();
    if (input > 0 && nodes.get(input - 1).op() instanceof Reshape) {
      int from = nodes.get(input - 1).inputs().getFirst();
      Shape before = from == 0 ? Shape.of(1) : nodes.get(from - 1).output();
      if (from == 0) {
        return image;
      }
      if (before.rank() == 4) {
        return Shape.of(before.dim(1), before.dim(2), before.dim(3));
      }
    }
    return Shape.of(1, 1, linear.parameterShapes().getFirst().dim(0));
  }

  /** The weights of a convolution as {@code [out,in,kernelHeight,kernelWidth]}. */
  float[] convolution(Node node) {
    return permuted(own(node, 0), node.parameterShapes().getFirst().toArray(), 3, 2, 0, 1);
  }

  /** The weights of a linear layer on channels-first features, as {@code [out,in]}. */
  float[] linear(Node node) {
    return permuted(own(node, 0), linearDims(node), 3, 2, 0, 1);
  }

  /** The weights of a linear layer on channels-first features, as {@code [in,out]}. */
  float[] linearTransposed(Node node) {
    return permuted(own(node, 0), linearDims(node), 2, 0, 1, 3);
  }

  private int[] linearDims(Node node) {
    Shape image = flattened(node);
    int out = node.parameterShapes().getFirst().dim(1);
    return new int[] {image.dim(0), image.dim(1), image.dim(2), out};
  }

  /** The values of a parameter of this node. */
  float[] own(Node node, int position) {
    float[] values = weights.get(node.parameters().get(position));
    if (values == null) {
      throw new IllegalStateException("no weights for " + node.parameters().get(position));
    }
    return values;
  }

  /** Images {@code [n,h,w,c]} as {@code [n,c,h,w]}. */
  static float[] channelsFirst(float[] images, int n, Shape image) {
    return permuted(images, new int[] {n, image.dim(0), image.dim(1), image.dim(2)}, 0, 3, 1, 2);
  }

  /** Values of four axes with the axes in another order. */
  private static float[] permuted(float[] values, int[] dims, int... order) {
    int[] strides = {dims[1] * dims[2] * dims[3], dims[2] * dims[3], dims[3], 1};
    float[] result = new float[dims[0] * dims[1] * dims[2] * dims[3]];
    int at = 0;
    for (int a = 0; a < dims[order[0]]; a++) {
      for (int b = 0; b < dims[order[1]]; b++) {
        for (int c = 0; c < dims[order[2]]; c++) {
          int from = a * strides[order[0]] + b * strides[order[1]] + c * strides[order[2]];
          for (int d = 0; d < dims[order[3]]; d++) {
            result[at++] = values[from + d * strides[order[3]]];
          }
        }
      }
    }
    return result;
  }
}
