package dev.verbatim.conformance;

import static dev.verbatim.conformance.ReferenceBackend.numbers;

import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.Arrays;

/**
 * Every kernel as its definition reads: one output after another, each sum in its written order.
 */
final class ReferenceKernels implements Kernels {
  private final Arithmetic number;
  private final ReferenceTiles tiles;

  ReferenceKernels(Arithmetic number) {
    this.number = number;
    tiles = new ReferenceTiles(number);
  }

  private double add(double a, double b) {
    return number.round(a + b);
  }

  private void put(Tensor out, int at, boolean accumulate, double sum) {
    double[] to = numbers(out);
    to[at] = accumulate ? add(to[at], sum) : sum;
  }

  @Override
  public void fill(Tensor x, float value) {
    Arrays.fill(numbers(x), 0, x.size(), value);
  }

  @Override
  public void copy(Tensor x, boolean accumulate, Tensor y) {
    for (int i = 0; i < x.size(); i++) {
      put(y, i, accumulate, numbers(x)[i]);
    }
  }

  @Override
  public void add(Tensor a, Tensor b, Tensor c) {
    for (int i = 0; i < a.size(); i++) {
      numbers(c)[i] = add(numbers(a)[i], numbers(b)[i]);
    }
  }

  @Override
  public void gemm(Transpose transpose, Tensor a, Tensor b, boolean accumulate, Tensor c) {
    int m = c.shape().dim(0);
    int n = c.shape().dim(1);
    int depth = transpose == Transpose.TN ? a.shape().dim(0) : a.shape().dim(1);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int k = 0; k < depth; k++) {
          double left = numbers(a)[transpose == Transpose.TN ? k * m + i : i * depth + k];
          double right = numbers(b)[transpose == Transpose.NT ? j * depth + k : k * n + j];
          sum = number.fma(left, right, sum);
        }
        put(c, i * n + j, accumulate, sum);
      }
    }
  }

  @Override
  public void affine(Tensor x, Tensor w, Tensor bias, Tensor y) {
    int depth = x.shape().dim(1);
    int n = w.shape().dim(1);
    for (int i = 0; i < y.size(); i++) {
      double sum = bias.isPresent() ? numbers(bias)[i % n] : 0;
      for (int k = 0; k < depth; k++) {
        sum = number.fma(numbers(x)[i / n * depth + k], numbers(w)[k * n + i % n], sum);
      }
      numbers(y)[i] = sum;
    }
  }

  @Override
  public void sumRows(Tensor dY, int blocks, boolean accumulate, Tensor out) {
    int channels = out.size();
    int rows = dY.size() / channels / blocks;
    for (int c = 0; c < channels; c++) {
      double total = 0;
      for (int b = 0; b < blocks; b++) {
        double sum = 0;
        for (int r = 0; r < rows; r++) {
          sum = add(sum, numbers(dY)[(b * rows + r) * channels + c]);
        }
        total = b == 0 ? sum : add(total, sum);
      }
      put(out, c, accumulate, total);
    }
  }

  private static boolean inside(Shape images, int row, int column) {
    return row >= 0 && row < images.dim(1) && column >= 0 && column < images.dim(2);
  }

  private static double at(Tensor images, int n, int row, int column, int channel) {
    Shape s = images.shape();
    return numbers(images)[((n * s.dim(1) + row) * s.dim(2) + column) * s.dim(3) + channel];
  }

  @Override
  public void convolve(Window window, Tensor x, Tensor w, Tensor bias, Tensor y) {
    if (Kernels.inTiles(window, x.shape(), w.shape().dim(3))) {
      tiles.convolve(x, w, bias, y);
      return;
    }
    int in = x.shape().dim(3);
    int out = w.shape().dim(3);
    int width = y.shape().dim(2);
    int height = y.shape().dim(1);
    for (int e = 0; e < y.size(); e++) {
      int o = e % out;
      int top = e / out / width % height * window.stride() - window.padding();
      int left = e / out % width * window.stride() - window.padding();
      double sum = bias.isPresent() ? numbers(bias)[o] : 0;
      for (int i = 0; i < window.kernelHeight(); i++) {
        for (int j = 0; j < window.kernelWidth(); j++) {
          for (int c = 0; c < in && inside(x.shape(), top + i, left + j); c++) {
            double value = at(x, e / out / width / height, top + i, left + j, c);
            sum =
                number.fma(
                    value, numbers(w)[((i * window.kernelWidth() + j) * in + c) * out + o], sum);
          }
        }
      }
      numbers(y)[e] = sum;
    }
  }

  @Override
  public void convolveInputGradient(
      Window window, Tensor dY, Tensor w, boolean accumulate, Tensor dX) {
    if (Kernels.inTiles(window, dX.shape(), w.shape().dim(3))) {
      tiles.inputGradient(dY, w, accumulate, dX);
      return;
    }
    int in = dX.shape().dim(3);
    int out = dY.shape().dim(3);
    int width = dX.shape().dim(2);
    int height = dX.shape().dim(1);
    int stride = window.stride();
    for (int e = 0; e < dX.size(); e++) {
      int c = e % in;
      int row = e / in / width % height + window.padding();
      int column = e / in % width + window.padding();
      double sum = 0;
      for (int i = window.kernelHeight() - 1;
          i >= 0;
          i--) { // falling kernel positions are rising outputs
        for (int j = window.kernelWidth() - 1; j >= 0; j--) {
          int h = Math.floorDiv(row - i, stride);
          int v = Math.floorDiv(column - j, stride);
          if (h * stride == row - i && v * stride == column - j && inside(dY.shape(), h, v)) {
            for (int o = 0; o < out; o++) {
              double d = at(dY, e / in / width / height, h, v, o);
              sum =
                  number.fma(
                      d, numbers(w)[((i * window.kernelWidth() + j) * in + c) * out + o], sum);
            }
          }
        }
      }
      put(dX, e, accumulate, sum);
    }
  }

  @Override
  public void convolveWeightGradient(
      Window window, Tensor x, Tensor dY, boolean accumulate, Tensor dW) {
    if (Kernels.inTiles(window, x.shape(), dW.shape().dim(3))) {
      tiles.weightGradient(x, dY, accumulate, dW);
      return;
    }
    int images = x.shape().dim(0);
    int perBlock = Kernels.imagesPerBlock(images, dW.size());
    for (int e = 0; e < dW.size(); e++) {
      double total = 0;
      for (int first = 0; first < images; first += perBlock) {
        double sum =
            weightSum(window, x, dY, dW.shape(), e, first, Math.min(first + perBlock, images));
        total = first == 0 ? sum : add(total, sum);
      }
      put(dW, e, accumulate, total);
    }
  }

  private double weightSum(
      Window window, Tensor x, Tensor dY, Shape weights, int e, int firstImage, int lastImage) {
    int o = e % weights.dim(3);
    int c = e / weights.dim(3) % weights.dim(2);
    int j = e / weights.dim(3) / weights.dim(2) % weights.dim(1);
    int i = e / weights.dim(3) / weights.dim(2) / weights.dim(1);
    double sum = 0;
    for (int n = firstImage; n < lastImage; n++) {
      for (int row = 0; row < dY.shape().dim(1); row++) {
        for (int column = 0; column < dY.shape().dim(2); column++) {
          int inRow = row * window.stride() + i - window.padding();
          int inColumn = column * window.stride() + j - window.padding();
          if (inside(x.shape(), inRow, inColumn)) {
            sum = number.fma(at(x, n, inRow, inColumn, c), at(dY, n, row, column, o), sum);
          }
        }
      }
    }
    return sum;
  }

  @Override
  public void relu(Tensor x, Tensor y) {
    for (int i = 0; i < x.size(); i++) {
      numbers(y)[i] = numbers(x)[i] <= 0 ? 0 : numbers(x)[i];
    }
  }

  @Override
  public void reluGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    for (int i = 0; i < y.size(); i++) {
      put(dX, i, accumulate, numbers(y)[i] <= 0 ? 0 : numbers(dY)[i]);
    }
  }

  @Override
  public NormKernels norms() {
    return new ReferenceNorms(number);
  }

  @Override
  public void activate(Activation f, Tensor x, Tensor y) {
    for (int i = 0; i < x.size(); i++) {
      numbers(y)[i] = number.activation(f, numbers(x)[i]);
    }
  }

  @Override
  public void activateGradient(
      Activation f, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    for (int i = 0; i < x.size(); i++) {
      double slope = number.slope(f, numbers(x)[i], numbers(y)[i]);
      put(dX, i, accumulate, number.round(numbers(dY)[i] * slope));
    }
  }

  @Override
  public void dropout(
      Tensor x,
      Tensor random,
      int layer,
      int threshold,
      float scale,
      boolean accumulate,
      Tensor y) {
    long low = Integer.toUnsignedLong((int) numbers(random)[0]);
    long high = (int) numbers(random)[1];
    long seed = (high << 32) | low;
    int index = ((int) numbers(random)[3]) * 256 + layer;
    var stream = new Philox(seed, Philox.Purpose.DROPOUT, (int) numbers(random)[2], index);
    int word = 0;
    for (int e = 0; e < x.size(); e++) {
      word = e % 2 == 0 ? stream.nextInt() : word >>> 16;
      boolean keep = (word & 0xffff) >= threshold;
      put(y, e, accumulate, keep ? number.round(numbers(x)[e] * scale) : 0);
    }
  }

  @Override
  public void maxPool(Window window, Tensor x, Tensor y) {
    new ReferencePooling(number, window).max(x, y);
  }

  @Override
  public void maxPoolGradient(
      Window window, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    new ReferencePooling(number, window).maxGradient(x, y, dY, accumulate, dX);
  }

  @Override
  public void averagePool(Window window, Tensor x, Tensor y) {
    new ReferencePooling(number, window).average(x, y);
  }

  @Override
  public void averagePoolGradient(Window window, Tensor dY, boolean accumulate, Tensor dX) {
    new ReferencePooling(number, window).averageGradient(dY, accumulate, dX);
  }

  @Override
  public void subsamplePad(int stride, Tensor x, Tensor y) {
    int channels = y.shape().dim(3);
    for (int e = 0; e < y.size(); e++) {
      int c = e % channels;
      int column = e / channels % y.shape().dim(2) * stride;
      int row = e / channels / y.shape().dim(2) % y.shape().dim(1) * stride;
      int n = e / channels / y.shape().dim(2) / y.shape().dim(1);
      numbers(y)[e] = c < x.shape().dim(3) ? at(x, n, row, column, c) : 0;
    }
  }

  @Override
  public void subsamplePadGradient(int stride, Tensor dY, boolean accumulate, Tensor dX) {
    int channels = dX.shape().dim(3);
    for (int e = 0; e < dX.size(); e++) {
      int column = e / channels % dX.shape().dim(2);
      int row = e / channels / dX.shape().dim(2) % dX.shape().dim(1);
      int n = e / channels / dX.shape().dim(2) / dX.shape().dim(1);
      boolean taken = row % stride == 0 && column % stride == 0;
      double d = taken ? at(dY, n, row / stride, column / stride, e % channels) : 0;
      put(dX, e, accumulate, d);
    }
  }

  @Override
  public void logSoftmax(Tensor x, Tensor y) {
    new ReferenceLosses(number).logSoftmax(x, y);
  }

  @Override
  public void logSoftmaxGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    new ReferenceLosses(number).logSoftmaxGradient(y, dY, accumulate, dX);
  }

  @Override
  public void softmaxCrossEntropy(
      Tensor logits,
      Tensor labels,
      float smoothing,
      Tensor probabilities,
      Tensor losses,
      Tensor loss) {
    new ReferenceLosses(number).softmax(logits, labels, smoothing, probabilities, losses, loss);
  }

  @Override
  public void softmaxCrossEntropyGradient(
      Tensor probabilities,
      Tensor labels,
      float smoothing,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits) {
    new ReferenceLosses(number)
        .softmaxGradient(probabilities, labels, smoothing, dLoss, accumulate, dLogits);
  }

  @Override
  public void focalLoss(
      Tensor logits, Tensor labels, float alpha, float gamma, Tensor losses, Tensor loss) {
    new ReferenceLosses(number).focal(logits, labels, alpha, gamma, losses, loss);
  }

  @Override
  public void focalLossGradient(
      Tensor logits,
      Tensor labels,
      float alpha,
      float gamma,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits) {
    new ReferenceLosses(number)
        .focalGradient(logits, labels, alpha, gamma, dLoss, accumulate, dLogits);
  }

  @Override
  public void score(Tensor logits, Tensor labels, Tensor losses, Tensor totals) {
    ReferenceLosses.score(logits, labels, losses, totals);
  }

  @Override
  public void sgd(
      Tensor p, Tensor dP, Tensor v, Tensor rate, float momentum, float decay, boolean nesterov) {
    for (int i = 0; i < p.size(); i++) {
      double g = number.fma(decay, numbers(p)[i], numbers(dP)[i]);
      numbers(v)[i] = number.fma(momentum, numbers(v)[i], g);
      double step = nesterov ? number.fma(momentum, numbers(v)[i], g) : numbers(v)[i];
      numbers(p)[i] = number.fma(-numbers(rate)[0], step, numbers(p)[i]);
    }
  }

  @Override
  public void adam(
      Tensor p,
      Tensor dP,
      Tensor m,
      Tensor v,
      Tensor numbers,
      float oneMinusBeta1,
      float beta2,
      float oneMinusBeta2,
      float epsilon,
      float decay,
      boolean decoupled) {
    for (int i = 0; i < p.size(); i++) {
      double g = numbers(dP)[i];
      if (decoupled && decay != 0) {
        numbers(p)[i] = number.round(numbers(p)[i] * numbers(numbers)[3]);
      } else if (!decoupled) {
        g = number.fma(decay, numbers(p)[i], g);
      }
      numbers(m)[i] = number.fma(oneMinusBeta1, add(g, -numbers(m)[i]), numbers(m)[i]);
      double kept = number.round(beta2 * numbers(v)[i]);
      numbers(v)[i] = number.fma(number.round(oneMinusBeta2 * g), g, kept);
      double root = number.round(Math.sqrt(numbers(v)[i]));
      double below = number.fma(root, numbers(numbers)[2], epsilon);
      double step = number.round(numbers(m)[i] / below);
      numbers(p)[i] = number.fma(-numbers(numbers)[1], step, numbers(p)[i]);
    }
  }

  @Override
  public void rmsProp(
      Tensor p,
      Tensor dP,
      Tensor s,
      Tensor v,
      Tensor rate,
      float alpha,
      float oneMinusAlpha,
      float epsilon,
      float momentum,
      float decay) {
    for (int i = 0; i < p.size(); i++) {
      double g = number.fma(decay, numbers(p)[i], numbers(dP)[i]);
      double kept = number.round(alpha * numbers(s)[i]);
      numbers(s)[i] = number.fma(number.round(oneMinusAlpha * g), g, kept);
      double below = add(number.round(Math.sqrt(numbers(s)[i])), epsilon);
      numbers(v)[i] = number.fma(momentum, numbers(v)[i], number.round(g / below));
      numbers(p)[i] = number.fma(-numbers(rate)[0], numbers(v)[i], numbers(p)[i]);
    }
  }

  @Override
  public void clamp(Tensor x, float limit) {
    for (int i = 0; i < x.size(); i++) {
      double v = numbers(x)[i];
      numbers(x)[i] = v > limit ? limit : v < -limit ? -limit : v;
    }
  }

  @Override
  public void startSquares(Tensor total) {
    numbers(total)[0] = 0;
  }

  @Override
  public void addSquares(Tensor x, Tensor total) {
    double sum = 0;
    for (int from = 0; from < x.size(); from += SQUARES_IN_BLOCK) {
      double block = 0;
      for (int i = from; i < Math.min(from + SQUARES_IN_BLOCK, x.size()); i++) {
        block += numbers(x)[i] * numbers(x)[i];
      }
      sum += block;
    }
    numbers(total)[0] += sum;
  }

  @Override
  public void clipFactor(Tensor total, float limit, Tensor factor) {
    double norm = number.round(Math.sqrt(numbers(total)[0]));
    numbers(factor)[0] = Math.min(1, number.round(limit / add(norm, 1e-6f)));
  }

  @Override
  public void scale(Tensor x, Tensor factor) {
    for (int i = 0; i < x.size(); i++) {
      numbers(x)[i] = number.round(numbers(x)[i] * numbers(factor)[0]);
    }
  }

  @Override
  public void countNotFinite(Tensor x, Tensor count) {
    for (int i = 0; i < x.size(); i++) {
      numbers(count)[0] += Double.isFinite(numbers(x)[i]) ? 0 : 1;
    }
  }

  @Override
  public void gatherImages(Tensor images, Tensor indices, Tensor scale, Tensor shift, Tensor x) {
    int channels = scale.size();
    int image = x.size() / indices.size();
    for (int i = 0; i < x.size(); i++) {
      int from = ((int) numbers(indices)[i / image]) * image + i % image;
      numbers(x)[i] =
          number.fma(
              numbers(images)[from], numbers(scale)[i % channels], numbers(shift)[i % channels]);
    }
  }
}
