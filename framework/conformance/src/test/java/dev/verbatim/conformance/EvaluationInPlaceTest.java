package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.nn.Apply;
import dev.verbatim.nn.BatchNorm2d;
import dev.verbatim.nn.Conv2d;
import dev.verbatim.nn.Initializer;
import dev.verbatim.nn.Linear;
import dev.verbatim.nn.Network;
import dev.verbatim.nn.Sequential;
import dev.verbatim.ops.SoftmaxCrossEntropy;
import dev.verbatim.optim.Sgd;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Evaluation in the memory of training, between its steps. */
class EvaluationInPlaceTest {
  private static final SoftmaxCrossEntropy LOSS = new SoftmaxCrossEntropy();
  private static final int BATCH = 6;

  @Test
  void changesNoBitOfTrainingAndTakesNoMemory() {
    for (Backend device : Devices.all()) {
      List<Float> alone = weights(device, false);
      assertEquals(alone, weights(device, true), device.description());
    }
  }

  private static List<Float> weights(Backend device, boolean evaluates) {
    var network =
        new Network(
            new Sequential(
                new Conv2d(8, 3), new BatchNorm2d(), Apply.relu(), Apply.flatten(), new Linear(10)),
            Shape.of(8, 8, 3));
    network.place(device, Initializer.KAIMING_UNIFORM, 1);
    var sgd = new Sgd(device, network.parameters(), 0.1f, Sgd.Options.PLAIN);
    Variable x = images(device, BATCH);
    Variable labels = labels(device, BATCH);
    Variable fewImages = images(device, 4);
    Variable fewLabels = labels(device, 4);
    try (Tape training = new Tape(device)) {
      training.train(true);
      for (int step = 0; step < 3; step++) {
        training.reset();
        training.backward(training.call(LOSS, network.apply(training, x), labels));
        sgd.step();
        if (evaluates) {
          long before = device.allocatedBytes();
          try (Tape whole = Tape.inPlaceOf(training);
              Tape rest = Tape.inPlaceOf(training)) {
            var _ = whole.call(LOSS, network.apply(whole, x), labels);
            var _ = rest.call(LOSS, network.apply(rest, fewImages), fewLabels);
            assertEquals(before, device.allocatedBytes(), device.description());
          }
        }
      }
    }
    List<Float> values = new ArrayList<>();
    network
        .state()
        .forEach(
            (path, tensor) -> {
              float[] read = new float[tensor.size()];
              device.read(tensor, read);
              for (float value : read) {
                values.add(value);
              }
            });
    return values;
  }

  private static Variable images(Backend device, int batch) {
    Tensor tensor = device.allocate(DType.FLOAT32, Shape.of(batch, 8, 8, 3));
    var random = new Philox(1, Philox.Purpose.TEST, 0, batch);
    float[] values = new float[tensor.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    device.write(tensor, values);
    return new Variable(tensor, false);
  }

  private static Variable labels(Backend device, int batch) {
    Tensor tensor = device.allocate(DType.INT32, Shape.of(batch));
    int[] values = new int[batch];
    for (int i = 0; i < batch; i++) {
      values[i] = i;
    }
    device.write(tensor, values);
    return new Variable(tensor, false);
  }
}
