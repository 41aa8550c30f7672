package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.models.ResNet;
import dev.verbatim.nn.Initializer;
import dev.verbatim.nn.Layer;
import dev.verbatim.nn.Network;
import dev.verbatim.optim.Sgd;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.KernelTimes;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a training step asks of a GPU: a launch is what a small network's step waits for most. */
class LaunchesTest {
  private static final ResNet.Options OPTIONS =
      new ResNet.Options(
          true,
          true,
          ResNet.Shortcut.PROJECTION,
          ResNet.Head.GLOBAL_AVERAGE,
          ResNet.Stem.CIFAR,
          "relu",
          0,
          1);

  /**
   * Of 21 convolutions 16 are in tiles; the linear layer takes the kernels of the others. The norm
   * after each has its moments from the convolution: nobody reads its output for them. Weights are
   * transformed, blocks of gradients added up and parameters updated in one launch each. The first
   * step learns what goes together.
   */
  @Test
  void ofAStepOfResNet20() {
    for (Backend device : Devices.all()) {
      if (device.name().equals("cuda")) {
        Map<String, Integer> launches = secondStep(device, ResNet.of(20, 10, OPTIONS));
        assertEquals(
            "{averagePool=1, averagePoolGradient=1, channelAffine=21, "
                + "convolve=6, convolveInputGradient=5, convolveWeightSums=6, copy=1, "
                + "gradientSums=21, gradientSumsOfBlocks=21, inputGradient=21, moments=21, sgd=1, "
                + "sumBlocks=1, sumRowsOfBlocks=1, winogradInputGradient=16, winogradProducts=16, "
                + "winogradWeightSums=16, winogradWeights=1}",
            launches.toString());
      }
    }
  }

  private static Map<String, Integer> secondStep(Backend device, Layer layers) {
    Network network = new Network(layers, Shape.of(32, 32, 3));
    network.place(device, Initializer.KAIMING_UNIFORM, 1);
    Sgd sgd = new Sgd(device, network.parameters(), 0.1f, Sgd.Options.PLAIN);
    Shape images = Shape.of(1, 32, 32, 3);
    Variable x = new Variable(device.allocate(DType.FLOAT32, images), false);
    Tensor dLogits = device.allocate(DType.FLOAT32, Shape.of(1, 10));
    Map<String, Integer> launches = new TreeMap<>();
    try (Tape tape = new Tape(device)) {
      Runnable step =
          () -> {
            tape.backward(network.apply(tape, x), dLogits);
            sgd.step();
          };
      tape.train(true);
      step.run();
      tape.reset();
      for (KernelTimes.Kernel kernel : device.kernelTimes(step).kernels()) {
        launches.merge(
            kernel.name().replaceAll("(Strips)?\\d+$", ""), kernel.launches(), Integer::sum);
      }
    }
    return launches;
  }
}
