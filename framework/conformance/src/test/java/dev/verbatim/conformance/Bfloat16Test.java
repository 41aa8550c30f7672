package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.verbatim.autograd.Op;
import dev.verbatim.ops.Activate;
import dev.verbatim.ops.Add;
import dev.verbatim.ops.Affine;
import dev.verbatim.ops.AveragePool;
import dev.verbatim.ops.BatchNorm;
import dev.verbatim.ops.Convolve;
import dev.verbatim.ops.Dropout;
import dev.verbatim.ops.GlobalAveragePool;
import dev.verbatim.ops.MatMul;
import dev.verbatim.ops.MaxPool;
import dev.verbatim.ops.Relu;
import dev.verbatim.ops.Reshape;
import dev.verbatim.ops.SubsamplePad;
import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.KernelTimes;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every op in BFLOAT16 on CUDA, beside the reference with rounding. */
class Bfloat16Test {
  private static final long SEED = 20261121;

  /** Of the longest sum here, at most. */
  private static final int TERMS = 1024;

  @BeforeAll
  static void onlyWhereThereIsBfloat16() {
    var missing = Backends.missing("cuda", DType.BFLOAT16);
    assumeTrue(missing.isEmpty(), () -> "bf16 is not tested: " + missing.orElse(""));
  }

  /** Whatever is no product of matrices keeps the orders of float32, and so has the same bits. */
  @Test
  void elementsPoolsAndNormsAreTheReferenceRounded() {
    Shape images = Shape.of(3, 6, 7, 9);
    List<Integer> x = List.of(0);
    same(OpRun.of(new Relu(), SEED, images), x);
    same(OpRun.of(new Add(), SEED, images, images), List.of(0, 1));
    same(OpRun.of(Reshape.flatten(), SEED, images), x);
    same(OpRun.of(new MaxPool(Window.square(3, 2, 1)), SEED, images), x);
    same(OpRun.of(new AveragePool(Window.square(2, 2, 0)), SEED, images), x);
    same(OpRun.of(new GlobalAveragePool(), SEED, images), x);
    same(OpRun.of(new SubsamplePad(2, 12), SEED, images), x);
    same(OpRun.withRandom(new Dropout(0.3, 3), SEED, Shape.of(5, 77)), x);
    for (Activation f : Activation.values()) {
      same(OpRun.of(new Activate(f), SEED, images), x);
    }
  }

  /**
   * Rows and channels around what a block of threads takes. Sums of the statistics have an order of
   * their own, which moves what is normalized, of size 1, by some 2⁻²⁰ of itself; then it is
   * rounded, perhaps to the other side.
   */
  @ParameterizedTest(name = "x[{0},{1}], relu {2}")
  @CsvSource({
    "2,1,false",
    "65,9,true",
    "300,16,false",
    "2100,8,true",
    "129,264,true",
    "40,300,false"
  })
  void batchNorm(int rows, int channels, boolean relu) {
    Shape x = Shape.of(rows, channels);
    Shape c = Shape.of(channels);
    Op norm = new BatchNorm(1e-5f, relu);
    for (int operands = 3; operands <= 4; operands++) {
      Shape[] shapes = operands == 3 ? new Shape[] {x, c, c} : new Shape[] {x, c, c, x};
      OpRun run = OpRun.of(norm, SEED, shapes);
      List<Integer> inBfloat16 = operands == 3 ? List.of(0) : List.of(0, 3);
      near(run, inBfloat16, (value, i) -> Math.abs(value) * 0x1p-7 + 0x1p-10);
    }
  }

  /** Channels that are and that are not a multiple of 8, around the tiles of 16, 32, 64 and 128. */
  @ParameterizedTest(name = "x[{0},{1},{2},{3}], {4} channels, kernel {5}, stride {6}, padding {7}")
  @CsvSource({
    "2,5,6,3,8,3,1,1",
    "1,8,8,16,16,3,1,1",
    "5,9,7,8,20,3,2,1",
    "2,6,6,24,40,1,2,0",
    "2,6,5,32,33,3,1,1",
    "3,4,4,64,72,3,2,1",
    "1,4,4,136,130,1,1,0",
    "1,3,3,40,136,2,1,0"
  })
  void convolution(int n, int h, int w, int c, int out, int kernel, int stride, int padding) {
    var op = new Convolve(Window.square(kernel, stride, padding));
    Shape x = Shape.of(n, h, w, c);
    Shape weights = Shape.of(kernel, kernel, c, out);
    near(OpRun.of(op, SEED, x, weights, Shape.of(out)));
  }

  @ParameterizedTest(name = "x[{0},{1}], {2} outputs")
  @CsvSource({"3,5,10", "13,64,100", "70,24,16"})
  void products(int m, int k, int n) {
    near(OpRun.of(new Affine(), SEED, Shape.of(m, k), Shape.of(k, n), Shape.of(n)));
    near(OpRun.of(new MatMul(), SEED, Shape.of(m, k), Shape.of(k, n)));
  }

  /**
   * A product that is added to what is there, which no op asks for: the sum is rounded once, after
   * the addition. Moments that are wanted of it are those of what was stored.
   */
  @ParameterizedTest(name = "x[{0},{1}], {2} outputs")
  @CsvSource({"3,5,10", "13,64,100", "70,24,16", "130,16,33"})
  void productThatIsAdded(int m, int k, int n) {
    for (Backend device : Devices.withBfloat16()) {
      Tensor a = rounded(device, 1, Shape.of(m, k));
      Tensor b = written(device, 2, Shape.of(k, n));
      Tensor before = rounded(device, 3, Shape.of(m, n));
      Tensor c = device.allocate(DType.BFLOAT16, Shape.of(m, n));
      float[] momentsOfC = {};
      for (int time = 0; time < 2; time++) { // the second time it is known that they are wanted
        device.kernels().copy(before, false, c);
        device.kernels().gemm(Kernels.Transpose.NN, a, b, true, c);
        momentsOfC = moments(device, c);
      }
      float[] left = read(device, a);
      float[] right = numbers(2, k * n);
      float[] old = read(device, before);
      float[] actual = read(device, c);
      for (int i = 0; i < m * n; i++) {
        double exact = old[i];
        double size = Math.abs(old[i]);
        for (int j = 0; j < k; j++) {
          double term = (double) left[i / n * k + j] * RoundedBackend.rounded(right[j * n + i % n]);
          exact += term;
          size += Math.abs(term);
        }
        double most = Math.abs(exact) * 0x1p-8 + (k + 1) * size * 0x1p-22;
        assertEquals(exact, actual[i], most, "%s at %d".formatted(device.description(), i));
      }
      Backend reference = new ReferenceBackend(Arithmetic.FLOAT32);
      Tensor stored = reference.allocate(DType.FLOAT32, Shape.of(m, n));
      reference.write(stored, actual);
      BitEquality.compare(device, c.shape(), "moments", moments(reference, stored), momentsOfC);
    }
  }

  /** Formed in the convolution or from memory, in the reference's order, of what was stored. */
  @ParameterizedTest(name = "x[{0},{1},{2},{3}], {4} channels, stride {5}")
  @CsvSource({"3,5,7,8,16,1", "2,9,9,16,27,2", "1,8,8,24,72,1", "3,12,12,8,130,2"})
  void statisticsOfAConvolution(int n, int h, int w, int c, int out, int stride) {
    Window window = Window.square(3, stride, 1);
    Shape images = Shape.of(n, h, w, c);
    Shape weights = Shape.of(3, 3, c, out);
    Shape outputs = new Convolve(window).outputShape(images, weights);
    Backend reference = new ReferenceBackend(Arithmetic.FLOAT32);
    for (Backend device : Devices.withBfloat16()) {
      Tensor x = rounded(device, 1, images);
      Tensor y = device.allocate(DType.BFLOAT16, outputs);
      Tensor filter = written(device, 2, weights);
      Runnable convolution = () -> device.kernels().convolve(window, x, filter, Tensor.none(), y);
      convolution.run();
      float[] fromMemory = moments(device, y);
      convolution.run();
      float[] fromConvolution = moments(device, y);
      Tensor stored = reference.allocate(DType.FLOAT32, outputs);
      reference.write(stored, read(device, y));
      float[] expected = moments(reference, stored);
      BitEquality.compare(device, images, "from memory", expected, fromMemory);
      BitEquality.compare(device, images, "from the convolution", expected, fromConvolution);
      Runnable both =
          () -> {
            convolution.run();
            moments(device, y);
          };
      List<KernelTimes.Kernel> launched = device.kernelTimes(both).kernels();
      assertEquals("moments", launched.get(1).name(), launched.toString());
    }
  }

  /** Mean and variance of each channel. */
  private static float[] moments(Backend device, Tensor y) {
    Shape channels = Shape.of(y.shape().dim(y.shape().rank() - 1));
    Tensor mean = device.allocate(DType.FLOAT32, channels);
    Tensor variance = device.allocate(DType.FLOAT32, channels);
    device.kernels().norms().moments(y, mean, variance);
    float[] values = new float[2 * mean.size()];
    FloatBuffer both = FloatBuffer.wrap(values);
    for (Tensor one : List.of(mean, variance)) {
      float[] part = new float[one.size()];
      device.read(one, part);
      both.put(part);
    }
    return values;
  }

  /** In one pass over memory a convolution, a norm, a residual and ReLU have the bits of two. */
  @ParameterizedTest(name = "{0} channels")
  @ValueSource(ints = {8, 16, 33, 64, 130})
  void convolutionThroughNorm(int out) {
    Window window = Window.square(3, 1, 1);
    Shape images = Shape.of(2, 7, 9, 16);
    Shape outputs = Shape.of(2, 7, 9, out);
    for (Backend device : Devices.withBfloat16()) {
      var k = device.kernels();
      Tensor x = rounded(device, 1, images);
      Tensor w = written(device, 2, Shape.of(3, 3, 16, out));
      Tensor scale = written(device, 3, Shape.of(out));
      Tensor shift = written(device, 4, Shape.of(out));
      for (Tensor residual : List.of(Tensor.none(), rounded(device, 5, outputs))) {
        Tensor expected = device.allocate(DType.BFLOAT16, outputs);
        Tensor y = device.allocate(DType.BFLOAT16, outputs);
        k.convolve(window, x, w, Tensor.none(), expected);
        k.norms().channelAffine(expected, scale, shift, residual, residual.isPresent(), expected);
        k.convolveAffine(window, x, w, scale, shift, residual, residual.isPresent(), y);
        BitEquality.compare(device, outputs, "y", read(device, expected), read(device, y));
      }
    }
  }

  private static Tensor written(Backend device, int index, Shape shape) {
    Tensor tensor = device.allocate(DType.FLOAT32, shape);
    device.write(tensor, numbers(index, shape.size()));
    return tensor;
  }

  private static float[] numbers(int index, int size) {
    float[] values = new float[size];
    var random = new Philox(SEED, Philox.Purpose.TEST, 5, index);
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() - 0.3f;
    }
    return values;
  }

  private static Tensor rounded(Backend device, int index, Shape shape) {
    Tensor tensor = device.allocate(DType.BFLOAT16, shape);
    device.kernels().copy(written(device, index, shape), false, tensor);
    return tensor;
  }

  private static float[] read(Backend device, Tensor tensor) {
    Tensor wide = device.allocate(DType.FLOAT32, tensor.shape());
    device.kernels().copy(tensor, false, wide);
    float[] values = new float[wide.size()];
    device.read(wide, values);
    return values;
  }

  private static void same(OpRun run, List<Integer> inBfloat16) {
    var reference = new RoundedBackend(new ReferenceBackend(Arithmetic.FLOAT32));
    OpRun.Result expected = run.on(reference, inBfloat16);
    for (Backend device : Devices.withBfloat16()) {
      BitEquality.compare(device, run, expected, run.on(device, inBfloat16));
    }
  }

  /**
   * A sum of products on tensor cores differs from the reference's in the order of its additions
   * alone: each of the two is within (terms · 2⁻²³) · Σ |product| of the exact one, also where an
   * mma truncates instead of rounding, and rounding to BFLOAT16 adds at most one of its units, 2⁻⁷
   * of the value, where the two fall on different sides. Gradients are run twice, which doubles it.
   */
  private static void near(OpRun run) {
    var reference = new RoundedBackend(new ReferenceBackend(Arithmetic.FLOAT32));
    float[] sizes = all(run.magnitudes().on(reference, List.of(0)));
    near(run, List.of(0), (value, i) -> Math.abs(value) * 0x1p-7 + sizes[i] * TERMS * 0x1p-22);
  }

  private interface Limit {
    double of(float value, int at);
  }

  private static void near(OpRun run, List<Integer> inBfloat16, Limit limit) {
    var reference = new RoundedBackend(new ReferenceBackend(Arithmetic.FLOAT32));
    float[] expected = all(run.on(reference, inBfloat16));
    for (Backend device : Devices.withBfloat16()) {
      float[] actual = all(run.on(device, inBfloat16));
      BitEquality.compare(device, run, "second run", actual, all(run.on(device, inBfloat16)));
      for (int i = 0; i < expected.length; i++) {
        double most = limit.of(expected[i], i);
        assertTrue(
            Math.abs((double) expected[i] - actual[i]) <= most,
            "%s, %s at %d: reference %s, device %s, limit %s"
                .formatted(device.description(), run, i, expected[i], actual[i], most));
      }
    }
  }

  /** The output, then the gradients. */
  private static float[] all(OpRun.Result result) {
    int size = result.output().length + result.gradients().stream().mapToInt(g -> g.length).sum();
    FloatBuffer all = FloatBuffer.allocate(size).put(result.output());
    result.gradients().forEach(all::put);
    return all.array();
  }
}
