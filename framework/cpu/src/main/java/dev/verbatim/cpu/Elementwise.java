package dev.verbatim.cpu;

import dev.verbatim.tensor.Tensor;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Kernels that go over all elements once, in chunks; bound by memory. */
final class Elementwise {
  private static final int CHUNK = 1 << 14;

  private final Pool pool;
  private final Lanes lanes;
  private final Pool.Task copyTask = this::copyChunk;
  private final Pool.Task addTask = this::addChunk;
  private final Pool.Task reluTask = this::reluChunk;
  private final Pool.Task reluGradientTask = this::reluGradientChunk;
  private final Pool.Task countTask = this::countChunk;
  private final LongAdder notFinite = new LongAdder();
  private float[] a = {};
  private float[] b = {};
  private float[] c = {};
  private boolean accumulate;
  private int size;

  Elementwise(Pool pool, Lanes lanes) {
    this.pool = pool;
    this.lanes = lanes;
  }

  void fill(Tensor x, float value) {
    Arrays.fill(CpuStorage.floats(x), 0, x.size(), value);
  }

  void copy(Tensor x, boolean add, Tensor y) {
    a = CpuStorage.floats(x);
    b = CpuStorage.floats(y);
    accumulate = add;
    run(copyTask, x.size());
  }

  void add(Tensor x, Tensor y, Tensor sum) {
    a = CpuStorage.floats(x);
    b = CpuStorage.floats(y);
    c = CpuStorage.floats(sum);
    run(addTask, x.size());
  }

  void relu(Tensor x, Tensor y) {
    a = CpuStorage.floats(x);
    b = CpuStorage.floats(y);
    run(reluTask, x.size());
  }

  void reluGradient(Tensor y, Tensor dY, boolean add, Tensor dX) {
    a = CpuStorage.floats(y);
    b = CpuStorage.floats(dY);
    c = CpuStorage.floats(dX);
    accumulate = add;
    run(reluGradientTask, y.size());
  }

  void countNotFinite(Tensor x, Tensor count) {
    a = CpuStorage.floats(x);
    run(countTask, x.size());
    CpuStorage.doubles(count)[0] += notFinite.sumThenReset();
  }

  private void run(Pool.Task task, int elements) {
    size = elements;
    pool.run(task, Math.ceilDiv(elements, CHUNK));
  }

  private int end(int unit) {
    return Math.min((unit + 1) * CHUNK, size);
  }

  private void copyChunk(int unit, int worker) {
    int from = unit * CHUNK;
    int to = end(unit);
    if (accumulate) {
      for (int i = from; i < to; i++) {
        b[i] += a[i];
      }
    } else {
      System.arraycopy(a, from, b, from, to - from);
    }
  }

  private void addChunk(int unit, int worker) {
    float[] x = a;
    float[] y = b;
    float[] sum = c;
    int to = end(unit);
    for (int i = unit * CHUNK; i < to; i++) {
      sum[i] = x[i] + y[i];
    }
  }

  private void reluChunk(int unit, int worker) {
    lanes.relu(a, b, unit * CHUNK, end(unit));
  }

  private void reluGradientChunk(int unit, int worker) {
    lanes.reluGradient(a, b, accumulate, c, unit * CHUNK, end(unit));
  }

  /** Whether there is anything to count is told at the speed of memory. */
  private void countChunk(int unit, int worker) {
    float[] x = a;
    int to = end(unit);
    if (lanes.areFinite(x, unit * CHUNK, to)) {
      return;
    }
    int count = 0;
    for (int i = unit * CHUNK; i < to; i++) {
      count += Float.isFinite(x[i]) ? 0 : 1;
    }
    notFinite.add(count);
  }
}
