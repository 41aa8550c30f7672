package dev.verbatim.peers;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import dev.verbatim.ops.Add;
import dev.verbatim.ops.Affine;
import dev.verbatim.ops.Convolve;
import dev.verbatim.ops.Dropout;
import dev.verbatim.ops.GlobalAveragePool;
import dev.verbatim.ops.MaxPool;
import dev.verbatim.ops.Relu;
import dev.verbatim.ops.Reshape;
import dev.verbatim.peers.Graph.Node;
import dev.verbatim.spec.OptimizerSpec;
import dev.verbatim.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * PyTorch on the CPU through DJL. The layers are DJL's own, called as its blocks call them; the
 * optimizers are PyTorch's rules, because DJL's put the learning rate elsewhere.
 */
final class Pytorch implements Contender {
  /** DJL counts the share that stays, PyTorch and we that of the batch: 0.1. */
  private static final float RUNNING_SHARE_KEPT = 0.9f;

  /** A trained array and what its optimizer keeps. */
  private record Trained(NDArray value, NDArray first, NDArray second) {}

  private final Graph graph;
  private final OptimizerSpec rule;
  private final NDManager manager;
  private final List<List<NDArray>> arrays = new ArrayList<>();
  private final List<Trained> trained = new ArrayList<>();
  private final Loss crossEntropy = Loss.softmaxCrossEntropyLoss();
  private NDList batch = new NDList();
  private int steps;

  Pytorch(Graph graph, OptimizerSpec rule, int threads) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    this.graph = graph;
    this.rule = rule;
    this.manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    for (Node node : graph.nodes()) {
      arrays.add(place(node));
    }
    graph.weights().clear();
  }

  private List<NDArray> place(Node node) {
    return switch (node.op()) {
      case Convolve _ -> {
        var shape = node.parameterShapes().getFirst();
        yield withBias(
            node,
            train(
                graph.convolution(node),
                new Shape(shape.dim(3), shape.dim(2), shape.dim(0), shape.dim(1))));
      }
      case Affine _ -> {
        var shape = node.parameterShapes().getFirst();
        yield withBias(node, train(graph.linear(node), new Shape(shape.dim(1), shape.dim(0))));
      }
      case dev.verbatim.ops.BatchNorm _ -> {
        Shape channels = new Shape(node.parameterShapes().getFirst().dim(0));
        yield List.of(
            manager.zeros(channels),
            manager.ones(channels),
            train(graph.own(node, 0), channels),
            train(graph.own(node, 1), channels));
      }
      default -> List.of();
    };
  }

  private List<NDArray> withBias(Node node, NDArray weight) {
    if (node.parameters().size() == 1) {
      return List.of(weight);
    }
    float[] bias = graph.own(node, 1);
    return List.of(weight, train(bias, new Shape(bias.length)));
  }

  private NDArray train(float[] values, Shape shape) {
    NDArray array = manager.create(values, shape);
    array.setRequiresGradient(true);
    boolean second = rule instanceof OptimizerSpec.Adam;
    trained.add(new Trained(array, manager.zeros(shape), second ? manager.zeros(shape) : array));
    return array;
  }

  @Override
  public String version() {
    return Engine.getInstance().getVersion() + " (DJL " + Engine.getDjlVersion() + ")";
  }

  @Override
  public void load(float[] images, int[] labels) {
    batch.close();
    var image = graph.image();
    batch =
        new NDList(
            manager.create(
                Graph.channelsFirst(images, labels.length, image),
                new Shape(labels.length, image.dim(2), image.dim(0), image.dim(1))),
            manager.create(labels));
  }

  @Override
  public float step(float learningRate) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      float value;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray logits = forward(true);
        NDArray loss = crossEntropy.evaluate(new NDList(batch.get(1)), new NDList(logits));
        collector.backward(loss);
        value = loss.getFloat();
      }
      steps++;
      for (Trained parameter : trained) {
        NDArray gradient = parameter.value().getGradient();
        update(parameter, gradient, learningRate);
        gradient.muli(0);
      }
      return value;
    }
  }

  private void update(Trained p, NDArray gradient, float rate) {
    if (rule.weightDecay() > 0) {
      gradient.addi(p.value().mul((float) rule.weightDecay()));
    }
    switch (rule) {
      case OptimizerSpec.Sgd s when !s.nesterov() -> {
        NDArray velocity = p.first().muli((float) s.momentum()).addi(gradient);
        p.value().subi(velocity.mul(rate));
      }
      case OptimizerSpec.Adam a when a.kind().equals("adam") -> {
        p.first().muli((float) a.beta1()).addi(gradient.mul((float) (1 - a.beta1())));
        p.second().muli((float) a.beta2()).addi(gradient.square().muli((float) (1 - a.beta2())));
        NDArray root = p.second().sqrt().divi((float) Math.sqrt(1 - Math.pow(a.beta2(), steps)));
        float size = (float) (rate / (1 - Math.pow(a.beta1(), steps)));
        p.value().subi(p.first().mul(size).divi(root.addi((float) a.epsilon())));
      }
      default -> throw new IllegalArgumentException("pytorch here has no optimizer " + rule);
    }
  }

  @Override
  public float[] logits() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      return forward(false).toFloatArray();
    }
  }

  private NDArray forward(boolean training) {
    List<NDArray> values = new ArrayList<>();
    values.add(batch.get(0));
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      values.add(call(node, arrays.get(i), values, training));
    }
    return values.getLast();
  }

  private static NDArray call(
      Node node, List<NDArray> own, List<NDArray> values, boolean training) {
    NDArray x = values.get(node.inputs().getFirst());
    return switch (node.op()) {
      case Convolve(Window w) -> {
        NDArray bias = own.size() > 1 ? own.get(1) : null;
        yield Conv2d.conv2d(x, own.getFirst(), bias, square(w.stride()), square(w.padding()))
            .singletonOrThrow();
      }
      case dev.verbatim.ops.BatchNorm n ->
          BatchNorm.batchNorm(
                  x,
                  own.get(0),
                  own.get(1),
                  own.get(2),
                  own.get(3),
                  1,
                  RUNNING_SHARE_KEPT,
                  n.epsilon(),
                  training)
              .singletonOrThrow();
      case Affine _ -> Linear.linear(x, own.get(0), own.get(1)).singletonOrThrow();
      case Relu _ -> Activation.relu(x);
      case Add _ -> x.add(values.get(node.inputs().get(1)));
      case MaxPool(Window w) ->
          Pool.maxPool2d(
              x,
              new Shape(w.kernelHeight(), w.kernelWidth()),
              square(w.stride()),
              square(w.padding()),
              false);
      case GlobalAveragePool _ -> Pool.globalAvgPool2d(x);
      case Dropout d ->
          ai.djl.nn.norm.Dropout.dropout(x, (float) d.rate(), training).singletonOrThrow();
      case Reshape _ -> x.reshape(x.getShape().get(0), -1);
      default -> throw new IllegalArgumentException("pytorch here has no " + node.op());
    };
  }

  private static Shape square(int side) {
    return new Shape(side, side);
  }

  @Override
  public void close() {
    manager.close();
  }
}
