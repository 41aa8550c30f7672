package dev.verbatim.conformance;

import dev.verbatim.autograd.Op;
import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.ops.Activate;
import dev.verbatim.ops.Add;
import dev.verbatim.ops.Affine;
import dev.verbatim.ops.AveragePool;
import dev.verbatim.ops.BatchNorm;
import dev.verbatim.ops.ChannelAffine;
import dev.verbatim.ops.Convolve;
import dev.verbatim.ops.ConvolveAffine;
import dev.verbatim.ops.Dropout;
import dev.verbatim.ops.FocalLoss;
import dev.verbatim.ops.GlobalAveragePool;
import dev.verbatim.ops.LogSoftmax;
import dev.verbatim.ops.MatMul;
import dev.verbatim.ops.MaxPool;
import dev.verbatim.ops.Relu;
import dev.verbatim.ops.Reshape;
import dev.verbatim.ops.SoftmaxCrossEntropy;
import dev.verbatim.ops.SubsamplePad;
import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every op: calculus by finite differences, and the same bits on every device. */
class OpsTest {
  private static final long SEED = 20260101;

  @BeforeAll
  static void sayWhatRuns() {
    System.out.println("conformance runs on: " + String.join("; ", BitEquality.devices()));
  }

  @ParameterizedTest(name = "A[{0},{1}]·B[{1},{2}]")
  @CsvSource({
    "1,1,1", "2,3,4", "5,31,2", "3,33,3", "4,65,17", "26,7,40", "49,5,33"
  }) // around the tile and lane widths
  void matrixProduct(int m, int k, int n) {
    check(OpRun.of(new MatMul(), SEED, Shape.of(m, k), Shape.of(k, n)));
  }

  /** Few rows go by a matrix with long ones, and by its transpose in backward. */
  @ParameterizedTest(name = "x[{0},{1}], {2} outputs")
  @CsvSource({
    "5,70,1060",
    "7,9,1048",
    "24,33,1024",
    "40,50,60",
    "1,64,1056",
    "64,65,1088",
    "65,33,1024",
    "16,1040,64"
  })
  void affineOfFewRows(int m, int k, int n) {
    BitEquality.check(OpRun.of(new Affine(), SEED, Shape.of(m, k), Shape.of(k, n), Shape.of(n)));
  }

  @ParameterizedTest(name = "x[{0},{1}], {2} outputs")
  @CsvSource({"1,1,1", "3,5,10", "13,8,16", "2,40,100"})
  void affine(int m, int k, int n) {
    check(OpRun.of(new Affine(), SEED, Shape.of(m, k), Shape.of(k, n), Shape.of(n)));
  }

  /**
   * Kernels 1 to 5, oblong ones, strides 1 to 3, paddings, channel counts around the lane widths.
   */
  @ParameterizedTest(
      name = "x[{0},{1},{2},{3}], {4} channels, kernel {5}x{6}, stride {7}, padding {8}")
  @CsvSource({
    "1,3,3,1,1,3,3,1,0", "2,5,6,3,8,3,3,1,1", "2,7,7,2,5,5,5,1,2", "1,6,5,4,16,1,1,1,0",
        "3,8,8,3,4,1,1,2,0",
    "2,9,7,2,9,3,3,2,1", "1,8,8,5,3,3,2,3,1", "2,6,6,1,33,3,3,1,1", "1,13,4,7,20,2,3,1,0",
        "1,4,4,17,2,3,3,1,1",
    "1,4,6,16,16,3,3,1,1", "1,7,7,2,2,1,1,3,1", "2,5,5,2,3,5,5,2,0", "1,1,1,3,4,1,1,1,0",
        "1,4,30,2,40,3,3,1,1"
  })
  void convolution(
      int n,
      int h,
      int w,
      int c,
      int out,
      int kernelHeight,
      int kernelWidth,
      int stride,
      int padding) {
    var op = new Convolve(new Window(kernelHeight, kernelWidth, stride, padding));
    Shape x = Shape.of(n, h, w, c);
    Shape weights = Shape.of(kernelHeight, kernelWidth, c, out);
    check(OpRun.of(op, SEED, x, weights));
    check(OpRun.of(op, SEED + 1, x, weights, Shape.of(out)));
  }

  /**
   * Large enough for several bands of an image and several images in a block; too large for finite
   * differences of every element.
   */
  @ParameterizedTest(name = "x[{0},{1},{1},{2}], {3} channels")
  @CsvSource({"2,70,20,5", "5,6,130,260"})
  void convolutionInBandsAndBlocks(int n, int size, int c, int out) {
    var op = new Convolve(Window.square(3, 1, 1));
    BitEquality.check(OpRun.of(op, SEED, Shape.of(n, size, size, c), Shape.of(3, 3, c, out)));
    var strided = new Convolve(Window.square(3, 2, 1));
    BitEquality.check(OpRun.of(strided, SEED, Shape.of(n, size, size, c), Shape.of(3, 3, c, out)));
  }

  /**
   * Images of the widths and heights that a GPU takes in strips of eight whole rows, and beside
   * them; a channel more or less than its tiles, fours and slabs of weights.
   */
  @ParameterizedTest(name = "x[{0},{1},{2},{3}], {4} channels, kernel {5}, stride {6}, padding {7}")
  @CsvSource({
    "1,8,32,16,16,3,1,1",
    "1,16,32,3,16,3,1,1",
    "1,24,32,17,9,3,1,1",
    "1,9,32,4,16,3,1,1",
    "2,16,16,20,32,3,1,1",
    "1,8,16,32,30,1,1,0",
    "1,8,8,64,64,3,1,1",
    "1,16,16,32,64,3,2,1",
    "1,16,32,16,32,3,2,1",
    "1,8,8,33,130,1,1,0",
    "1,16,16,32,64,1,2,0",
    "1,10,10,8,64,3,1,0",
    "1,8,8,4,64,5,1,2"
  })
  void convolutionInStrips(
      int n, int h, int w, int c, int out, int kernel, int stride, int padding) {
    var op = new Convolve(Window.square(kernel, stride, padding));
    Shape x = Shape.of(n, h, w, c);
    Shape weights = Shape.of(kernel, kernel, c, out);
    BitEquality.check(OpRun.of(op, SEED, x, weights, Shape.of(out)));
  }

  /** Convolutions in tiles: one and several tiles, blocks, images, panels of each width. */
  @ParameterizedTest(name = "x[{0},{1},{2},{3}], {4} channels")
  @CsvSource({
    "1,4,4,16,16",
    "3,4,6,32,16",
    "2,8,8,16,48",
    "9,4,4,64,32",
    "1,32,32,16,16",
    "2,16,16,32,32",
    "7,6,5,48,80",
    "1,4,40,16,32",
    "2,4,4,144,128"
  })
  void convolutionInTiles(int n, int h, int w, int c, int out) {
    var op = new Convolve(Window.square(3, 1, 1));
    Shape x = Shape.of(n, h, w, c);
    Shape weights = Shape.of(3, 3, c, out);
    BitEquality.check(OpRun.of(op, SEED, x, weights));
    BitEquality.check(OpRun.of(op, SEED, x, weights, Shape.of(out)));
  }

  /**
   * Images whose rows a GPU takes as eights of neighbours, of which the first and the last alone
   * can be outside, and beside them.
   */
  @ParameterizedTest(name = "x[{0},{1},{2},{3}], {4} channels, kernel {5}, stride {6}, padding {7}")
  @CsvSource({
    "2,8,8,68,40,3,1,1",
    "1,32,32,3,64,3,1,1",
    "3,16,16,17,33,3,1,1",
    "1,16,16,5,70,1,1,0",
    "1,32,32,6,64,3,2,1",
    "1,32,32,6,64,1,2,0",
    "1,12,12,6,64,5,1,0",
    "1,8,8,66,64,5,1,2",
    "1,16,24,7,20,3,1,1",
    "2,12,24,7,64,3,1,1"
  })
  void convolutionInRows(int n, int h, int w, int c, int out, int kernel, int stride, int padding) {
    convolutionInStrips(n, h, w, c, out, kernel, stride, padding);
  }

  /**
   * More images than a GPU's grid has rows, windows whose weights fill more than a block's shared
   * memory, more rows of a product than a block goes over at once.
   */
  @ParameterizedTest(name = "x[{0},{1},{2},{3}], {4} channels, kernel {5}x{6}")
  @CsvSource({"66000,1,1,2,3,1,1", "2,30,30,3,5,28,28", "3,2,420,2,3,2,410", "2,40,1,17,18,33,1"})
  void convolutionAtTheLimitsOfALaunch(
      int n, int h, int w, int c, int out, int kernelHeight, int kernelWidth) {
    var op = new Convolve(new Window(kernelHeight, kernelWidth, 1, 0));
    Shape weights = Shape.of(kernelHeight, kernelWidth, c, out);
    BitEquality.check(OpRun.of(op, SEED, Shape.of(n, h, w, c), weights, Shape.of(out)));
  }

  @ParameterizedTest(name = "x[{0},{1},{2},{3}], kernel {4}, stride {5}")
  @CsvSource({"1,2,2,1,2,2", "2,5,6,3,2,2", "2,7,7,8,3,2", "1,6,6,20,3,1", "1,5,5,16,2,3"})
  void maxPool(int n, int h, int w, int c, int kernel, int stride) {
    var op = new MaxPool(Window.square(kernel, stride, 0));
    Shape x = Shape.of(n, h, w, c);
    GradientCheck.check(OpRun.withoutTies(op, SEED, x));
    BitEquality.check(OpRun.of(op, SEED, x)); // zeros among the operands are ties
  }

  @ParameterizedTest(name = "x[{0},{1},{2},{3}], kernel {4}, stride {5}, padding {6}")
  @CsvSource({"1,2,2,1,2,2,1", "2,5,6,3,3,2,1", "1,8,8,16,3,2,1", "1,7,5,5,5,1,2", "1,1,1,4,3,1,1"})
  void maxPoolWithPadding(int n, int h, int w, int c, int kernel, int stride, int padding) {
    var op = new MaxPool(Window.square(kernel, stride, padding));
    Shape x = Shape.of(n, h, w, c);
    GradientCheck.check(OpRun.withoutTies(op, SEED, x));
    BitEquality.check(OpRun.of(op, SEED, x));
  }

  @ParameterizedTest(name = "x[{0},{1},{2},{3}], kernel {4}, stride {5}")
  @CsvSource({"1,2,2,1,2,2", "2,5,6,3,2,2", "2,7,7,8,3,2", "1,6,6,20,3,1", "1,5,5,16,2,3"})
  void averagePool(int n, int h, int w, int c, int kernel, int stride) {
    check(OpRun.of(new AveragePool(Window.square(kernel, stride, 0)), SEED, Shape.of(n, h, w, c)));
    check(OpRun.of(new GlobalAveragePool(), SEED, Shape.of(n, h, w, c)));
  }

  @ParameterizedTest(name = "x[{0},{1},{2},{3}] to {4} channels, stride {5}")
  @CsvSource({"1,4,4,3,5,2", "2,5,3,8,8,2", "1,3,3,2,4,1", "1,1,1,1,3,2"})
  void subsamplePad(int n, int h, int w, int c, int channels, int stride) {
    check(OpRun.of(new SubsamplePad(stride, channels), SEED, Shape.of(n, h, w, c)));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(Activation.class)
  void activation(Activation function) {
    GradientCheck.check(OpRun.withoutTies(new Activate(function), SEED, Shape.of(2, 30)));
    BitEquality.check(OpRun.of(new Activate(function), SEED, Shape.of(3, 5000)));
  }

  @ParameterizedTest(name = "rate {0}, x[{1},{2}]")
  @CsvSource({"0.3,3,7", "0.5,2,40", "0,1,9", "0.9999,1,33"})
  void dropout(double rate, int n, int features) {
    check(OpRun.withRandom(new Dropout(rate, 3), SEED, Shape.of(n, features)));
  }

  @Test
  void dropoutOverSeveralChunks() {
    BitEquality.check(OpRun.withRandom(new Dropout(0.3, 255), SEED, Shape.of(3, 5001)));
  }

  /** Rows around the block of 64 and the block of blocks, channels around the lane widths. */
  @ParameterizedTest(name = "x[{0},{1}], relu {2}")
  @CsvSource({
    "2,1,false",
    "3,5,true",
    "64,3,false",
    "65,4,true",
    "130,2,false",
    "129,17,true",
    "7,40,true"
  })
  void batchNorm(int rows, int channels, boolean relu) {
    var op = new BatchNorm(1e-5f, relu);
    Shape x = Shape.of(rows, channels);
    Shape c = Shape.of(channels);
    long seed = SEED + 3; // one that makes no gamma and beta both 0, which is a kink
    GradientCheck.check(OpRun.of(op, seed, x, c, c));
    GradientCheck.check(OpRun.of(op, seed, x, c, c, x));
    GradientCheck.check(OpRun.of(op, seed, Shape.of(2, 3, 2, channels), c, c));
    BitEquality.check(OpRun.of(op, SEED, x, c, c));
    BitEquality.check(OpRun.of(op, SEED, x, c, c, x));
  }

  @ParameterizedTest(name = "x[{0},{1}]")
  @CsvSource({"4097,3", "9000,16", "300,100", "5000,20"})
  void batchNormOverManyBlocks(int rows, int channels) {
    Shape x = Shape.of(rows, channels);
    Shape c = Shape.of(channels);
    BitEquality.check(OpRun.of(new BatchNorm(1e-5f, true), SEED, x, c, c, x));
    BitEquality.check(OpRun.of(new BatchNorm(1e-5f, false), SEED, x, c, c));
  }

  @ParameterizedTest(name = "logits[{0},{1}]")
  @CsvSource({"1,2", "5,10", "33,100"})
  void otherLosses(int n, int classes) {
    Shape logits = Shape.of(n, classes);
    Shape labels = Shape.of(n);
    check(OpRun.withLabels(new SoftmaxCrossEntropy(0.1f), SEED, logits, labels));
    check(OpRun.withLabels(new FocalLoss(0.25f, 2f), SEED, logits, labels));
    check(OpRun.withLabels(new FocalLoss(0.5f, 0f), SEED, logits, labels));
    check(OpRun.of(new LogSoftmax(), SEED, logits));
  }

  @ParameterizedTest(name = "{0} elements")
  @CsvSource({"1", "15", "16", "37", "20000"})
  void relu(int size) {
    if (size < 100) {
      GradientCheck.check(OpRun.withoutTies(new Relu(), SEED, Shape.of(1, size)));
    }
    BitEquality.check(OpRun.of(new Relu(), SEED, Shape.of(1, size)));
  }

  @Test
  void addition() {
    check(OpRun.of(new Add(), SEED, Shape.of(3, 7), Shape.of(3, 7)));
  }

  @Test
  void reshape() {
    check(OpRun.of(Reshape.flatten(), SEED, Shape.of(2, 3, 4, 5)));
    check(OpRun.of(new Reshape(List.of(6, 10)), SEED, Shape.of(2, 3, 4, 5)));
  }

  @ParameterizedTest(name = "logits[{0},{1}]")
  @CsvSource({"1,2", "5,10", "33,100", "64,3"})
  void softmaxCrossEntropy(int n, int classes) {
    check(OpRun.withLabels(new SoftmaxCrossEntropy(), SEED, Shape.of(n, classes), Shape.of(n)));
  }

  /** What normalizes in evaluation, by itself and with the convolution before it; no gradients. */
  @ParameterizedTest(name = "x[2,8,8,{0}], relu {1}")
  @CsvSource({"5,false", "8,true", "64,true"})
  void normalizationInEvaluation(int channels, boolean relu) {
    Shape x = Shape.of(2, 8, 8, channels);
    Shape c = Shape.of(channels);
    Shape w = Shape.of(3, 3, channels, channels);
    var random = new Philox(SEED, Philox.Purpose.TEST, 6, channels);
    List<float[]> values =
        Stream.of(x, x, c, c, w).map(shape -> numbers(shape.size(), random)).toList();
    List<float[]> expected =
        inEvaluation(
            new ReferenceBackend(Arithmetic.FLOAT32), relu, List.of(x, x, c, c, w), values);
    for (Backend device : Devices.all()) {
      List<float[]> actual = inEvaluation(device, relu, List.of(x, x, c, c, w), values);
      for (int i = 0; i < expected.size(); i++) {
        BitEquality.compare(device, x, "result " + i, expected.get(i), actual.get(i));
      }
    }
  }

  private static List<float[]> inEvaluation(
      Backend device, boolean relu, List<Shape> shapes, List<float[]> values) {
    List<Variable> given = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      Tensor tensor = device.allocate(DType.FLOAT32, shapes.get(i));
      device.write(tensor, values.get(i));
      given.add(new Variable(tensor, false));
    }
    Variable x = given.get(0), residual = given.get(1), scale = given.get(2), shift = given.get(3);
    Op alone = new ChannelAffine(relu);
    Op onConvolution = new ConvolveAffine(Window.square(3, 1, 1), scale, shift, relu);
    try (Tape tape = new Tape(device)) {
      return Stream.of(
              tape.call(alone, x, scale, shift),
              tape.call(alone, x, scale, shift, residual),
              tape.call(onConvolution, x, given.get(4)),
              tape.call(onConvolution, x, given.get(4), residual))
          .map(
              y -> {
                float[] read = new float[y.shape().size()];
                device.read(y.tensor(), read);
                return read;
              })
          .toList();
    }
  }

  private static float[] numbers(int size, Philox random) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  private static void check(OpRun run) {
    GradientCheck.check(run);
    BitEquality.check(run);
  }
}
