package dev.verbatim.cpu;

import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.Arrays;
import java.util.List;

/** Max pooling; a unit is an image. Bound by loads and compares. */
final class Pooling {
  private final Pool pool;
  private final Scratch scratch;
  private final List<Vectors> kinds;
  private final Pool.Task forwardTask = this::forwardImage;
  private final Pool.Task gradientTask = this::gradientImage;
  private Lanes lanes;
  private Window window = Window.square(1, 1, 0);
  private float[] x = {};
  private float[] y = {};
  private float[] dY = {};
  private float[] dX = {};
  private boolean accumulate;
  private int height;
  private int width;
  private int channels;

  Pooling(Pool pool, Scratch scratch, List<Vectors> kinds) {
    this.pool = pool;
    this.scratch = scratch;
    this.kinds = kinds;
    this.lanes = kinds.getLast().elements();
  }

  void forward(Window w, Tensor input, Tensor output) {
    set(w, input, output);
    pool.run(forwardTask, input.shape().dim(0));
  }

  void gradient(
      Window w,
      Tensor input,
      Tensor output,
      Tensor outputGradient,
      boolean add,
      Tensor inputGradient) {
    set(w, input, output);
    dY = CpuStorage.floats(outputGradient);
    dX = CpuStorage.floats(inputGradient);
    accumulate = add;
    pool.run(gradientTask, input.shape().dim(0));
  }

  private void set(Window w, Tensor input, Tensor output) {
    window = w;
    x = CpuStorage.floats(input);
    y = CpuStorage.floats(output);
    height = input.shape().dim(1);
    width = input.shape().dim(2);
    channels = input.shape().dim(3);
    lanes = kinds.getLast().elements();
    for (int i = kinds.size() - 1; i >= 0; i--) {
      if (channels % kinds.get(i).lanes() == 0) {
        lanes = kinds.get(i).elements();
      }
    }
  }

  private void forwardImage(int image, int worker) {
    int rows = window.outputHeight(height);
    int columns = window.outputWidth(width);
    for (int row = 0; row < rows; row++) {
      lanes.maxPoolRow(
          x,
          (image * height + row * window.stride()) * width * channels,
          width * channels,
          window.stride() * channels,
          window.kernelHeight(),
          window.kernelWidth(),
          channels,
          y,
          (image * rows + row) * columns * channels,
          columns);
    }
  }

  private void gradientImage(int image, int worker) {
    int rows = window.outputHeight(height);
    int columns = window.outputWidth(width);
    int size = height * width * channels;
    int imageAt = image * size;
    float[] to = accumulate ? scratch.image(worker, size) : dX;
    int shift = accumulate ? -imageAt : 0;
    Arrays.fill(to, imageAt + shift, imageAt + shift + size, 0f);
    for (int row = 0; row < rows; row++) {
      lanes.maxPoolRowGradient(
          x,
          to,
          shift,
          imageAt + row * window.stride() * width * channels,
          width * channels,
          window.stride() * channels,
          window.kernelHeight(),
          window.kernelWidth(),
          channels,
          y,
          dY,
          (image * rows + row) * columns * channels,
          columns);
    }
    if (accumulate) {
      for (int i = 0; i < size; i++) {
        dX[imageAt + i] += to[i];
      }
    }
  }
}
