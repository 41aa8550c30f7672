package dev.verbatim.cpu;

import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Tensor;
import java.util.List;

/**
 * Batch normalization: two passes over memory forward and two backward, a unit being a few blocks
 * of rows; what is done for each channel alone is done by one thread.
 */
final class Norms implements NormKernels {
  private static final int UNIT_FLOATS = 1 << 14;
  private static final int FIRST_CACHE_FLOATS = 1 << 11;
  private static final float[] NONE = {};

  private final Pool pool;
  private final List<Vectors> kinds;
  private final Pool.Task momentsTask = this::momentsUnit;
  private final Pool.Task affineTask = this::affineUnit;
  private final Pool.Task sumsTask = this::sumsUnit;
  private final Pool.Task gradientTask = this::gradientUnit;
  private NormLanes lanes;
  private float[] x = NONE;
  private float[] y = NONE;
  private float[] dY = NONE;
  private float[] dX = NONE;
  private float[] residual = NONE;
  private float[] means = NONE;
  private float[] scales = NONE;
  private float[] shifts = NONE;
  private float[] first = NONE;
  private float[] second = NONE;
  private float[] third = NONE;
  private boolean relu;
  private boolean accumulateX;
  private boolean accumulateResidual;
  private int rows;
  private int channels;
  private int blocks;
  private int blocksInUnit;

  Norms(Pool pool, List<Vectors> kinds) {
    this.pool = pool;
    this.kinds = kinds;
    this.lanes = kinds.getLast().norms();
  }

  private void set(Tensor input, int width) {
    x = CpuStorage.floats(input);
    channels = width;
    rows = input.size() / width;
    blocks = Math.ceilDiv(rows, ROWS_IN_BLOCK);
    blocksInUnit = Math.max(1, UNIT_FLOATS / (ROWS_IN_BLOCK * channels));
    lanes = Vectors.fitting(kinds, channels).norms();
  }

  private void run(Pool.Task task) {
    pool.run(task, Math.ceilDiv(blocks, blocksInUnit));
  }

  private int rowsOf(int block) {
    return Math.min(ROWS_IN_BLOCK, rows - block * ROWS_IN_BLOCK);
  }

  /** Channels are gone through one vector after another, each over all rows of a call. */
  private int rowsInFirstCache() {
    return Math.max(1, FIRST_CACHE_FLOATS / channels);
  }

  private static float[] floats(Tensor tensor) {
    return tensor.isPresent() ? CpuStorage.floats(tensor) : NONE;
  }

  private static float[] grown(float[] array, int size) {
    return array.length >= size ? array : new float[size];
  }

  /** Sums rows by the rule, in place; the result is the first row. */
  private void combine(float[] sums) {
    for (int left = blocks; left > 1; left = Math.ceilDiv(left, ROWS_IN_BLOCK)) {
      for (int from = 0; from < left; from += ROWS_IN_BLOCK) {
        int count = Math.min(ROWS_IN_BLOCK, left - from);
        int to = from / ROWS_IN_BLOCK * channels;
        lanes.sumRows(sums, from * channels, count, channels, 0, to);
      }
    }
  }

  @Override
  public void moments(Tensor input, Tensor mean, Tensor variance) {
    set(input, mean.size());
    first = grown(first, blocks * channels);
    second = grown(second, blocks * channels);
    third = grown(third, blocks * channels);
    run(momentsTask);
    System.arraycopy(first, 0, third, 0, blocks * channels);
    combine(third);
    float[] m = CpuStorage.floats(mean);
    for (int c = 0; c < channels; c++) {
      m[c] = third[c] / rows;
    }
    lanes.fromMean(first, second, rows, channels, 0, m);
    combine(second);
    float[] v = CpuStorage.floats(variance);
    for (int c = 0; c < channels; c++) {
      v[c] = second[c] / rows;
    }
  }

  private void momentsUnit(int unit, int worker) {
    int block = unit * blocksInUnit;
    int row = block * ROWS_IN_BLOCK;
    int count = Math.min(blocksInUnit * ROWS_IN_BLOCK, rows - row);
    lanes.moments(x, row * channels, count, channels, 0, first, second, block * channels);
  }

  @Override
  public void fold(
      Tensor gamma,
      Tensor beta,
      Tensor mean,
      Tensor variance,
      float epsilon,
      Tensor inverse,
      Tensor scale,
      Tensor shift) {
    float[] g = CpuStorage.floats(gamma);
    float[] b = CpuStorage.floats(beta);
    float[] m = CpuStorage.floats(mean);
    float[] v = CpuStorage.floats(variance);
    float[] i = CpuStorage.floats(inverse);
    float[] s = CpuStorage.floats(scale);
    float[] t = CpuStorage.floats(shift);
    for (int c = 0; c < mean.size(); c++) {
      i[c] = 1f / (float) Math.sqrt(v[c] + epsilon);
      s[c] = g[c] * i[c];
      t[c] = Math.fma(-m[c], s[c], b[c]);
    }
  }

  @Override
  public void channelAffine(
      Tensor input, Tensor scale, Tensor shift, Tensor other, boolean throughRelu, Tensor output) {
    setAffine(input, scale, shift, other, throughRelu, output);
    run(affineTask);
  }

  /** What {@link #affine} is to do. */
  void setAffine(
      Tensor input, Tensor scale, Tensor shift, Tensor other, boolean throughRelu, Tensor output) {
    set(input, scale.size());
    scales = CpuStorage.floats(scale);
    shifts = CpuStorage.floats(shift);
    residual = floats(other);
    relu = throughRelu;
    y = CpuStorage.floats(output);
  }

  private void affineUnit(int unit, int worker) {
    affine(
        unit * blocksInUnit * ROWS_IN_BLOCK,
        Math.min((unit + 1) * blocksInUnit * ROWS_IN_BLOCK, rows));
  }

  /** Does the rows from one to before another of {@link #channelAffine}. */
  void affine(int from, int to) {
    int step = rowsInFirstCache();
    for (int row = from; row < to; row += step) {
      int count = Math.min(step, to - row);
      lanes.affine(x, row * channels, count, channels, 0, scales, shifts, residual, relu, y);
    }
  }

  @Override
  public void gradientSums(
      boolean throughRelu,
      Tensor input,
      Tensor output,
      Tensor outputGradient,
      Tensor mean,
      Tensor scale,
      Tensor shift,
      Tensor sums) {
    set(input, mean.size());
    relu = throughRelu;
    y = floats(output);
    scales = CpuStorage.floats(scale);
    shifts = CpuStorage.floats(shift);
    dY = CpuStorage.floats(outputGradient);
    means = CpuStorage.floats(mean);
    first = grown(first, blocks * channels);
    second = grown(second, blocks * channels);
    run(sumsTask);
    combine(first);
    combine(second);
    float[] to = CpuStorage.floats(sums);
    System.arraycopy(first, 0, to, 0, channels);
    System.arraycopy(second, 0, to, channels, channels);
  }

  private void sumsUnit(int unit, int worker) {
    int to = Math.min((unit + 1) * blocksInUnit, blocks);
    for (int b = unit * blocksInUnit; b < to; b++) {
      int at = b * ROWS_IN_BLOCK * channels;
      lanes.blockGradientSums(
          relu,
          x,
          y,
          dY,
          at,
          rowsOf(b),
          channels,
          0,
          means,
          scales,
          shifts,
          first,
          second,
          b * channels);
    }
  }

  @Override
  public void inputGradient(
      boolean throughRelu,
      Tensor input,
      Tensor output,
      Tensor outputGradient,
      Tensor mean,
      Tensor inverse,
      Tensor scale,
      Tensor shift,
      Tensor sums,
      boolean addX,
      Tensor inputGradient,
      boolean addResidual,
      Tensor residualGradient) {
    set(input, mean.size());
    relu = throughRelu;
    y = floats(output);
    dY = CpuStorage.floats(outputGradient);
    means = CpuStorage.floats(mean);
    scales = CpuStorage.floats(scale);
    shifts = CpuStorage.floats(shift);
    accumulateX = addX;
    dX = floats(inputGradient);
    accumulateResidual = addResidual;
    residual = floats(residualGradient);
    first = grown(first, channels);
    second = grown(second, channels);
    float[] i = CpuStorage.floats(inverse);
    float[] s = CpuStorage.floats(sums);
    for (int c = 0; c < channels; c++) {
      first[c] = -(scales[c] * (i[c] * i[c] * s[channels + c] / rows));
      second[c] = -(scales[c] * (s[c] / rows));
    }
    run(gradientTask);
  }

  private void gradientUnit(int unit, int worker) {
    int to = Math.min((unit + 1) * blocksInUnit * ROWS_IN_BLOCK, rows);
    int step = rowsInFirstCache();
    for (int row = unit * blocksInUnit * ROWS_IN_BLOCK; row < to; row += step) {
      lanes.inputGradient(
          relu,
          x,
          y,
          dY,
          row * channels,
          Math.min(step, to - row),
          channels,
          0,
          means,
          scales,
          shifts,
          first,
          second,
          accumulateX,
          dX,
          accumulateResidual,
          residual);
    }
  }

  @Override
  public void parameterGradients(
      Tensor sums, Tensor inverse, boolean addGamma, Tensor dGamma, boolean addBeta, Tensor dBeta) {
    float[] s = CpuStorage.floats(sums);
    float[] i = CpuStorage.floats(inverse);
    float[] gamma = CpuStorage.floats(dGamma);
    float[] beta = CpuStorage.floats(dBeta);
    int width = inverse.size();
    for (int c = 0; c < width; c++) {
      float g = i[c] * s[width + c];
      gamma[c] = addGamma ? gamma[c] + g : g;
      beta[c] = addBeta ? beta[c] + s[c] : s[c];
    }
  }

  @Override
  public void updateRunning(
      Tensor mean,
      Tensor variance,
      int count,
      float momentum,
      Tensor runningMean,
      Tensor runningVariance) {
    float unbiased = count == 1 ? 1f : (float) count / (count - 1);
    float[] m = CpuStorage.floats(mean);
    float[] v = CpuStorage.floats(variance);
    float[] rm = CpuStorage.floats(runningMean);
    float[] rv = CpuStorage.floats(runningVariance);
    for (int c = 0; c < mean.size(); c++) {
      rm[c] = Math.fma(momentum, m[c] - rm[c], rm[c]);
      rv[c] = Math.fma(momentum, v[c] * unbiased - rv[c], rv[c]);
    }
  }
}
