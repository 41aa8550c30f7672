package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.ops.Add;
import dev.verbatim.ops.BatchNorm;
import dev.verbatim.ops.Dropout;
import dev.verbatim.ops.Relu;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * Kernels that belong to no op, and values that no smooth operand has: the same bits on every
 * device.
 */
class KernelsTest {
  private static final int SIZE = 40_001; // several chunks and a remainder

  @Test
  void sgdWithAndWithoutNesterov() {
    for (boolean nesterov : new boolean[] {false, true}) {
      float[] expected = sgd(new ReferenceBackend(Arithmetic.FLOAT32), nesterov);
      for (Backend device : Devices.all()) {
        BitEquality.compare(device, "sgd", "weights", expected, sgd(device, nesterov));
      }
    }
  }

  private static float[] sgd(Backend device, boolean nesterov) {
    Tensor p = filled(device, 1, Shape.of(SIZE));
    Tensor v = device.allocate(DType.FLOAT32, p.shape());
    Tensor rate = device.allocate(DType.FLOAT32, Shape.of(1));
    device.write(rate, new float[] {0.1f});
    for (int step = 0; step < 3; step++) {
      device.kernels().sgd(p, filled(device, 2 + step, p.shape()), v, rate, 0.9f, 5e-4f, nesterov);
    }
    return read(device, p);
  }

  @Test
  void adamAdamWAndRmsPropWithClipping() {
    for (int kind = 0; kind < 4; kind++) {
      float[] expected = adaptive(new ReferenceBackend(Arithmetic.FLOAT32), kind);
      for (Backend device : Devices.all()) {
        BitEquality.compare(
            device, "optimizer " + kind, "weights", expected, adaptive(device, kind));
      }
    }
  }

  private static float[] adaptive(Backend device, int kind) {
    var k = device.kernels();
    Tensor p = filled(device, 1, Shape.of(SIZE));
    Tensor a = device.allocate(DType.FLOAT32, p.shape());
    Tensor b = device.allocate(DType.FLOAT32, p.shape());
    Tensor numbers = device.allocate(DType.FLOAT32, Shape.of(4));
    Tensor squares = device.allocate(DType.FLOAT64, Shape.of(1));
    Tensor factor = device.allocate(DType.FLOAT32, Shape.of(1));
    for (int step = 0; step < 3; step++) {
      Tensor dP = filled(device, 2 + step, p.shape());
      k.clamp(dP, 0.45f);
      k.startSquares(squares);
      k.addSquares(dP, squares);
      k.addSquares(p, squares);
      k.clipFactor(squares, 50f, factor);
      k.scale(dP, factor);
      device.write(numbers, new float[] {0.01f, 0.01f / (1 + step), 1.5f, 0.999f});
      if (kind < 3) {
        float decay = kind == 2 ? 0f : 0.1f;
        k.adam(p, dP, a, b, numbers, 0.1f, 0.999f, 0.001f, 1e-8f, decay, kind > 0);
      } else {
        k.rmsProp(p, dP, a, b, numbers, 0.99f, 0.01f, 1e-8f, 0.9f, 0.1f);
      }
    }
    double[] total = new double[1];
    device.read(squares, total);
    return concatenated(
        read(device, p),
        read(device, a),
        read(device, b),
        read(device, factor),
        new float[] {(float) total[0], (float) (total[0] - (float) total[0])});
  }

  @Test
  void batchesFromBytes() {
    byte[] bytes = new byte[5 * 8 * 9 * 3];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (37 * i);
    }
    float[] expected = gather(new ReferenceBackend(Arithmetic.FLOAT32), bytes);
    for (Backend device : Devices.all()) {
      BitEquality.compare(device, "gatherImages", "batch", expected, gather(device, bytes));
    }
  }

  private static float[] gather(Backend device, byte[] bytes) {
    Tensor images = device.wrap(MemorySegment.ofArray(bytes), Shape.of(5, 8, 9, 3));
    Tensor indices = device.allocate(DType.INT32, Shape.of(3));
    device.write(indices, new int[] {4, 0, 4});
    Tensor scale = device.allocate(DType.FLOAT32, Shape.of(3));
    device.write(scale, new float[] {1f / 255, 0.01f, 0.02f});
    Tensor shift = device.allocate(DType.FLOAT32, Shape.of(3));
    device.write(shift, new float[] {0f, -0.5f, 0.25f});
    Tensor x = device.allocate(DType.FLOAT32, Shape.of(3, 8, 9, 3));
    device.kernels().gatherImages(images, indices, scale, shift, x);
    return read(device, x);
  }

  /** The sum of a residual block and its ReLU inside batch normalization, or one after another. */
  @Test
  void fusedBatchNormHasTheBitsOfTheOpsOneAfterAnother() {
    for (Backend device : Devices.all()) {
      float[] fused = residualBlock(device, true);
      BitEquality.compare(device, "batch_norm", "residual", residualBlock(device, false), fused);
    }
  }

  private static float[] residualBlock(Backend device, boolean fused) {
    try (Tape tape = new Tape(device)) {
      Variable x = new Variable(filled(device, 1, Shape.of(3, 9, 9, 20)), true);
      Variable residual = new Variable(filled(device, 2, Shape.of(3, 9, 9, 20)), true);
      Variable gamma = new Variable(filled(device, 3, Shape.of(20)), true);
      Variable beta = new Variable(filled(device, 4, Shape.of(20)), true);
      Variable y;
      if (fused) {
        y = tape.call(new BatchNorm(1e-5f, true), x, gamma, beta, residual);
      } else {
        Variable norm = tape.call(new BatchNorm(1e-5f, false), x, gamma, beta);
        y = tape.call(new Relu(), tape.call(new Add(), norm, residual));
      }
      tape.backward(y, filled(device, 5, y.shape()));
      return concatenated(
          read(device, y.tensor()),
          read(device, x.gradient()),
          read(device, residual.gradient()),
          read(device, gamma.gradient()),
          read(device, beta.gradient()));
    }
  }

  /**
   * Small images, many channels, few tiles with many weights, and an image that is more than one
   * unit of work on a CPU; then what a GPU takes in strips and as neighbours in a row.
   */
  @Test
  void convolutionThroughNormHasTheBitsOfTheTwoOneAfterAnother() {
    int[][] shapes = {
      {3, 9, 9, 20, 24},
      {2, 4, 4, 256, 260},
      {3, 4, 4, 256, 512},
      {1, 40, 40, 64, 68},
      {1, 8, 32, 9, 13},
      {2, 8, 8, 44, 48},
      {2, 16, 16, 61, 65}
    };
    for (int[] dims : shapes) {
      Shape image = Shape.of(dims[0], dims[1], dims[2], dims[3]);
      int out = dims[4];
      float[] expected = throughNorm(new ReferenceBackend(Arithmetic.FLOAT32), image, out);
      for (Backend device : Devices.all()) {
        float[] y = throughNorm(device, image, out);
        BitEquality.compare(device, "convolveAffine", image.toString(), expected, y);
      }
    }
  }

  private static float[] throughNorm(Backend device, Shape image, int out) {
    var k = device.kernels();
    Window window = Window.square(3, 1, 1);
    Tensor x = filled(device, 1, image);
    Tensor w = filled(device, 2, Shape.of(3, 3, image.dim(3), out));
    Tensor scale = filled(device, 3, Shape.of(out));
    Tensor shift = filled(device, 4, Shape.of(out));
    Shape shape = Shape.of(image.dim(0), image.dim(1), image.dim(2), out);
    Tensor residual = filled(device, 5, shape);
    Tensor plain = device.allocate(DType.FLOAT32, shape);
    Tensor added = device.allocate(DType.FLOAT32, shape);
    k.convolveAffine(window, x, w, scale, shift, Tensor.none(), false, plain);
    k.convolveAffine(window, x, w, scale, shift, residual, true, added);
    return concatenated(read(device, plain), read(device, added));
  }

  @Test
  void runningStatisticsAndTheirUse() {
    float[] expected = running(new ReferenceBackend(Arithmetic.FLOAT32));
    for (Backend device : Devices.all()) {
      BitEquality.compare(device, "running statistics", "all", expected, running(device));
    }
  }

  private static float[] running(Backend device) {
    var k = device.kernels().norms();
    Shape channels = Shape.of(5);
    Tensor x = filled(device, 1, Shape.of(70, 5));
    Tensor mean = filled(device, 2, channels);
    Tensor variance = device.allocate(DType.FLOAT32, channels);
    device.write(variance, new float[] {0.5f, 0f, 2f, 1e-9f, 100f});
    Tensor runningMean = filled(device, 3, channels);
    Tensor runningVariance = device.allocate(DType.FLOAT32, channels);
    k.updateRunning(mean, variance, 70, 0.1f, runningMean, runningVariance);
    k.updateRunning(mean, variance, 1, 0.1f, runningMean, runningVariance);
    Tensor inverse = device.allocate(DType.FLOAT32, channels);
    Tensor scale = device.allocate(DType.FLOAT32, channels);
    Tensor shift = device.allocate(DType.FLOAT32, channels);
    k.fold(mean, mean, runningMean, runningVariance, 1e-5f, inverse, scale, shift);
    Tensor y = device.allocate(DType.FLOAT32, x.shape());
    k.channelAffine(x, scale, shift, x, true, y);
    return concatenated(read(device, runningMean), read(device, runningVariance), read(device, y));
  }

  /** The sums and then what follows from them, which ops ask for at once. */
  @Test
  void gradientsByParametersOfANormAfterItsSums() {
    for (boolean accumulate : new boolean[] {false, true}) {
      float[] expected = parameterGradients(new ReferenceBackend(Arithmetic.FLOAT32), accumulate);
      for (Backend device : Devices.all()) {
        float[] actual = parameterGradients(device, accumulate);
        BitEquality.compare(device, "parameter gradients", "all", expected, actual);
      }
    }
  }

  private static float[] parameterGradients(Backend device, boolean accumulate) {
    var k = device.kernels().norms();
    Shape channels = Shape.of(5);
    Tensor x = filled(device, 1, Shape.of(70, 5));
    Tensor dY = filled(device, 2, x.shape());
    Tensor mean = filled(device, 3, channels);
    Tensor inverse = filled(device, 4, channels);
    Tensor scale = filled(device, 5, channels);
    Tensor shift = filled(device, 6, channels);
    Tensor sums = device.allocate(DType.FLOAT32, Shape.of(2, 5));
    Tensor dGamma = filled(device, 7, channels);
    Tensor dBeta = filled(device, 8, channels);
    k.gradientSums(true, x, Tensor.none(), dY, mean, scale, shift, sums);
    k.parameterGradients(sums, inverse, accumulate, dGamma, !accumulate, dBeta);
    return concatenated(read(device, sums), read(device, dGamma), read(device, dBeta));
  }

  /**
   * Of ones, a share of rate becomes 0 and the others 1 / (1 - rate), the rate being rounded to
   * 2⁻¹⁶; a gradient of ones gets the very same values; another step and another layer draw anew.
   */
  @Test
  void dropoutDropsItsRateAndScalesTheRest() {
    int size = 20_000;
    double rate = 0.3;
    float[] ones = new float[size];
    Arrays.fill(ones, 1f);
    for (Backend device : Devices.all()) {
      try (Tape tape = new Tape(device)) {
        Tensor dY = device.allocate(DType.FLOAT32, Shape.of(size));
        device.write(dY, ones);
        List<float[]> results = new ArrayList<>();
        for (int draw = 0; draw < 3; draw++) {
          Variable x = new Variable(device.allocate(DType.FLOAT32, Shape.of(size)), true);
          device.write(x.tensor(), ones);
          tape.reset();
          tape.train(true);
          tape.randomness(1, 1, draw == 1 ? 1 : 0);
          Variable y = tape.call(new Dropout(rate, draw == 2 ? 1 : 0), x, tape.random());
          tape.backward(y, dY);
          float[] values = read(device, y.tensor());
          assertArrayEquals(values, read(device, x.gradient()), device.name());
          int dropped = 0;
          for (float v : values) {
            dropped += v == 0f ? 1 : 0;
            assertTrue(v == 0f || Math.abs(v - 1 / (1 - rate)) < 4e-5, device.name() + ": " + v);
          }
          // five deviations of sqrt(size · rate · (1 - rate)) = 64.8
          assertEquals(size * rate, dropped, 324, device.name());
          results.add(values);
        }
        assertFalse(Arrays.equals(results.get(0), results.get(1)), "steps draw anew");
        assertFalse(Arrays.equals(results.get(0), results.get(2)), "layers draw anew");
      }
    }
  }

  @Test
  void scoresCountTiesAndNanAsDefined() {
    float nan = Float.NaN;
    float[][] rows = {
      {1, 2, 3, 4, 5, 6}, // 5 before the first
      {0, 0, 0, 0, 0, 0}, // none before the first of equals
      {nan, 1, 1, 1, 1, 1},
      {9, nan, 1, 1, 1, 1}, // a NaN is before nobody
      {7, 7, 7, 7, 7, 7}, // 5 before the last of equals
      {1, 2, 2, 9, 2, 2} // 2 before the third
    };
    int[] labels = {0, 0, 0, 0, 5, 2};
    for (Backend device : Devices.all()) {
      Tensor x = device.allocate(DType.FLOAT32, Shape.of(rows.length, 6));
      device.write(x, concatenated(rows));
      Tensor labelOf = device.allocate(DType.INT32, Shape.of(rows.length));
      device.write(labelOf, labels);
      Tensor losses = device.allocate(DType.FLOAT32, Shape.of(rows.length));
      device.write(losses, new float[] {0.5f, 0.25f, 4f, 1f, 2f, 8f});
      Tensor totals = device.allocate(DType.FLOAT64, Shape.of(3));
      device.kernels().score(x, labelOf, losses, totals);
      double[] read = new double[3];
      device.read(totals, read);
      Assertions.assertArrayEquals(new double[] {15.75, 2, 3}, read, device.description());
    }
  }

  /** Probabilities that are 0, denormal and 1, and more classes than vectors divide. */
  @Test
  void softmaxOfLogitsFarApart() {
    int classes = 37;
    float[] logits = new float[2 * classes];
    for (int j = 0; j < classes; j++) {
      logits[j] = 50f - 3.1f * j; // exp(-111.6) is 0, exp(-90) denormal
      logits[classes + j] = j == 20 ? 1e30f : -1e30f * j;
    }
    float[] expected = softmax(new ReferenceBackend(Arithmetic.FLOAT32), logits, classes);
    for (Backend device : Devices.all()) {
      float[] actual = softmax(device, logits, classes);
      BitEquality.compare(device, "softmax", "probabilities", expected, actual);
    }
    assertEquals(1f, expected[classes + 20]);
    assertEquals(0f, expected[classes - 1]);
    assertTrue(expected[30] > 0 && expected[30] < Float.MIN_NORMAL);
  }

  private static float[] softmax(Backend device, float[] logits, int classes) {
    int n = logits.length / classes;
    Tensor x = device.allocate(DType.FLOAT32, Shape.of(n, classes));
    device.write(x, logits);
    Tensor labels = device.allocate(DType.INT32, Shape.of(n));
    Tensor y = device.allocate(DType.FLOAT32, x.shape());
    Tensor losses = device.allocate(DType.FLOAT32, Shape.of(n));
    Tensor loss = device.allocate(DType.FLOAT32, Shape.of(1));
    device.kernels().softmaxCrossEntropy(x, labels, 0f, y, losses, loss);
    return concatenated(read(device, y), read(device, losses));
  }

  @Test
  void valuesThatAreNotFiniteAreCounted() {
    for (Backend device : Devices.all()) {
      Tensor x = filled(device, 3, Shape.of(SIZE));
      Tensor count = device.allocate(DType.FLOAT64, Shape.of(1));
      device.kernels().countNotFinite(x, count);
      float[] values = read(device, x);
      values[0] = Float.NaN;
      values[20_000] = Float.NEGATIVE_INFINITY;
      values[20_001] = Float.MAX_VALUE;
      values[SIZE - 1] = Float.POSITIVE_INFINITY;
      device.write(x, values);
      double[] counted = new double[1];
      device.read(count, counted);
      Assertions.assertEquals(0, counted[0], device.description());
      device.kernels().countNotFinite(x, count);
      device.kernels().countNotFinite(x, count);
      device.read(count, counted);
      Assertions.assertEquals(6, counted[0], device.description());
    }
  }

  @Test
  void notANumberAndInfinityGoThroughEveryKernelAlike() {
    float[] odd = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      -0f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      0f,
      1f
    };
    float[] expected = oddValues(new ReferenceBackend(Arithmetic.FLOAT32), odd);
    for (Backend device : Devices.all()) {
      BitEquality.compare(device, "odd values", "results", expected, oddValues(device, odd));
    }
  }

  /** The first weight is NaN, which it makes of every sum that it is part of, and of no other. */
  @Test
  void paddingIsNotPartOfASum() {
    for (int stride : new int[] {1, 2}) {
      float[] expected = besideNan(new ReferenceBackend(Arithmetic.FLOAT32), stride);
      int outputs = 6 / stride;
      for (int e = 0; e < outputs * outputs * 18; e++) {
        boolean atEdge = e / 18 / outputs == 0 || e / 18 % outputs == 0;
        Assertions.assertEquals(!atEdge, Float.isNaN(expected[e]), "stride " + stride + ": " + e);
      }
      for (Backend device : Devices.all()) {
        BitEquality.compare(
            device, "stride " + stride, "results", expected, besideNan(device, stride));
      }
    }
  }

  /** Outputs and input gradients of a convolution with NaN for the first tap. */
  private static float[] besideNan(Backend device, int stride) {
    Window window = Window.square(3, stride, 1);
    Shape weights = Shape.of(3, 3, 20, 18);
    float[] values = new float[weights.size()];
    Arrays.fill(values, 0, 20 * 18, Float.NaN);
    Arrays.fill(values, 20 * 18, values.length, 0.25f);
    Tensor w = device.allocate(DType.FLOAT32, weights);
    device.write(w, values);
    Tensor x = filled(device, 1, Shape.of(2, 6, 6, 20));
    Tensor y = device.allocate(DType.FLOAT32, Shape.of(2, 6 / stride, 6 / stride, 18));
    device.kernels().convolve(window, x, w, Tensor.none(), y);
    Tensor dX = device.allocate(DType.FLOAT32, x.shape());
    Tensor dY = filled(device, 2, y.shape());
    device.kernels().convolveInputGradient(window, dY, w, false, dX);
    return concatenated(read(device, y), read(device, dX));
  }

  private static float[] oddValues(Backend device, float[] odd) {
    Tensor x = device.allocate(DType.FLOAT32, Shape.of(1, 6, 6, 20));
    float[] values = new float[x.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 5 == 0 ? odd[i / 5 % odd.length] : i * 0.01f;
    }
    device.write(x, values);
    Tensor relu = device.allocate(DType.FLOAT32, x.shape());
    device.kernels().relu(x, relu);
    Tensor pooled = device.allocate(DType.FLOAT32, Shape.of(1, 3, 3, 20));
    device.kernels().maxPool(Window.square(2, 2, 0), x, pooled);
    Tensor back = filled(device, 7, x.shape());
    device
        .kernels()
        .maxPoolGradient(
            Window.square(2, 2, 0), x, pooled, filled(device, 8, pooled.shape()), true, back);
    Tensor w = filled(device, 9, Shape.of(3, 3, 20, 18));
    Tensor y = device.allocate(DType.FLOAT32, Shape.of(1, 6, 6, 18));
    device.kernels().convolve(Window.square(3, 1, 1), x, w, Tensor.none(), y);
    return concatenated(
        read(device, relu), read(device, pooled), read(device, back), read(device, y));
  }

  private static Tensor filled(Backend device, int index, Shape shape) {
    var random = new Philox(5, Philox.Purpose.TEST, 9, index);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    Tensor tensor = device.allocate(DType.FLOAT32, shape);
    device.write(tensor, values);
    return tensor;
  }

  private static float[] read(Backend device, Tensor tensor) {
    float[] values = new float[tensor.size()];
    device.read(tensor, values);
    return values;
  }

  private static float[] concatenated(float[]... parts) {
    int size = 0;
    for (float[] part : parts) {
      size += part.length;
    }
    float[] all = new float[size];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
