package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.nn.Apply;
import dev.verbatim.nn.BatchNorm2d;
import dev.verbatim.nn.Conv2d;
import dev.verbatim.nn.Initializer;
import dev.verbatim.nn.Linear;
import dev.verbatim.nn.Network;
import dev.verbatim.nn.Residual;
import dev.verbatim.nn.Sequential;
import dev.verbatim.ops.Convolve;
import dev.verbatim.optim.Sgd;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.KernelTimes;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions in tiles: the same bits on every device. */
class ConvolutionsInTilesTest {
  private static final Window WINDOW = Window.square(3, 1, 1);
  private static final long SEED = 20260103;

  /**
   * One tile, tiles that do not fill a block of threads, several of those; one image in a block of
   * the sums, more than a thread asks for at once, and several in each with some left over, of
   * fewer and of more tiles than are taken at a time; more channels than a unit packs; so many that
   * one panel goes by all tiles before the next is packed.
   */
  @ParameterizedTest(name = "x[{0},{1},{2},{3}], {4} channels")
  @CsvSource({
    "1,4,4,16,16",
    "3,8,8,16,48",
    "3,16,16,32,16",
    "1,5,11,64,32",
    "3,6,9,48,64",
    "1,32,32,16,16",
    "2,7,14,16,32",
    "2,4,4,80,144",
    "2,4,4,144,80",
    "1,4,8,272,512",
    "16,4,12,128,128",
    "35,4,4,16,32",
    "33,4,4,64,64"
  })
  void everyShape(int n, int h, int w, int c, int out) {
    Shape x = Shape.of(n, h, w, c);
    assertTrue(Kernels.inTiles(WINDOW, x, out));
    var op = new Convolve(WINDOW);
    BitEquality.check(OpRun.of(op, SEED, x, Shape.of(3, 3, c, out)));
    BitEquality.check(OpRun.of(op, SEED, x, Shape.of(3, 3, c, out), Shape.of(out)));
  }

  /**
   * In evaluation, and with values that are not finite, denormal or signed zeros here and there.
   */
  @Test
  void normalizationResidualReluAndOddValues() {
    for (boolean odd : new boolean[] {false, true}) {
      for (int out : new int[] {16, 32}) {
        float[] expected = results(new ReferenceBackend(Arithmetic.FLOAT32), out, odd);
        for (Backend device : Devices.all()) {
          float[] actual = results(device, out, odd);
          BitEquality.compare(device, out + " channels", "odd: " + odd, expected, actual);
        }
      }
    }
  }

  private static float[] results(Backend device, int out, boolean odd) {
    Kernels k = device.kernels();
    Tensor x = filled(device, 1, odd, Shape.of(2, 8, 6, 16));
    Tensor w = filled(device, 2, odd, Shape.of(3, 3, 16, out));
    Tensor scale = filled(device, 3, odd, Shape.of(out));
    Tensor shift = filled(device, 4, odd, Shape.of(out));
    Shape shape = Shape.of(2, 8, 6, out);
    Tensor y = filled(device, 5, odd, shape);
    Tensor residual = filled(device, 6, odd, shape);
    Tensor plain = device.allocate(DType.FLOAT32, shape);
    Tensor added = device.allocate(DType.FLOAT32, shape);
    Tensor dX = filled(device, 7, odd, x.shape());
    Tensor dW = filled(device, 8, odd, w.shape());
    k.convolveAffine(WINDOW, x, w, scale, shift, Tensor.none(), false, plain);
    k.convolveAffine(WINDOW, x, w, scale, shift, residual, true, added);
    k.convolveInputGradient(WINDOW, y, w, true, dX);
    k.convolveWeightGradient(WINDOW, x, y, true, dW);
    k.convolve(WINDOW, x, w, shift, y);
    return read(device, List.of(plain, added, dX, dW, y));
  }

  /** Three steps of a small residual network, and its logits in evaluation afterwards. */
  @Test
  void aNetworkIsTrainedToTheSameWeights() {
    float[] expected = trained(new ReferenceBackend(Arithmetic.FLOAT32));
    for (Backend device : Devices.all()) {
      BitEquality.compare(device, "network", "weights", expected, trained(device));
    }
  }

  private static float[] trained(Backend device) {
    var body = new Sequential(convolution(16), new BatchNorm2d());
    var network =
        new Network(
            new Sequential(
                convolution(16),
                new BatchNorm2d(),
                Apply.relu(),
                new Residual(body, new Sequential(), true),
                convolution(32),
                new BatchNorm2d(),
                Apply.globalAveragePool(),
                new Linear(5)),
            Shape.of(8, 8, 3));
    network.place(device, Initializer.KAIMING_UNIFORM, 1);
    var sgd = new Sgd(device, network.parameters(), 0.1f, Sgd.Options.PLAIN);
    List<Tensor> results = new ArrayList<>(network.state().values());
    try (Tape tape = new Tape(device)) {
      tape.train(true);
      for (int step = 0; step < 3; step++) {
        tape.reset();
        Tensor images = filled(device, 10 + step, false, Shape.of(3, 8, 8, 3));
        Variable logits = network.apply(tape, new Variable(images, false));
        tape.backward(logits, filled(device, 20 + step, false, logits.shape()));
        sgd.step();
      }
      tape.reset();
      tape.train(false);
      Tensor images = filled(device, 9, false, Shape.of(3, 8, 8, 3));
      results.add(network.apply(tape, new Variable(images, false)).tensor());
      return read(device, results);
    }
  }

  private static Conv2d convolution(int out) {
    return new Conv2d(out, WINDOW, false);
  }

  /** So that the tests above are of what they say. */
  @Test
  void cudaHasKernelsForThem() {
    for (Backend device : Devices.all()) {
      if (device.name().equals("cuda")) {
        List<String> names =
            device.kernelTimes(() -> results(device, 16, false)).kernels().stream()
                .map(KernelTimes.Kernel::name)
                .distinct()
                .sorted()
                .toList();
        assertEquals(
            List.of(
                "sumBlocks",
                "winogradInputGradient16",
                "winogradProducts16",
                "winogradWeightSums",
                "winogradWeights"),
            names);
      }
    }
  }

  private static Tensor filled(Backend device, int index, boolean odd, Shape shape) {
    float[] strange = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      -0f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MAX_VALUE
    };
    var random = new Philox(SEED, Philox.Purpose.TEST, 3, index);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    for (int i = index; odd && i < values.length; i += 97) { // most tiles stay finite
      values[i] = strange[i / 97 % strange.length];
    }
    Tensor tensor = device.allocate(DType.FLOAT32, shape);
    device.write(tensor, values);
    return tensor;
  }

  private static float[] read(Backend device, List<Tensor> tensors) {
    float[] all = new float[tensors.stream().mapToInt(Tensor::size).sum()];
    int at = 0;
    for (Tensor tensor : tensors) {
      float[] values = new float[tensor.size()];
      device.read(tensor, values);
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    return all;
  }
}
