package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
 * Weights of convolutions in tiles that change between two uses, so that a device which keeps them
 * transformed has to notice, whoever changed them.
 */
class WeightsInTilesTest {
  private static final Window WINDOW = Window.square(3, 1, 1);
  private static final Window STRIDE = Window.square(3, 2, 1);
  private static final Shape WEIGHTS = Shape.of(3, 3, 16, 32);
  private static final int MOST_IMAGES = 3;

  /** A layer's tensors on a device. */
  private record Layer(Backend device, Tensor x, Tensor w, Tensor y, Tensor dX, Tensor other) {
    static Layer on(Backend device) {
      return new Layer(
          device,
          filled(device, 1, Shape.of(MOST_IMAGES, 4, 4, 16)),
          filled(device, 2, WEIGHTS),
          filled(device, 3, Shape.of(MOST_IMAGES, 4, 4, 32)),
          filled(device, 4, Shape.of(MOST_IMAGES, 4, 4, 16)),
          filled(device, 5, WEIGHTS));
    }

    void convolve() {
      device.kernels().convolve(WINDOW, x, w, Tensor.none(), y);
      device.kernels().convolveInputGradient(WINDOW, y, w, false, dX);
    }

    float[] result() {
      FloatBuffer both = FloatBuffer.allocate(y.size() + dX.size());
      both.put(values(device, y)).put(values(device, dX));
      return both.array();
    }
  }

  private static Tensor filled(Backend device, int index, Shape shape) {
    var random = new Philox(17, Philox.Purpose.TEST, 3, index);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    Tensor tensor = device.allocate(DType.FLOAT32, shape);
    device.write(tensor, values);
    return tensor;
  }

  private static float[] values(Backend device, Tensor tensor) {
    float[] values = new float[tensor.size()];
    device.read(tensor, values);
    return values;
  }

  /** What changes the weights of a layer. */
  private interface Change {
    void of(Layer layer, Kernels k);
  }

  private static void fromTheHost(Layer layer, Kernels k) {
    layer.device.write(layer.w, values(layer.device, layer.other));
  }

  private static void fromAnotherTensor(Layer layer, Kernels k) {
    k.copy(layer.other, true, layer.w);
  }

  private static void byAnOptimizer(Layer layer, Kernels k) {
    Tensor rate = filled(layer.device, 6, Shape.of(1));
    Tensor velocity = filled(layer.device, 7, WEIGHTS);
    k.together(() -> k.sgd(layer.w, layer.other, velocity, rate, 0.9f, 0.01f, false));
  }

  /** As the gradient of another convolution: in one block of images, or in several. */
  private static Change asGradient(Window window, int images) {
    return (layer, k) -> {
      int size = 4 / window.stride();
      Tensor x = filled(layer.device, 8, Shape.of(images, 4, 4, 16));
      Tensor dY = filled(layer.device, 9, Shape.of(images, size, size, 32));
      k.convolveWeightGradient(window, x, dY, true, layer.w);
    };
  }

  private static final List<Change> CHANGES =
      List.of(
          WeightsInTilesTest::fromTheHost,
          WeightsInTilesTest::fromAnotherTensor,
          WeightsInTilesTest::byAnOptimizer,
          asGradient(STRIDE, 1),
          asGradient(STRIDE, MOST_IMAGES),
          asGradient(WINDOW, 1),
          asGradient(WINDOW, MOST_IMAGES));

  @Test
  void areThoseThatAreThereWhoeverChangedThem() {
    for (Change change : CHANGES) {
      float[] expected = changed(new ReferenceBackend(Arithmetic.FLOAT32), change);
      for (Backend device : Devices.all()) {
        String name = "change " + CHANGES.indexOf(change);
        BitEquality.compare(device, name, "result", expected, changed(device, change));
      }
    }
  }

  private static float[] changed(Backend device, Change change) {
    Layer layer = Layer.on(device);
    layer.convolve();
    change.of(layer, device.kernels());
    layer.convolve();
    return layer.result();
  }

  /**
   * Of work that is recorded: between its runs the weights change through the host, a kernel and
   * other work that is recorded; in it by its own end.
   */
  @Test
  void areThoseThatAreThereWhereWorkIsRepeated() {
    float[] expected = repeated(new ReferenceBackend(Arithmetic.FLOAT32));
    for (Backend device : Devices.all()) {
      BitEquality.compare(device, "repeated", "results", expected, repeated(device));
    }
  }

  private static float[] repeated(Backend device) {
    Layer layer = Layer.on(device);
    Kernels k = device.kernels();
    Runnable convolution = device.repeated(layer::convolve);
    Runnable step =
        device.repeated(
            () -> {
              layer.convolve();
              k.copy(layer.other, true, layer.w);
            });
    Runnable addition = device.repeated(() -> k.copy(layer.other, true, layer.w));
    List<Runnable> all = new ArrayList<>();
    for (int time = 0; time < 3; time++) {
      all.addAll(List.of(step, convolution, layer::convolve, addition, convolution, addition));
      all.addAll(List.of(layer::convolve, () -> fromTheHost(layer, k), step, layer::convolve));
      all.addAll(List.of(convolution, () -> fromAnotherTensor(layer, k), step));
    }
    int size = layer.result().length;
    FloatBuffer results = FloatBuffer.allocate(size * all.size());
    for (Runnable work : all) {
      work.run();
      results.put(layer.result());
    }
    return results.array();
  }

  /** Where other weights were when it was recorded there may be anything when it is repeated. */
  @Test
  void repeatedWorkLeavesTheMemoryOfOthersAlone() {
    for (Backend device : Devices.all()) {
      Layer gone = Layer.on(device);
      Layer layer = Layer.on(device);
      gone.convolve();
      Runnable work = device.repeated(layer::convolve);
      for (int time = 0; time < 2; time++) {
        fromTheHost(gone, device.kernels());
        work.run();
      }
      device.release(gone.w);
      List<Tensor> others = new ArrayList<>();
      for (int i = 0; i < 4; i++) { // as large as weights, and as these when they are transformed
        others.add(filled(device, 20 + i, WEIGHTS));
        others.add(filled(device, 30 + i, Shape.of(72, 16, 32)));
      }
      List<float[]> before = others.stream().map(tensor -> values(device, tensor)).toList();
      work.run();
      for (int i = 0; i < others.size(); i++) {
        assertArrayEquals(before.get(i), values(device, others.get(i)), device.description());
      }
    }
  }

  /** The same memory as weights of other shapes, which have other places when transformed. */
  @Test
  void areThoseOfTheShapeThatIsAskedFor() {
    float[] expected = ofTwoShapes(new ReferenceBackend(Arithmetic.FLOAT32));
    for (Backend device : Devices.all()) {
      BitEquality.compare(device, "two shapes", "results", expected, ofTwoShapes(device));
    }
  }

  private static float[] ofTwoShapes(Backend device) {
    Layer layer = Layer.on(device);
    layer.convolve();
    Tensor turned = new Tensor(Shape.of(3, 3, 32, 16), layer.w.storage());
    Tensor dY = filled(device, 10, Shape.of(1, 4, 4, 16));
    Tensor dX = filled(device, 11, Shape.of(1, 4, 4, 32));
    device.kernels().convolveInputGradient(WINDOW, dY, turned, false, dX);
    return values(device, dX);
  }

  /** Of more layers than a launch takes, once all of them have been wanted. */
  @Test
  void cudaTransformsAllInOneLaunch() {
    for (Backend device : Devices.all()) {
      if (device.name().equals("cuda")) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
          layers.add(Layer.on(device));
        }
        Runnable step = () -> layers.forEach(Layer::convolve);
        step.run();
        assertEquals(0, launches(device, step));
        layers.forEach(layer -> fromTheHost(layer, device.kernels()));
        assertEquals(2, launches(device, step)); // a table has 80
        layers.forEach(layer -> device.release(layer.w));
      }
    }
  }

  private static int launches(Backend device, Runnable work) {
    return device.kernelTimes(work).kernels().stream()
        .filter(kernel -> kernel.name().equals("winogradWeights"))
        .mapToInt(KernelTimes.Kernel::launches)
        .sum();
  }
}
