package dev.verbatim.peers;

import dev.verbatim.ops.Add;
import dev.verbatim.ops.Affine;
import dev.verbatim.ops.BatchNorm;
import dev.verbatim.ops.Convolve;
import dev.verbatim.ops.Dropout;
import dev.verbatim.ops.GlobalAveragePool;
import dev.verbatim.ops.MaxPool;
import dev.verbatim.ops.Relu;
import dev.verbatim.ops.Reshape;
import dev.verbatim.peers.Graph.Node;
import dev.verbatim.spec.OptimizerSpec;
import dev.verbatim.tensor.Window;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Deeplearning4j on nd4j-native: a ComputationGraph. Its updaters have Nesterov's momentum alone
 * and leave batch normalization without weight decay, so gradients are its own and the update is
 * PyTorch's rule on its vector of all parameters.
 */
final class Deeplearning4j implements Contender {
  private static final double RUNNING_SHARE_KEPT = 0.9;

  private final Graph graph;
  private final OptimizerSpec rule;
  private final ComputationGraph network;
  private final INDArray decay;
  private final INDArray first;
  private final INDArray second;
  private final List<String> statistics;
  private final int classes;
  private INDArray x = Nd4j.empty(DataType.FLOAT);
  private INDArray labels = Nd4j.empty(DataType.FLOAT);
  private int steps;

  Deeplearning4j(Graph graph, OptimizerSpec rule, int threads) {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    Nd4j.getEnvironment().setMaxThreads(threads);
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
    this.graph = graph;
    this.rule = rule;
    this.classes = graph.nodes().getLast().output().dim(1);
    this.network = build();
    fill();
    graph.weights().clear();
    this.statistics =
        network.paramTable().keySet().stream()
            .filter(key -> key.matches(".*_(mean|var|log10stdev)"))
            .toList();
    // Running statistics are parameters to it; they are not trained, so nothing decays them.
    ComputationGraph mask = network.clone();
    mask.params().assign((float) rule.weightDecay());
    statistics.forEach(key -> mask.getParam(key).assign(0));
    this.decay = mask.params().dup();
    this.first = Nd4j.zerosLike(network.params());
    this.second = rule instanceof OptimizerSpec.Adam ? first.dup() : first;
  }

  private static String name(int value) {
    return value == 0 ? "images" : "value" + value;
  }

  private ComputationGraph build() {
    GraphBuilder builder = new NeuralNetConfiguration.Builder().graphBuilder().addInputs(name(0));
    String[] names = new String[graph.nodes().size() + 1];
    names[0] = name(0);
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      String own = name(i + 1);
      String input = names[node.inputs().getFirst()];
      switch (node.op()) {
        case Reshape _ -> own = input; // it flattens by itself
        case Add _ ->
            builder.addVertex(
                own,
                new ElementWiseVertex(ElementWiseVertex.Op.Add),
                input,
                names[node.inputs().get(1)]);
        default -> builder.addLayer(own, layer(node, i == graph.nodes().size() - 1), input);
      }
      names[i + 1] = own;
    }
    var image = graph.image();
    var net =
        new ComputationGraph(
            builder
                .setInputTypes(InputType.convolutional(image.dim(0), image.dim(1), image.dim(2)))
                .setOutputs(name(graph.nodes().size()))
                .build());
    net.init();
    return net;
  }

  private static Layer layer(Node node, boolean last) {
    return switch (node.op()) {
      case Convolve(Window w) ->
          new ConvolutionLayer.Builder(w.kernelHeight(), w.kernelWidth())
              .stride(w.stride(), w.stride())
              .padding(w.padding(), w.padding())
              .convolutionMode(ConvolutionMode.Truncate)
              .nOut(node.output().dim(3))
              .hasBias(node.parameters().size() > 1)
              .activation(Activation.IDENTITY)
              .build();
      case BatchNorm n ->
          new BatchNormalization.Builder()
              .eps(n.epsilon())
              .decay(RUNNING_SHARE_KEPT)
              .activation(Activation.IDENTITY)
              .build();
      case Affine _ when last ->
          new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
              .nOut(node.output().dim(1))
              .activation(Activation.SOFTMAX)
              .build();
      case Affine _ ->
          new DenseLayer.Builder()
              .nOut(node.output().dim(1))
              .activation(Activation.IDENTITY)
              .build();
      case Relu _ -> new ActivationLayer.Builder().activation(Activation.RELU).build();
      case MaxPool(Window w) ->
          new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
              .kernelSize(w.kernelHeight(), w.kernelWidth())
              .stride(w.stride(), w.stride())
              .padding(w.padding(), w.padding())
              .convolutionMode(ConvolutionMode.Truncate)
              .build();
      case GlobalAveragePool _ -> new GlobalPoolingLayer.Builder(PoolingType.AVG).build();
      case Dropout d -> new DropoutLayer.Builder(1 - d.rate()).build();
      default -> throw new IllegalArgumentException("deeplearning4j here has no " + node.op());
    };
  }

  private void fill() {
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      String layer = name(i + 1);
      switch (node.op()) {
        case Convolve _ -> {
          set(layer + "_W", graph.convolution(node));
          bias(layer, node);
        }
        case Affine _ -> {
          set(layer + "_W", graph.linearTransposed(node));
          bias(layer, node);
        }
        case BatchNorm _ -> {
          set(layer + "_gamma", graph.own(node, 0));
          set(layer + "_beta", graph.own(node, 1));
        }
        default -> {}
      }
    }
  }

  private void bias(String layer, Node node) {
    if (node.parameters().size() > 1) {
      set(layer + "_b", graph.own(node, 1));
    }
  }

  private void set(String key, float[] values) {
    INDArray parameter = network.getParam(key);
    parameter.assign(Nd4j.create(values, parameter.shape(), 'c'));
  }

  @Override
  public String version() {
    return "1.0.0-M2.1";
  }

  @Override
  public void load(float[] images, int[] classesOfImages) {
    int n = classesOfImages.length;
    var image = graph.image();
    x =
        Nd4j.create(
            Graph.channelsFirst(images, n, image),
            new long[] {n, image.dim(2), image.dim(0), image.dim(1)},
            'c');
    float[] oneHot = new float[n * classes];
    for (int i = 0; i < n; i++) {
      oneHot[i * classes + classesOfImages[i]] = 1;
    }
    labels = Nd4j.create(oneHot, new long[] {n, classes}, 'c');
  }

  @Override
  public float step(float learningRate) {
    network.setInputs(x);
    network.setLabels(labels);
    network.computeGradientAndScore();
    steps++;
    Map<String, INDArray> gradients = network.gradient().gradientForVariable();
    for (String key : statistics) {
      INDArray change = gradients.get(key);
      if (change == null) {
        throw new IllegalStateException("deeplearning4j has no change of " + key);
      }
      network.getParam(key).subi(change);
      change.assign(0);
    }
    INDArray all = network.getFlattenedGradients().reshape(decay.shape()); // a view
    update(all.divi(labels.size(0)), learningRate);
    return (float) network.score();
  }

  private void update(INDArray gradient, float rate) {
    INDArray parameters = network.params();
    if (rule.weightDecay() > 0) {
      gradient.addi(parameters.mul(decay));
    }
    switch (rule) {
      case OptimizerSpec.Sgd s when !s.nesterov() ->
          parameters.subi(first.muli(s.momentum()).addi(gradient).mul(rate));
      case OptimizerSpec.Adam a when a.kind().equals("adam") -> {
        first.muli(a.beta1()).addi(gradient.mul(1 - a.beta1()));
        second.muli(a.beta2()).addi(gradient.mul(gradient).muli(1 - a.beta2()));
        INDArray root =
            Transforms.sqrt(second, true).divi(Math.sqrt(1 - Math.pow(a.beta2(), steps)));
        double size = rate / (1 - Math.pow(a.beta1(), steps));
        parameters.subi(first.mul(size).divi(root.addi(a.epsilon())));
      }
      default -> throw new IllegalArgumentException("deeplearning4j here has no " + rule);
    }
  }

  /** It gives probabilities: their logarithms are logits whose softmax they are. */
  @Override
  public float[] logits() {
    float[] values = network.output(false, x)[0].dup('c').data().asFloat();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) StrictMath.log(Math.max(values[i], Float.MIN_NORMAL));
    }
    return values;
  }

  @Override
  public void close() {
    network.close();
  }
}
