package dev.verbatim.conformance;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.nn.Apply;
import dev.verbatim.nn.BatchNorm2d;
import dev.verbatim.nn.Conv2d;
import dev.verbatim.nn.Initializer;
import dev.verbatim.nn.Layer;
import dev.verbatim.nn.Network;
import dev.verbatim.nn.Residual;
import dev.verbatim.nn.Sequential;
import dev.verbatim.ops.Add;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * In evaluation a convolution, its normalization, a residual and ReLU are one call: the same bits
 * as layer by layer.
 */
class EvaluationFusionTest {
  private static final Shape IMAGE = Shape.of(7, 7, 6);

  private static List<Layer> layers() {
    return List.of(
        convolution(16), new BatchNorm2d(), Apply.relu(), convolution(16), new BatchNorm2d());
  }

  private static Layer convolution(int out) {
    return new Conv2d(out, Window.square(3, 1, 1), false);
  }

  @Test
  void hasTheBitsOfLayerByLayer() {
    for (Backend device : Devices.all()) {
      List<Layer> stem = layers();
      List<Layer> body = layers();
      var first = new Sequential(stem.toArray(Layer[]::new));
      var block = new Residual(new Sequential(body.toArray(Layer[]::new)), new Sequential(), true);
      var network = new Network(new Sequential(first, block), IMAGE);
      network.place(device, Initializer.KAIMING_UNIFORM, 1);
      var random = new Philox(1, Philox.Purpose.TEST, 0, 0);
      network.state().values().stream()
          .filter(tensor -> tensor.shape().rank() == 1)
          .forEach(tensor -> fill(device, tensor, random));
      Tensor images = device.allocate(DType.FLOAT32, Shape.of(5, 7, 7, 6));
      fill(device, images, random);
      Variable x = new Variable(images, false);
      try (Tape fused = new Tape(device);
          Tape apart = new Tape(device)) {
        float[] y = read(device, network.apply(fused, x));
        Variable middle = inTurn(stem, apart, x);
        Variable sum = apart.call(new Add(), inTurn(body, apart, middle), middle);
        float[] expected = read(device, Apply.relu().apply(apart, sum));
        BitEquality.compare(device, "network", "result", expected, y);
      }
    }
  }

  private static Variable inTurn(List<Layer> layers, Tape tape, Variable x) {
    Variable y = x;
    for (Layer layer : layers) {
      y = layer.apply(tape, y);
    }
    return y;
  }

  /** Between 0.5 and 1.5, as variances may be. */
  private static void fill(Backend device, Tensor tensor, Philox random) {
    float[] values = new float[tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() + 0.5f;
    }
    device.write(tensor, values);
  }

  private static float[] read(Backend device, Variable variable) {
    float[] values = new float[variable.tensor().size()];
    device.read(variable.tensor(), values);
    return values;
  }
}
