package dev.verbatim.bench;

import dev.verbatim.autograd.Op;
import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.models.ResNet;
import dev.verbatim.nn.Apply;
import dev.verbatim.nn.Conv2d;
import dev.verbatim.nn.Initializer;
import dev.verbatim.nn.Layer;
import dev.verbatim.nn.Linear;
import dev.verbatim.nn.Network;
import dev.verbatim.nn.Parameter;
import dev.verbatim.nn.Sequential;
import dev.verbatim.ops.SoftmaxCrossEntropy;
import dev.verbatim.optim.GradientRules;
import dev.verbatim.optim.Sgd;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Whole steps on random images of 32x32x3 and 100 classes, in the manner of the runner: forward,
 * loss and score, backward, SGD with momentum and weight decay, the search for what is not finite.
 * FLOPs are counted as 2 for each MAC of inference and 6 in training.
 */
public class StepBenchmark extends KernelBenchmark {
  private static final int CLASSES = 100;

  /** A network and how many images it is given. */
  @Param({"resnet20 batch 128", "cifar_cnn batch 64", "resnet18 batch 32"})
  public String shape = "";

  private final Op lossOp = new SoftmaxCrossEntropy();
  private final float[] lossOnHost = new float[1];
  private final double[] notFiniteOnHost = new double[1];
  private Network network;
  private double macs;
  private Tape training;
  private Tape inference;
  private Variable x;
  private Variable labels;
  private Sgd sgd;
  private List<Parameter> parameters;
  private Tensor totals;
  private Tensor notFinite;

  /** Makes network, batch and optimizer. */
  @Setup
  public void place(Beside figures) {
    open(figures);
    String[] words = shape.split(" batch ", -1);
    int batch = Integer.parseInt(words[1]);
    network = new Network(layers(words[0]), Shape.of(32, 32, 3));
    macs = (double) network.macs() * batch;
    Network _ = network.place(cpu, Initializer.KAIMING_NORMAL, 1);
    training = new Tape(cpu);
    training.train(true);
    inference = new Tape(cpu);
    x = new Variable(tensor(batch, 32, 32, 3), false);
    labels = new Variable(labels(batch, CLASSES), false);
    sgd =
        new Sgd(
            cpu,
            network.parameters(),
            0.01f,
            new Sgd.Options(0.9f, false, GradientRules.decay(5e-4f)));
    parameters = List.copyOf(network.parameters().values());
    totals = cpu.allocate(DType.FLOAT64, Shape.of(3));
    notFinite = cpu.allocate(DType.FLOAT64, Shape.of(1));
  }

  private static Layer layers(String name) {
    var options =
        new ResNet.Options(
            true,
            true,
            ResNet.Shortcut.PROJECTION,
            ResNet.Head.GLOBAL_AVERAGE,
            ResNet.Stem.CIFAR,
            "relu",
            0,
            1);
    return switch (name) {
      case "resnet20" -> ResNet.of(20, CLASSES, options);
      case "resnet18" -> ResNet.of(18, CLASSES, options);
      case "cifar_cnn" ->
          new Sequential(
              new Conv2d(8, 3),
              Apply.relu(),
              Apply.maxPool(2, 2),
              new Conv2d(16, 3),
              Apply.relu(),
              Apply.maxPool(2, 2),
              Apply.flatten(),
              new Linear(128),
              Apply.relu(),
              new Linear(CLASSES));
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** One training step. */
  @Benchmark
  public float train() {
    beside.operation(6 * macs, 0, x.shape().dim(0));
    Variable loss = forward(training);
    training.backward(loss);
    sgd.step();
    for (int i = 0; i < parameters.size(); i++) {
      k.countNotFinite(parameters.get(i).tensor(), notFinite);
    }
    cpu.read(loss.tensor(), lossOnHost);
    cpu.read(notFinite, notFiniteOnHost);
    return lossOnHost[0];
  }

  /** One batch of an evaluation. */
  @Benchmark
  public float infer() {
    beside.operation(2 * macs, 0, x.shape().dim(0));
    cpu.read(forward(inference).tensor(), lossOnHost);
    return lossOnHost[0];
  }

  private Variable forward(Tape tape) {
    tape.reset();
    Variable logits = network.apply(tape, x);
    Variable loss = tape.call(lossOp, logits, labels);
    k.score(logits.tensor(), labels.tensor(), tape.latest().saved(1), totals);
    return loss;
  }
}
