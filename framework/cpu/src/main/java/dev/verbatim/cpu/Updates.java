package dev.verbatim.cpu;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;

/** Steps of optimizers, in chunks that the compiler vectorizes; bound by memory. */
final class Updates {
  private static final int CHUNK = 1 << 14;

  private final Pool pool;
  private final Pool.Task sgdTask = this::sgdChunk;
  private final Pool.Task adamTask = this::adamChunk;
  private final Pool.Task rmsPropTask = this::rmsPropChunk;
  private final Pool.Task clampTask = this::clampChunk;
  private final Pool.Task scaleTask = this::scaleChunk;
  private final Pool.Task squaresTask = this::squaresBlock;
  private float[] p = {};
  private float[] dP = {};
  private float[] first = {};
  private float[] second = {};
  private float[] numbers = {};
  private double[] sums = {};
  private float factor;
  private float keep;
  private float share;
  private float otherKeep;
  private float epsilon;
  private float momentum;
  private float decay;
  private boolean flag;
  private int size;

  Updates(Pool pool) {
    this.pool = pool;
  }

  private void run(Pool.Task task, int elements) {
    size = elements;
    pool.run(task, Math.ceilDiv(elements, CHUNK));
  }

  private int end(int unit) {
    return Math.min((unit + 1) * CHUNK, size);
  }

  void sgd(
      Tensor parameter,
      Tensor gradient,
      Tensor velocity,
      Tensor rate,
      float kept,
      float shrink,
      boolean nesterov) {
    p = CpuStorage.floats(parameter);
    dP = CpuStorage.floats(gradient);
    first = CpuStorage.floats(velocity);
    factor = -CpuStorage.floats(rate)[0];
    momentum = kept;
    decay = shrink;
    flag = nesterov;
    run(sgdTask, parameter.size());
  }

  private void sgdChunk(int unit, int worker) {
    float[] w = p;
    float[] d = dP;
    float[] v = first;
    float minusRate = factor;
    float kept = momentum;
    float shrink = decay;
    int to = end(unit);
    if (flag) {
      for (int i = unit * CHUNK; i < to; i++) {
        float g = Math.fma(shrink, w[i], d[i]);
        v[i] = Math.fma(kept, v[i], g);
        w[i] = Math.fma(minusRate, Math.fma(kept, v[i], g), w[i]);
      }
    } else {
      for (int i = unit * CHUNK; i < to; i++) {
        float g = Math.fma(shrink, w[i], d[i]);
        v[i] = Math.fma(kept, v[i], g);
        w[i] = Math.fma(minusRate, v[i], w[i]);
      }
    }
  }

  void adam(
      Tensor parameter,
      Tensor gradient,
      Tensor mean,
      Tensor square,
      Tensor changing,
      float oneMinusBeta1,
      float beta2,
      float oneMinusBeta2,
      float small,
      float shrink,
      boolean decoupled) {
    p = CpuStorage.floats(parameter);
    dP = CpuStorage.floats(gradient);
    first = CpuStorage.floats(mean);
    second = CpuStorage.floats(square);
    numbers = CpuStorage.floats(changing);
    share = oneMinusBeta1;
    keep = beta2;
    otherKeep = oneMinusBeta2;
    epsilon = small;
    decay = decoupled ? 0f : shrink;
    factor = decoupled && shrink != 0f ? numbers[3] : 1f; // times 1 changes nothing
    flag = decoupled;
    run(adamTask, parameter.size());
  }

  private void adamChunk(int unit, int worker) {
    float[] w = p;
    float[] d = dP;
    float[] m = first;
    float[] v = second;
    float minusStep = -numbers[1];
    float correction = numbers[2];
    float small = epsilon;
    float shrink = decay;
    float whole = factor;
    boolean decoupled = flag;
    float take1 = share;
    float keep2 = keep;
    float take2 = otherKeep;
    int to = end(unit);
    for (int i = unit * CHUNK; i < to; i++) {
      float old = w[i] * whole;
      float g = decoupled ? d[i] : Math.fma(shrink, old, d[i]);
      m[i] = Math.fma(take1, g - m[i], m[i]);
      v[i] = Math.fma(take2 * g, g, keep2 * v[i]);
      float below = Math.fma((float) Math.sqrt(v[i]), correction, small);
      w[i] = Math.fma(minusStep, m[i] / below, old);
    }
  }

  void rmsProp(
      Tensor parameter,
      Tensor gradient,
      Tensor square,
      Tensor velocity,
      Tensor rate,
      float alpha,
      float oneMinusAlpha,
      float small,
      float kept,
      float shrink) {
    p = CpuStorage.floats(parameter);
    dP = CpuStorage.floats(gradient);
    first = CpuStorage.floats(square);
    second = CpuStorage.floats(velocity);
    factor = -CpuStorage.floats(rate)[0];
    keep = alpha;
    share = oneMinusAlpha;
    epsilon = small;
    momentum = kept;
    decay = shrink;
    run(rmsPropTask, parameter.size());
  }

  private void rmsPropChunk(int unit, int worker) {
    float[] w = p;
    float[] d = dP;
    float[] s = first;
    float[] v = second;
    int to = end(unit);
    for (int i = unit * CHUNK; i < to; i++) {
      float g = Math.fma(decay, w[i], d[i]);
      s[i] = Math.fma(share * g, g, keep * s[i]);
      v[i] = Math.fma(momentum, v[i], g / ((float) Math.sqrt(s[i]) + epsilon));
      w[i] = Math.fma(factor, v[i], w[i]);
    }
  }

  void clamp(Tensor x, float limit) {
    p = CpuStorage.floats(x);
    factor = limit;
    run(clampTask, x.size());
  }

  private void clampChunk(int unit, int worker) {
    float limit = factor;
    int to = end(unit);
    for (int i = unit * CHUNK; i < to; i++) {
      float v = p[i];
      p[i] = v > limit ? limit : v < -limit ? -limit : v;
    }
  }

  void addSquares(Tensor x, Tensor total) {
    p = CpuStorage.floats(x);
    size = x.size();
    int blocks = Math.ceilDiv(size, Kernels.SQUARES_IN_BLOCK);
    sums = sums.length >= blocks ? sums : new double[blocks];
    pool.run(squaresTask, blocks);
    double sum = 0;
    for (int b = 0; b < blocks; b++) {
      sum += sums[b];
    }
    CpuStorage.doubles(total)[0] += sum;
  }

  private void squaresBlock(int block, int worker) {
    double sum = 0;
    int to = Math.min((block + 1) * Kernels.SQUARES_IN_BLOCK, size);
    for (int i = block * Kernels.SQUARES_IN_BLOCK; i < to; i++) {
      double v = p[i];
      sum += v * v; // exact but for the addition
    }
    sums[block] = sum;
  }

  static void clipFactor(Tensor total, float limit, Tensor result) {
    float norm = (float) Math.sqrt(CpuStorage.doubles(total)[0]);
    float ratio = limit / (norm + 1e-6f);
    CpuStorage.floats(result)[0] = Math.min(1f, ratio);
  }

  void scale(Tensor x, Tensor by) {
    p = CpuStorage.floats(x);
    factor = CpuStorage.floats(by)[0];
    run(scaleTask, x.size());
  }

  private void scaleChunk(int unit, int worker) {
    int to = end(unit);
    for (int i = unit * CHUNK; i < to; i++) {
      p[i] *= factor;
    }
  }
}
