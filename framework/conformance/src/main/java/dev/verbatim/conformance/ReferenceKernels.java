package dev.verbatim.conformance;

import static dev.verbatim.conformance.ReferenceBackend.numbers;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.Arrays;

/**
 * Every kernel as its definition reads: one output after another, each sum in its written order.
 */
final class ReferenceKernels implements Kernels {
  private final Arithmetic number;

  ReferenceKernels(Arithmetic number) {
    this.number = number;
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

  /** The value of an image, +0 outside. */
  private static double at(Tensor images, int n, int row, int column, int channel) {
    Shape s = images.shape();
    boolean inside = row >= 0 && row < s.dim(1) && column >= 0 && column < s.dim(2);
    return inside
        ? numbers(images)[((n * s.dim(1) + row) * s.dim(2) + column) * s.dim(3) + channel]
        : 0;
  }

  @Override
  public void convolve(Window window, Tensor x, Tensor w, Tensor bias, Tensor y) {
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
          for (int c = 0; c < in; c++) {
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
          if (Math.floorMod(row - i, stride) == 0 && Math.floorMod(column - j, stride) == 0) {
            for (int o = 0; o < out; o++) {
              double d =
                  at(
                      dY,
                      e / in / width / height,
                      Math.floorDiv(row - i, stride),
                      Math.floorDiv(column - j, stride),
                      o);
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
          sum = number.fma(at(x, n, inRow, inColumn, c), at(dY, n, row, column, o), sum);
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

  /** The element of x that is the largest of one output's window. */
  private static int largest(Window window, Tensor x, Shape y, int e) {
    int channels = y.dim(3);
    int top = e / channels / y.dim(2) % y.dim(1) * window.stride();
    int left = e / channels % y.dim(2) * window.stride();
    int image = e / channels / y.dim(2) / y.dim(1);
    int best = -1;
    for (int i = 0; i < window.kernelHeight(); i++) {
      for (int j = 0; j < window.kernelWidth(); j++) {
        int at =
            ((image * x.shape().dim(1) + top + i) * x.shape().dim(2) + left + j) * channels
                + e % channels;
        double v = numbers(x)[at];
        if (best < 0
            || v > numbers(x)[best]
            || (Double.isNaN(v) && !Double.isNaN(numbers(x)[best]))) {
          best = at;
        }
      }
    }
    return best;
  }

  @Override
  public void maxPool(Window window, Tensor x, Tensor y) {
    for (int e = 0; e < y.size(); e++) {
      numbers(y)[e] = numbers(x)[largest(window, x, y.shape(), e)];
    }
  }

  @Override
  public void maxPoolGradient(
      Window window, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    double[] sums = new double[dX.size()];
    for (int e = 0; e < y.size(); e++) {
      int at = largest(window, x, y.shape(), e);
      sums[at] = add(sums[at], numbers(dY)[e]);
    }
    for (int i = 0; i < sums.length; i++) {
      put(dX, i, accumulate, sums[i]);
    }
  }

  @Override
  public void softmaxCrossEntropy(
      Tensor logits, Tensor labels, Tensor probabilities, Tensor losses, Tensor loss) {
    int classes = logits.shape().dim(1);
    double total = 0;
    for (int i = 0; i < losses.size(); i++) {
      double[] row = Arrays.copyOfRange(numbers(logits), i * classes, (i + 1) * classes);
      double largest = Arrays.stream(row).max().orElseThrow();
      double sum = 0;
      for (int j = 0; j < classes; j++) {
        double e = number.exp(add(row[j], -largest));
        numbers(probabilities)[i * classes + j] = e;
        sum = add(sum, e);
      }
      for (int j = 0; j < classes; j++) {
        numbers(probabilities)[i * classes + j] =
            number.round(numbers(probabilities)[i * classes + j] / sum);
      }
      double own = add(row[(int) numbers(labels)[i]], -largest);
      numbers(losses)[i] = add(number.log(sum), -own);
      total = add(total, numbers(losses)[i]);
    }
    numbers(loss)[0] = number.round(total / losses.size());
  }

  @Override
  public void softmaxCrossEntropyGradient(
      Tensor probabilities, Tensor labels, Tensor dLoss, boolean accumulate, Tensor dLogits) {
    int n = probabilities.shape().dim(0);
    int classes = probabilities.shape().dim(1);
    double scale = number.round(numbers(dLoss)[0] / n);
    for (int e = 0; e < dLogits.size(); e++) {
      double hit = numbers(labels)[e / classes] == e % classes ? 1 : 0;
      put(dLogits, e, accumulate, number.round(add(numbers(probabilities)[e], -hit) * scale));
    }
  }

  @Override
  public void score(Tensor logits, Tensor labels, Tensor losses, Tensor totals) {
    int classes = logits.shape().dim(1);
    for (int i = 0; i < losses.size(); i++) {
      int label = (int) numbers(labels)[i];
      double own = numbers(logits)[i * classes + label];
      int before = Double.isNaN(own) ? classes : 0;
      for (int j = 0; j < classes; j++) {
        double other = numbers(logits)[i * classes + j];
        before += other > own || (other == own && j < label) ? 1 : 0;
      }
      numbers(totals)[0] += numbers(losses)[i];
      numbers(totals)[1] += before < 1 ? 1 : 0;
      numbers(totals)[2] += before < 5 && !Double.isNaN(own) ? 1 : 0;
    }
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
