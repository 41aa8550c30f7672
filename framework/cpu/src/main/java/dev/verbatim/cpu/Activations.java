package dev.verbatim.cpu;

import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.Tensor;

/** Functions of single elements, in chunks and plain Java; bound by their arithmetic. */
final class Activations {
  private static final int CHUNK = 1 << 12;

  private final Pool pool;
  private final Pool.Task forwardTask = this::forwardChunk;
  private final Pool.Task gradientTask = this::gradientChunk;
  private Activation function = Activation.SIGMOID;
  private float[] x = {};
  private float[] y = {};
  private float[] dY = {};
  private float[] dX = {};
  private boolean accumulate;
  private int size;

  Activations(Pool pool) {
    this.pool = pool;
  }

  void forward(Activation f, Tensor input, Tensor output) {
    function = f;
    x = CpuStorage.floats(input);
    y = CpuStorage.floats(output);
    size = input.size();
    pool.run(forwardTask, Math.ceilDiv(size, CHUNK));
  }

  void gradient(
      Activation f,
      Tensor input,
      Tensor output,
      Tensor outputGradient,
      boolean add,
      Tensor inputGradient) {
    function = f;
    x = CpuStorage.floats(input);
    y = CpuStorage.floats(output);
    dY = CpuStorage.floats(outputGradient);
    dX = CpuStorage.floats(inputGradient);
    accumulate = add;
    size = input.size();
    pool.run(gradientTask, Math.ceilDiv(size, CHUNK));
  }

  private void forwardChunk(int unit, int worker) {
    int to = Math.min((unit + 1) * CHUNK, size);
    for (int i = unit * CHUNK; i < to; i++) {
      y[i] = function.value(x[i]);
    }
  }

  private void gradientChunk(int unit, int worker) {
    int to = Math.min((unit + 1) * CHUNK, size);
    for (int i = unit * CHUNK; i < to; i++) {
      float d = dY[i] * function.slope(x[i], y[i]);
      dX[i] = accumulate ? dX[i] + d : d;
    }
  }
}
