package dev.verbatim.cpu;

import dev.verbatim.tensor.Elementary;
import dev.verbatim.tensor.Tensor;

/**
 * Softmax, cross-entropy and scores; a unit is a few rows. Small beside the convolutions, so in
 * plain Java.
 */
final class Losses {
  private static final int ROWS_IN_UNIT = 16;

  private final Pool pool;
  private final Pool.Task forwardTask = this::forwardRows;
  private final Pool.Task gradientTask = this::gradientRows;
  private float[] logits = {};
  private float[] probabilities = {};
  private float[] losses = {};
  private float[] dLogits = {};
  private int[] labels = {};
  private float scale;
  private boolean accumulate;
  private int n;
  private int classes;

  Losses(Pool pool) {
    this.pool = pool;
  }

  void forward(Tensor scores, Tensor classOf, Tensor probability, Tensor loss, Tensor mean) {
    logits = CpuStorage.floats(scores);
    labels = CpuStorage.ints(classOf);
    probabilities = CpuStorage.floats(probability);
    losses = CpuStorage.floats(loss);
    n = scores.shape().dim(0);
    classes = scores.shape().dim(1);
    pool.run(forwardTask, Math.ceilDiv(n, ROWS_IN_UNIT));
    float sum = 0f;
    for (int i = 0; i < n; i++) {
      sum += losses[i];
    }
    CpuStorage.floats(mean)[0] = sum / n;
  }

  private void forwardRows(int unit, int worker) {
    int to = Math.min((unit + 1) * ROWS_IN_UNIT, n);
    for (int i = unit * ROWS_IN_UNIT; i < to; i++) {
      int at = i * classes;
      float largest = logits[at];
      for (int j = 1; j < classes; j++) {
        largest = logits[at + j] > largest ? logits[at + j] : largest;
      }
      float sum = 0f;
      for (int j = 0; j < classes; j++) {
        float e = Elementary.exp(logits[at + j] - largest);
        probabilities[at + j] = e;
        sum += e;
      }
      for (int j = 0; j < classes; j++) {
        probabilities[at + j] /= sum;
      }
      losses[i] = Elementary.log(sum) - (logits[at + labels[i]] - largest);
    }
  }

  void gradient(Tensor probability, Tensor classOf, Tensor dLoss, boolean add, Tensor gradient) {
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
    for (int i = unit * ROWS_IN_UNIT; i < to; i++) {
      int at = i * classes;
      for (int j = 0; j < classes; j++) {
        float d = (probabilities[at + j] - (j == labels[i] ? 1f : 0f)) * scale;
        dLogits[at + j] = accumulate ? dLogits[at + j] + d : d;
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
    for (int j = 0; j < classes; j++) {
      float other = values[at + j];
      before += other > own || (other == own && j < label) ? 1 : 0;
    }
    return Float.isNaN(own) ? Integer.MAX_VALUE : before;
  }
}
