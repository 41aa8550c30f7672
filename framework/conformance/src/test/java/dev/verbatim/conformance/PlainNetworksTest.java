package dev.verbatim.conformance;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.nn.Apply;
import dev.verbatim.nn.Sequential;
import dev.verbatim.ops.Convolve;
import dev.verbatim.ops.MaxPool;
import dev.verbatim.ops.Relu;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What devices do in their own way for small plain networks: the same bits as always. */
class PlainNetworksTest {
  private static final long SEED = 20260102;

  /** Rows long enough for tiles of neighbouring pixels, with and without some left over. */
  @ParameterizedTest(name = "x[{0},{1},{2},{3}], {4} channels, kernel {5}, stride {6}, padding {7}")
  @CsvSource({
    "2,15,32,3,8,3,1,0", "7,9,33,3,16,3,1,1", "2,13,23,3,40,3,1,1", "1,6,12,3,4,3,1,0",
    "9,15,15,8,16,3,1,0", "2,20,40,3,8,3,2,1", "2,9,37,5,4,3,1,1", "1,10,40,1,8,5,1,2",
    "3,4,19,4,24,1,1,0", "65,5,14,3,8,3,1,0"
  })
  void convolution(int n, int h, int w, int c, int out, int kernel, int stride, int padding) {
    var op = new Convolve(Window.square(kernel, stride, padding));
    BitEquality.check(
        OpRun.of(op, SEED, Shape.of(n, h, w, c), Shape.of(kernel, kernel, c, out), Shape.of(out)));
  }

  /** Windows that do not meet, with rows and columns that none of them reaches. */
  @ParameterizedTest(name = "x[{0},{1},{2},{3}], kernel {4}")
  @CsvSource({"2,7,9,8,2", "3,6,6,16,2", "1,5,8,21,2", "2,10,11,16,3", "1,3,3,5,1"})
  void maxPool(int n, int h, int w, int c, int kernel) {
    var op = new MaxPool(Window.square(kernel, kernel, 0));
    BitEquality.check(OpRun.of(op, SEED, Shape.of(n, h, w, c)));
  }

  /** Layers change the places of the two; ops do not. */
  @ParameterizedTest(name = "kernel {0}, stride {1}, padding {2}")
  @CsvSource({"2,2,0", "3,2,1", "3,1,0", "2,3,0"})
  void reluBeforeMaxPooling(int kernel, int stride, int padding) {
    Window window = Window.square(kernel, stride, padding);
    for (Backend device : Devices.all()) {
      float[] one = reluAndMaxPool(device, window, false);
      BitEquality.compare(
          device, "relu and max_pool", "all", one, reluAndMaxPool(device, window, true));
    }
  }

  private static float[] reluAndMaxPool(Backend device, Window window, boolean layers) {
    Shape shape = Shape.of(3, 8, 9, 20);
    float[] values = values(1, shape.size());
    float[] odd = {-0f, Float.NaN, 0f, 0.25f, 0.25f, Float.POSITIVE_INFINITY, -Float.MIN_VALUE};
    for (int i = 0; i < values.length; i += 3) {
      values[i] = odd[i / 3 % odd.length];
    }
    for (int i = 0; i < values.length / 2; i++) { // half of the images have few that are not odd
      values[i] = i % 3 == 0 && i % 5 != 0 ? values[i] : -Math.abs(values[i]);
    }
    try (Tape tape = new Tape(device)) {
      Variable x = new Variable(tensor(device, shape, values), true);
      Variable y =
          layers
              ? new Sequential(Apply.relu(), Apply.maxPool(window)).apply(tape, x)
              : tape.call(new MaxPool(window), tape.call(new Relu(), x));
      float[] weights = values(2, y.shape().size());
      weights[0] = Float.NaN;
      weights[7] = -0f;
      Tensor dY = tensor(device, y.shape(), weights);
      tape.backward(y, dY);
      tape.backward(y, dY);
      float[] result = new float[y.shape().size() + shape.size()];
      float[] out = new float[y.shape().size()];
      float[] gradient = new float[shape.size()];
      device.read(y.tensor(), out);
      device.read(x.gradient(), gradient);
      System.arraycopy(out, 0, result, 0, out.length);
      System.arraycopy(gradient, 0, result, out.length, gradient.length);
      return result;
    }
  }

  @Test
  void sumsOfRowsInBlocks() {
    for (int channels : new int[] {8, 21}) {
      for (int blocks : new int[] {1, 3, 4, 11}) {
        float[] expected = sums(new ReferenceBackend(Arithmetic.FLOAT32), blocks, channels);
        for (Backend device : Devices.all()) {
          BitEquality.compare(device, "sumRows", "sums", expected, sums(device, blocks, channels));
        }
      }
    }
  }

  private static float[] sums(Backend device, int blocks, int channels) {
    int size = blocks * 9 * channels;
    Tensor dY = tensor(device, Shape.of(blocks, 9, channels), values(3, size));
    Tensor out = device.allocate(DType.FLOAT32, Shape.of(channels));
    device.kernels().sumRows(dY, blocks, false, out);
    float[] sums = new float[channels];
    device.read(out, sums);
    return sums;
  }

  private static Tensor tensor(Backend device, Shape shape, float[] values) {
    Tensor tensor = device.allocate(DType.FLOAT32, shape);
    device.write(tensor, values);
    return tensor;
  }

  private static float[] values(int index, int size) {
    var random = new Philox(SEED, Philox.Purpose.TEST, 3, index);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = 2f * random.nextFloat() - 1f;
    }
    return values;
  }
}
