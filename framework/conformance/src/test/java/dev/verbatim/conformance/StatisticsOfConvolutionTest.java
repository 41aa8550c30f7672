package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.ops.Convolve;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.KernelTimes;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Batch statistics of a convolution's output, again and again on the same tensors, so that a device
 * may learn to form them in the convolution: the reference's bits, and those of what is there.
 */
class StatisticsOfConvolutionTest {
  private static final int TIMES = 3;

  /** A layer's tensors on a device. */
  private record Layer(
      Backend device, Window window, Tensor x, Tensor w, Tensor y, Tensor mean, Tensor variance) {
    static Layer on(Backend device, Shape image, int out, int stride) {
      Window window = Window.square(3, stride, 1);
      Shape channels = Shape.of(out);
      Shape weights = Shape.of(3, 3, image.dim(3), out);
      return new Layer(
          device,
          window,
          device.allocate(DType.FLOAT32, image),
          device.allocate(DType.FLOAT32, weights),
          device.allocate(DType.FLOAT32, new Convolve(window).outputShape(image, weights)),
          device.allocate(DType.FLOAT32, channels),
          device.allocate(DType.FLOAT32, channels));
    }

    void fill(int time) {
      device.write(x, numbers(x.size(), time));
      device.write(w, numbers(w.size(), 100 + time));
    }

    void convolve() {
      device.kernels().convolve(window, x, w, Tensor.none(), y);
    }

    void statistics() {
      device.kernels().norms().moments(y, mean, variance);
    }

    float[] result() {
      int channels = mean.size();
      float[] both = new float[2 * channels];
      float[] one = new float[channels];
      device.read(mean, one);
      System.arraycopy(one, 0, both, 0, channels);
      device.read(variance, one);
      System.arraycopy(one, 0, both, channels, channels);
      return both;
    }
  }

  private static float[] numbers(int size, int index) {
    var random = new Philox(13, Philox.Purpose.TEST, 4, index);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() - 0.3f;
    }
    return values;
  }

  /**
   * Strips of whole rows, neighbours in a row, and what is neither; then in tiles: rows of which a
   * block of threads has several, a part of one or whole images, and what it has no whole rows of.
   */
  @ParameterizedTest(name = "x[{0},{1},{2},{3}], {4} channels, stride {5}")
  @CsvSource({
    "2,16,32,3,16,1",
    "1,8,32,16,9,1",
    "2,16,16,4,32,1",
    "3,8,8,20,64,1",
    "2,8,8,8,70,1",
    "2,16,16,7,32,2",
    "2,32,32,4,64,1",
    "3,16,16,20,70,1",
    "1,8,16,66,40,1",
    "2,16,32,20,36,2",
    "1,24,24,5,16,1",
    "1,16,48,5,24,1",
    "2,7,9,4,5,1",
    "2,32,32,16,16,1",
    "3,16,16,32,32,1",
    "5,8,8,64,64,1",
    "1,32,32,16,64,1",
    "1,8,8,16,160,1",
    "35,4,4,16,96,1",
    "3,8,7,16,16,1",
    "35,4,4,16,16,1",
    "1,12,64,16,48,1",
    "1,4,64,16,32,1",
    "1,6,64,16,48,1",
    "1,4,128,16,16,1",
    "1,4,128,16,32,1",
    "3,6,24,16,32,1"
  })
  void areTheReferencesEachTime(int n, int h, int w, int c, int out, int stride) {
    Shape image = Shape.of(n, h, w, c);
    Layer reference = Layer.on(new ReferenceBackend(Arithmetic.FLOAT32), image, out, stride);
    List<Layer> layers =
        Devices.all().stream().map(device -> Layer.on(device, image, out, stride)).toList();
    for (int time = 0; time < TIMES; time++) {
      reference.fill(time);
      reference.convolve();
      reference.statistics();
      for (Layer layer : layers) {
        layer.fill(time);
        layer.convolve();
        layer.statistics();
        BitEquality.compare(
            layer.device, image, "time " + time, reference.result(), layer.result());
      }
    }
  }

  /** What was written to the output after the convolution counts, whoever wrote it. */
  @Test
  void areOfWhatIsThereNow() {
    Shape image = Shape.of(1, 16, 16, 8);
    for (Backend device : Devices.all()) {
      Layer layer = Layer.on(device, image, 32, 1);
      Layer other = Layer.on(device, image, 32, 1);
      layer.fill(0);
      other.fill(1);
      for (int time = 0; time < TIMES; time++) {
        layer.convolve();
        layer.statistics();
      }
      other.convolve();
      other.statistics();
      layer.convolve();
      device.kernels().copy(other.y, false, layer.y);
      layer.statistics();
      BitEquality.compare(device, image, "a kernel's", other.result(), layer.result());
      layer.convolve();
      float[] values = new float[other.y.size()];
      device.read(other.y, values);
      device.write(layer.y, values);
      layer.statistics();
      BitEquality.compare(device, image, "the host's", other.result(), layer.result());
      Runnable copy = device.repeated(() -> device.kernels().copy(other.y, false, layer.y));
      for (int time = 0; time < TIMES; time++) {
        layer.convolve();
        copy.run();
        layer.statistics();
        BitEquality.compare(device, image, "repeated work's", other.result(), layer.result());
      }
    }
  }

  /** The same elements in another shape are rows of other channels. */
  @ParameterizedTest(name = "{0} channels as {1}")
  @CsvSource({"32,64", "32,16", "32,1024"})
  void areOfTheChannelsOfAViewOfIt(int out, int channels) {
    Shape image = Shape.of(2, 16, 16, 16);
    float[] expected = ofAView(new ReferenceBackend(Arithmetic.FLOAT32), image, out, channels);
    for (Backend device : Devices.all()) {
      float[] actual = ofAView(device, image, out, channels);
      BitEquality.compare(device, image, "view", expected, actual);
    }
  }

  private static float[] ofAView(Backend device, Shape image, int out, int channels) {
    Layer layer = Layer.on(device, image, out, 1);
    layer.fill(0);
    Tensor view = new Tensor(Shape.of(layer.y.size() / channels, channels), layer.y.storage());
    Tensor mean = device.allocate(DType.FLOAT32, Shape.of(channels));
    Tensor variance = device.allocate(DType.FLOAT32, Shape.of(channels));
    for (int time = 0; time < TIMES; time++) {
      layer.convolve();
      device.kernels().norms().moments(view, mean, variance);
    }
    float[] values = new float[channels];
    device.read(variance, values);
    return values;
  }

  /** What a convolution left before work is recorded is not there when the work is repeated. */
  @Test
  void areOfWhatIsThereWhereTheyAreTheFirstOfRepeatedWork() {
    Shape image = Shape.of(1, 16, 16, 16);
    for (Backend device : Devices.all()) {
      Layer layer = Layer.on(device, image, 32, 1);
      Layer other = Layer.on(device, image, 32, 1);
      layer.fill(0);
      other.fill(1);
      other.convolve();
      other.statistics();
      Runnable statistics = device.repeated(layer::statistics);
      for (int time = 0; time < TIMES; time++) {
        layer.convolve();
        statistics.run();
      }
      device.kernels().copy(other.y, false, layer.y);
      statistics.run();
      BitEquality.compare(device, image, "repeated", other.result(), layer.result());
    }
  }

  /**
   * In strips, as neighbours in a row, and in tiles of every shape of resnet20 and of resnet18 down
   * to 4x4; the first time it does not know that they are wanted.
   */
  @ParameterizedTest(name = "{3} channels of [{0},{1},{2}]: {4}")
  @CsvSource({
    "8,8,8,64,convolveStrips64",
    "8,32,8,64,convolve64",
    "32,32,16,16,winogradProducts16",
    "16,16,32,32,winogradProducts32",
    "8,8,64,64,winogradProducts32",
    "32,32,64,64,winogradProducts32",
    "16,16,16,128,winogradProducts32",
    "8,8,16,256,winogradProducts32",
    "4,4,16,512,winogradProducts32"
  })
  void cudaReadsTheOutputOnceLess(int height, int width, int channels, int out, String kernel) {
    for (Backend device : Devices.all()) {
      if (device.name().equals("cuda")) {
        Layer layer = Layer.on(device, Shape.of(2, height, width, channels), out, 1);
        layer.fill(0);
        Runnable both =
            () -> {
              layer.convolve();
              layer.statistics();
            };
        layer.convolve(); // transforms its weights
        assertEquals(List.of(kernel, "momentsOfBlocks", "moments"), names(device, both));
        assertEquals(List.of(kernel, "moments"), names(device, both));
      }
    }
  }

  private static List<String> names(Backend device, Runnable work) {
    return device.kernelTimes(work).kernels().stream().map(KernelTimes.Kernel::name).toList();
  }
}
