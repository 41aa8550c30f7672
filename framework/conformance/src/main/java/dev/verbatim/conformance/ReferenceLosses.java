package dev.verbatim.conformance;

import static dev.verbatim.conformance.ReferenceBackend.numbers;

import dev.verbatim.tensor.Tensor;
import java.util.Arrays;

/** Losses and scores as their definitions read. */
final class ReferenceLosses {
  private final Arithmetic number;

  ReferenceLosses(Arithmetic number) {
    this.number = number;
  }

  private double add(double a, double b) {
    return number.round(a + b);
  }

  private double times(double a, double b) {
    return number.round(a * b);
  }

  private static double[] row(Tensor x, int i) {
    int columns = x.shape().dim(1);
    return Arrays.copyOfRange(numbers(x), i * columns, (i + 1) * columns);
  }

  private static void put(Tensor out, int at, boolean accumulate, double sum, Arithmetic number) {
    numbers(out)[at] = accumulate ? number.round(numbers(out)[at] + sum) : sum;
  }

  void softmax(
      Tensor logits,
      Tensor labels,
      float smoothing,
      Tensor probabilities,
      Tensor losses,
      Tensor loss) {
    int classes = logits.shape().dim(1);
    double total = 0;
    for (int i = 0; i < losses.size(); i++) {
      double[] row = row(logits, i);
      double largest = Arrays.stream(row).max().orElseThrow();
      double sum = 0;
      double distances = 0;
      for (int j = 0; j < classes; j++) {
        double e = number.exp(add(row[j], -largest));
        numbers(probabilities)[i * classes + j] = e;
        sum = add(sum, e);
        distances = add(distances, add(row[j], -largest));
      }
      for (int j = 0; j < classes; j++) {
        numbers(probabilities)[i * classes + j] =
            number.round(numbers(probabilities)[i * classes + j] / sum);
      }
      double own = add(row[(int) numbers(labels)[i]], -largest);
      if (smoothing > 0) {
        own = number.fma(smoothing, add(number.round(distances / classes), -own), own);
      }
      numbers(losses)[i] = add(number.log(sum), -own);
      total = add(total, numbers(losses)[i]);
    }
    numbers(loss)[0] = number.round(total / losses.size());
  }

  void softmaxGradient(
      Tensor probabilities,
      Tensor labels,
      float smoothing,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits) {
    int n = probabilities.shape().dim(0);
    int classes = probabilities.shape().dim(1);
    double scale = number.round(numbers(dLoss)[0] / n);
    double others = smoothing > 0 ? number.round((double) smoothing / classes) : 0;
    double own = smoothing > 0 ? add(others, add(1, -smoothing)) : 1;
    for (int e = 0; e < dLogits.size(); e++) {
      double target = numbers(labels)[e / classes] == e % classes ? own : others;
      put(dLogits, e, accumulate, times(add(numbers(probabilities)[e], -target), scale), number);
    }
  }

  void logSoftmax(Tensor x, Tensor y) {
    int classes = x.shape().dim(1);
    for (int i = 0; i < x.shape().dim(0); i++) {
      double[] row = row(x, i);
      double largest = Arrays.stream(row).max().orElseThrow();
      double sum = 0;
      for (double v : row) {
        sum = add(sum, number.exp(add(v, -largest)));
      }
      for (int j = 0; j < classes; j++) {
        numbers(y)[i * classes + j] = add(add(row[j], -largest), -number.log(sum));
      }
    }
  }

  void logSoftmaxGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    int classes = y.shape().dim(1);
    for (int i = 0; i < y.shape().dim(0); i++) {
      double sum = 0;
      for (double d : row(dY, i)) {
        sum = add(sum, d);
      }
      for (int j = 0; j < classes; j++) {
        int e = i * classes + j;
        double d = number.fma(-number.exp(numbers(y)[e]), sum, numbers(dY)[e]);
        put(dX, e, accumulate, d, number);
      }
    }
  }

  /**
   * One element of the focal loss: its value and its slope by z.
   *
   * @param z the logit of the label, or minus another logit
   */
  private double[] focal(double z, double weight, float gamma) {
    double q = number.round(1 / add(1, number.exp(z)));
    double p = number.round(1 / add(1, number.exp(-z)));
    double l = add(Math.max(-z, 0), number.log(add(1, number.exp(-Math.abs(z)))));
    double power = gamma == 0 ? 1 : number.exp(times(gamma, number.log(q)));
    double factor = times(weight, power);
    double slope = times(factor, add(-times(times(gamma, p), l), -q));
    return new double[] {times(factor, l), slope};
  }

  void focal(Tensor logits, Tensor labels, float alpha, float gamma, Tensor losses, Tensor loss) {
    double total = 0;
    for (int i = 0; i < losses.size(); i++) {
      double[] row = row(logits, i);
      double sum = 0;
      for (int j = 0; j < row.length; j++) {
        boolean own = numbers(labels)[i] == j;
        sum = add(sum, focal(own ? row[j] : -row[j], own ? alpha : add(1, -alpha), gamma)[0]);
      }
      numbers(losses)[i] = sum;
      total = add(total, sum);
    }
    numbers(loss)[0] = number.round(total / losses.size());
  }

  void focalGradient(
      Tensor logits,
      Tensor labels,
      float alpha,
      float gamma,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits) {
    int classes = logits.shape().dim(1);
    double scale = number.round(numbers(dLoss)[0] / logits.shape().dim(0));
    for (int e = 0; e < logits.size(); e++) {
      boolean own = numbers(labels)[e / classes] == e % classes;
      double z = own ? numbers(logits)[e] : -numbers(logits)[e];
      double slope = times(focal(z, own ? alpha : add(1, -alpha), gamma)[1], scale);
      put(dLogits, e, accumulate, own ? slope : -slope, number);
    }
  }

  static void score(Tensor logits, Tensor labels, Tensor losses, Tensor totals) {
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
}
