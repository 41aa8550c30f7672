package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.KernelTimes;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a device may launch together. The parameters of a large network at once: more than a device
 * takes in one launch, of sizes around its blocks, with numbers of their own; the same bits as one
 * after another on the reference.
 */
class TogetherTest {
  private static final int[] SIZES = {1, 3, 255, 256, 257, 1024, 1025, 4095, 4096, 4097, 9000};
  private static final int TENSORS = 200;

  /** What an optimizer works on. */
  private record Parameters(List<Tensor> p, List<Tensor> dP, List<Tensor> a, List<Tensor> b) {
    static Parameters on(Backend device) {
      var made =
          new Parameters(
              new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int i = 0; i < TENSORS; i++) {
        Shape shape = Shape.of(SIZES[i % SIZES.length]);
        made.p.add(filled(device, 2 * i, shape));
        made.dP.add(filled(device, 2 * i + 1, shape));
        made.a.add(device.allocate(DType.FLOAT32, shape));
        made.b.add(device.allocate(DType.FLOAT32, shape));
      }
      return made;
    }
  }

  private static Tensor filled(Backend device, int index, Shape shape) {
    var random = new Philox(11, Philox.Purpose.TEST, 3, index);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    Tensor tensor = device.allocate(DType.FLOAT32, shape);
    device.write(tensor, values);
    return tensor;
  }

  @Test
  void stepsOfEveryOptimizerWithClipping() {
    for (String optimizer : List.of("sgd", "adam", "rmsprop")) {
      float[] expected = step(new ReferenceBackend(Arithmetic.FLOAT32), optimizer);
      for (Backend device : Devices.all()) {
        BitEquality.compare(device, optimizer, "values", expected, step(device, optimizer));
      }
    }
  }

  private static float[] step(Backend device, String optimizer) {
    Parameters all = Parameters.on(device);
    Tensor numbers = device.allocate(DType.FLOAT32, Shape.of(4));
    device.write(numbers, new float[] {0.1f, 0.11f, 1.5f, 0.999f});
    Tensor squares = device.allocate(DType.FLOAT64, Shape.of(1));
    Tensor factor = device.allocate(DType.FLOAT32, Shape.of(1));
    Kernels k = device.kernels();
    k.together(
        () -> {
          all.dP.forEach(dP -> k.clamp(dP, 0.45f));
          k.startSquares(squares);
          all.dP.forEach(dP -> k.addSquares(dP, squares));
          k.clipFactor(squares, 50f, factor);
          all.dP.forEach(dP -> k.scale(dP, factor));
          for (int i = 0; i < TENSORS; i++) {
            Tensor p = all.p.get(i);
            Tensor dP = all.dP.get(i);
            Tensor a = all.a.get(i);
            float decay = i % 3 == 0 ? 0f : 0.01f;
            switch (optimizer) {
              case "sgd" -> k.sgd(p, dP, a, numbers, 0.9f, decay, i % 50 > 25);
              case "adam" ->
                  k.adam(p, dP, a, all.b.get(i), numbers, 0.1f, 0.999f, 0.001f, 1e-8f, decay, true);
              default ->
                  k.rmsProp(p, dP, a, all.b.get(i), numbers, 0.99f, 0.01f, 1e-8f, 0.9f, decay);
            }
          }
          for (int i = 0; i < TENSORS; i++) {
            k.copy(all.p.get(i), true, all.b.get(i));
          }
        });
    List<float[]> parts = new ArrayList<>();
    for (List<Tensor> tensors : List.of(all.p, all.dP, all.a, all.b, List.of(factor))) {
      for (Tensor tensor : tensors) {
        float[] values = new float[tensor.size()];
        device.read(tensor, values);
        parts.add(values);
      }
    }
    return joined(parts);
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  @Test
  void whatIsNotFiniteIsCountedInAllOfThem() {
    for (Backend device : Devices.all()) {
      Parameters all = Parameters.on(device);
      Tensor count = device.allocate(DType.FLOAT64, Shape.of(1));
      device.write(all.p.get(0), new float[] {Float.NaN});
      device.write(all.p.get(TENSORS - 1), new float[] {1f, Float.NEGATIVE_INFINITY, Float.NaN});
      Kernels k = device.kernels();
      k.together(() -> all.p.forEach(p -> k.countNotFinite(p, count)));
      double[] counted = new double[1];
      device.read(count, counted);
      assertEquals(3, counted[0], device.description());
    }
  }

  /**
   * Gradients by weights and biases, a second one added to the first, and one that is read early.
   */
  @Test
  void gradientsByWeights() {
    float[] expected = gradients(new ReferenceBackend(Arithmetic.FLOAT32));
    for (Backend device : Devices.all()) {
      BitEquality.compare(device, "gradients", "values", expected, gradients(device));
    }
  }

  private static float[] gradients(Backend device) {
    Kernels k = device.kernels();
    Window window = Window.square(3, 1, 1);
    List<Tensor> outputs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int out = i == 1 ? 16 : 7 + i; // the second in tiles
      Tensor x = filled(device, 3 * i, Shape.of(5, 4, 6, 16));
      Tensor dY = filled(device, 3 * i + 1, Shape.of(5, 4, 6, out));
      Tensor dW = filled(device, 3 * i + 2, Shape.of(3, 3, 16, out));
      Tensor dBias = filled(device, 3 * i + 2, Shape.of(out));
      k.convolveWeightGradient(window, x, dY, i == 1, dW);
      k.sumRows(dY, 5, i == 2, dBias);
      k.convolveWeightGradient(window, x, dY, true, dW);
      if (i == 1) {
        k.relu(dW, dW);
      }
      outputs.add(dW);
      outputs.add(dBias);
    }
    return concatenated(device, outputs);
  }

  /** The second adds up the first, in the middle of its own; what comes then is larger. */
  @Test
  void gradientOfAGradient() {
    float[] expected = gradientOfAGradient(new ReferenceBackend(Arithmetic.FLOAT32));
    for (Backend device : Devices.all()) {
      float[] actual = gradientOfAGradient(device);
      BitEquality.compare(device, "gradient of a gradient", "values", expected, actual);
    }
  }

  private static float[] gradientOfAGradient(Backend device) {
    Kernels k = device.kernels();
    Window window = Window.square(3, 1, 1);
    Tensor x = filled(device, 1, Shape.of(3, 3, 6, 3));
    Tensor dW = filled(device, 2, Shape.of(3, 3, 3, 5));
    Tensor dWOfIt = filled(device, 3, Shape.of(3, 3, 5, 4));
    List<Tensor> outputs = new ArrayList<>(List.of(dW, dWOfIt));
    k.convolveWeightGradient(window, x, filled(device, 4, Shape.of(3, 3, 6, 5)), false, dW);
    k.convolveWeightGradient(window, dW, filled(device, 5, Shape.of(3, 3, 3, 4)), false, dWOfIt);
    for (int i = 0; i < 3; i++) {
      Tensor dY = filled(device, 6 + i, Shape.of(3, 3, 6, 40));
      Tensor other = filled(device, 9 + i, Shape.of(3, 3, 3, 40));
      k.convolveWeightGradient(window, x, dY, false, other);
      outputs.add(other);
    }
    return concatenated(device, outputs);
  }

  /** They wait when other work is repeated, which reads one of them and makes another. */
  @Test
  void gradientsBesideWorkThatIsRepeated() {
    float[] expected = besideRepeatedWork(new ReferenceBackend(Arithmetic.FLOAT32));
    for (Backend device : Devices.all()) {
      BitEquality.compare(
          device, "beside repeated work", "values", expected, besideRepeatedWork(device));
    }
  }

  private static float[] besideRepeatedWork(Backend device) {
    Kernels k = device.kernels();
    Window window = Window.square(3, 1, 1);
    Tensor x = filled(device, 0, Shape.of(5, 4, 6, 16));
    Tensor dY = filled(device, 1, Shape.of(5, 4, 6, 16));
    Tensor dYOfOther = filled(device, 2, Shape.of(5, 4, 6, 16));
    Tensor dW = filled(device, 3, Shape.of(3, 3, 16, 16));
    Tensor other = filled(device, 4, Shape.of(3, 3, 16, 16));
    Tensor copy = filled(device, 5, Shape.of(3, 3, 16, 16));
    Runnable reading = device.repeated(() -> k.copy(dW, true, copy));
    Runnable making =
        device.repeated(() -> k.convolveWeightGradient(window, x, dYOfOther, true, other));
    for (int time = 0; time < 3; time++) {
      for (Runnable work : List.of(reading, making)) {
        k.convolveWeightGradient(window, x, dY, true, dW);
        work.run();
      }
    }
    return concatenated(device, List.of(dW, other, copy));
  }

  /** Those of convolutions in tiles and of others. */
  @Test
  void cudaAddsUpGradientsInOneLaunch() {
    for (Backend device : Devices.all()) {
      if (device.name().equals("cuda")) {
        Tensor x = filled(device, 0, Shape.of(5, 4, 6, 16));
        Tensor dY = filled(device, 1, Shape.of(5, 4, 6, 7));
        Tensor dYInTiles = filled(device, 1, Shape.of(5, 4, 6, 32));
        List<Tensor> dWs = new ArrayList<>();
        for (int i = 0; i < 45; i++) {
          dWs.add(device.allocate(DType.FLOAT32, Shape.of(3, 3, 16, 7)));
          dWs.add(device.allocate(DType.FLOAT32, Shape.of(3, 3, 16, 32)));
        }
        Window window = Window.square(3, 1, 1);
        Runnable all =
            () -> {
              for (Tensor dW : dWs) {
                Tensor own = dW.shape().dim(3) == 32 ? dYInTiles : dY;
                device.kernels().convolveWeightGradient(window, x, own, false, dW);
              }
            };
        int launches =
            device.kernelTimes(all).kernels().stream()
                .filter(kernel -> kernel.name().equals("sumBlocks"))
                .mapToInt(KernelTimes.Kernel::launches)
                .sum();
        assertEquals(2, launches); // a table has 80
      }
    }
  }

  private static float[] concatenated(Backend device, List<Tensor> tensors) {
    FloatBuffer all = FloatBuffer.allocate(tensors.stream().mapToInt(Tensor::size).sum());
    for (Tensor tensor : tensors) {
      float[] values = new float[tensor.size()];
      device.read(tensor, values);
      all.put(values);
    }
    return all.array();
  }
}
