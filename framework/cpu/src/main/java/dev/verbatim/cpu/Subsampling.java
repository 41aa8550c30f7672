package dev.verbatim.cpu;

import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.Arrays;

/** Every so many pixels, with channels of 0 behind; a unit is an image. Bound by memory. */
final class Subsampling {
  private final Pool pool;
  private final Pool.Task forwardTask = this::forwardImage;
  private final Pool.Task gradientTask = this::gradientImage;
  private float[] small = {};
  private float[] large = {};
  private Shape smallShape = Shape.of(1, 1, 1, 1);
  private Shape largeShape = Shape.of(1, 1, 1, 1);
  private int stride;
  private boolean accumulate;

  Subsampling(Pool pool) {
    this.pool = pool;
  }

  private void set(int step, Tensor manyPixels, Tensor fewPixels) {
    stride = step;
    large = CpuStorage.floats(manyPixels);
    largeShape = manyPixels.shape();
    small = CpuStorage.floats(fewPixels);
    smallShape = fewPixels.shape();
  }

  void forward(int step, Tensor x, Tensor y) {
    set(step, x, y);
    pool.run(forwardTask, x.shape().dim(0));
  }

  void gradient(int step, Tensor dY, boolean add, Tensor dX) {
    set(step, dX, dY);
    accumulate = add;
    pool.run(gradientTask, dX.shape().dim(0));
  }

  private int largeAt(int image, int row, int column) {
    int pixel = (image * largeShape.dim(1) + row * stride) * largeShape.dim(2) + column * stride;
    return pixel * largeShape.dim(3);
  }

  private int smallAt(int image, int row, int column) {
    int pixel = (image * smallShape.dim(1) + row) * smallShape.dim(2) + column;
    return pixel * smallShape.dim(3);
  }

  private void forwardImage(int image, int worker) {
    int channels = largeShape.dim(3);
    for (int row = 0; row < smallShape.dim(1); row++) {
      for (int column = 0; column < smallShape.dim(2); column++) {
        int to = smallAt(image, row, column);
        System.arraycopy(large, largeAt(image, row, column), small, to, channels);
        Arrays.fill(small, to + channels, to + smallShape.dim(3), 0f);
      }
    }
  }

  private void gradientImage(int image, int worker) {
    int channels = largeShape.dim(3);
    int size = largeShape.dim(1) * largeShape.dim(2) * channels;
    for (int i = image * size; i < (image + 1) * size; i++) {
      large[i] = accumulate ? large[i] + 0f : 0f;
    }
    for (int row = 0; row < smallShape.dim(1); row++) {
      for (int column = 0; column < smallShape.dim(2); column++) {
        int from = smallAt(image, row, column);
        int to = largeAt(image, row, column);
        for (int c = 0; c < channels; c++) {
          large[to + c] = accumulate ? large[to + c] + small[from + c] : small[from + c];
        }
      }
    }
  }
}
