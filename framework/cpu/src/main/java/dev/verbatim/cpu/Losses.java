package dev.verbatim.cpu;

import dev.verbatim.tensor.Elementary;
import dev.verbatim.tensor.Tensor;

/**
 * Softmax, cross-entropy and scores; a unit is a few rows. Small beside the convolutions, so in
 * plain Java but for the exponentials.
 */
final class Losses {
  private static final int ROWS_IN_UNIT = 16;

  private final Pool pool;
  private final Lanes lanes;
  private final Pool.Task forwardTask = this::forwardRows;
  private final Pool.Task gradientTask = this::gradientRows;
  private float[] logits = {};
  private float[] probabilities = {};
  private float[] losses = {};
  private float[] dLogits = {};
  private int[] labels = {};
  private float scale;
  private float smoothing;
  private boolean accumulate;
  private int n;
  private int classes;

  Losses(Pool pool, Lanes lanes) {
    this.pool = pool;
    this.lanes = lanes;
  }

  void forward(
      Tensor scores,
      Tensor classOf,
      float labelSmoothing,
      Tensor probability,
      Tensor loss,
      Tensor mean) {
    smoothing = labelSmoothing;
    logits = CpuStorage.floats(scores);
    labels = CpuStorage.ints(classOf);
    probabilities = CpuStorage.floats(probability);
    losses = CpuStorage.floats(loss);
    n = scores.shape().dim(0);
    classes = scores.shape().dim(1);
    pool.run(forwardTask, Math.ceilDiv(n, ROWS_IN_UNIT));
    CpuStorage.floats(mean)[0] = mean(losses, n);
  }

  /** The sum in index order, divided. */
  static float mean(float[] values, int count) {
    float sum = 0f;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return sum / count;
  }

  private void forwardRows(int unit, int worker) {
    int to = Math.min((unit + 1) * ROWS_IN_UNIT, n);
    for (int i = unit * ROWS_IN_UNIT; i < to; i++) {
      int at = i * classes;
      float largest = largest(logits, at, classes);
      lanes.exp(logits, at, largest, probabilities, at, classes);
      float sum = 0f;
      for (int j = 0; j < classes; j++) {
        sum += probabilities[at + j];
      }
      for (int j = 0; j < classes; j++) {
        probabilities[at + j] /= sum;
      }
      float own = logits[at + labels[i]] - largest;
      if (smoothing > 0f) {
        own = Math.fma(smoothing, distances(at, largest) / classes - own, own);
      }
      losses[i] = Elementary.log(sum) - own;
    }
  }

  private static float largest(float[] values, int at, int count) {
    float largest = values[at];
    for (int j = at + 1; j < at + count; j++) {
      largest = values[j] > largest ? values[j] : largest;
    }
    return largest;
  }

  private float distances(int at, float largest) {
    float sum = 0f;
    for (int j = 0; j < classes; j++) {
      sum += logits[at + j] - largest;
    }
    return sum;
  }

  void gradient(
      Tensor probability,
      Tensor classOf,
      float labelSmoothing,
      Tensor dLoss,
      boolean add,
      Tensor gradient) {
    smoothing = labelSmoothing;
    probabilities = CpuStorage.floats(probability);
    labels = CpuStorage.ints(classOf);
    dLogits = CpuStorage.floats(gradient);
    accumulate = add;
    n = probability.shape().dim(0);
    classes = probability.shape().dim(1);
    scale = CpuStorage.floats(dLoss)[0] / n;
    pool.run(gradientTask, Math.ceilDiv(n, ROWS_IN_UNIT));
  }

  private void gradientRows(int unit, int worker) {
    int to = Math.min((unit + 1) * ROWS_IN_UNIT, n);
    float others = smoothing > 0f ? smoothing / classes : 0f;
    float own = smoothing > 0f ? others + (1f - smoothing) : 1f;
    for (int i = unit * ROWS_IN_UNIT; i < to; i++) {
      int at = i * classes;
      int label = labels[i];
      gradients(at, at + label, others);
      gradients(at + label, at + label + 1, own);
      gradients(at + label + 1, at + classes, others);
    }
  }

  /** Of some classes that should have this probability. */
  private void gradients(int from, int to, float wanted) {
    for (int j = from; j < to; j++) {
      float d = (probabilities[j] - wanted) * scale;
      dLogits[j] = accumulate ? dLogits[j] + d : d;
    }
  }

  void logSoftmax(Tensor x, Tensor y) {
    float[] from = CpuStorage.floats(x);
    float[] to = CpuStorage.floats(y);
    int columns = x.shape().dim(1);
    for (int at = 0; at < x.size(); at += columns) {
      float largest = largest(from, at, columns);
      float sum = 0f;
      for (int j = 0; j < columns; j++) {
        sum += Elementary.exp(from[at + j] - largest);
      }
      float log = Elementary.log(sum);
      for (int j = 0; j < columns; j++) {
        to[at + j] = from[at + j] - largest - log;
      }
    }
  }

  void logSoftmaxGradient(Tensor y, Tensor dY, boolean add, Tensor dX) {
    float[] value = CpuStorage.floats(y);
    float[] d = CpuStorage.floats(dY);
    float[] to = CpuStorage.floats(dX);
    int columns = y.shape().dim(1);
    for (int at = 0; at < y.size(); at += columns) {
      float sum = 0f;
      for (int j = 0; j < columns; j++) {
        sum += d[at + j];
      }
      for (int j = at; j < at + columns; j++) {
        float g = Math.fma(-Elementary.exp(value[j]), sum, d[j]);
        to[j] = add ? to[j] + g : g;
      }
    }
  }

  void score(Tensor scores, Tensor classOf, Tensor loss, Tensor totals) {
    float[] values = CpuStorage.floats(scores);
    float[] lossOf = CpuStorage.floats(loss);
    int[] label = CpuStorage.ints(classOf);
    double[] total = CpuStorage.doubles(totals);
    int columns = scores.shape().dim(1);
    for (int i = 0; i < scores.shape().dim(0); i++) {
      int rank = rank(values, i * columns, columns, label[i]);
      total[0] += lossOf[i];
      total[1] += rank < 1 ? 1 : 0;
      total[2] += rank < 5 ? 1 : 0;
    }
  }

  /** How many classes come before this one; all of them if its value is NaN. */
  private static int rank(float[] values, int at, int classes, int label) {
    float own = values[at + label];
    int before = 0;
    for (int j = 0; j < label; j++) {
      before += values[at + j] >= own ? 1 : 0;
    }
    for (int j = label + 1; j < classes; j++) {
      before += values[at + j] > own ? 1 : 0;
    }
    return Float.isNaN(own) ? Integer.MAX_VALUE : before;
  }
}
