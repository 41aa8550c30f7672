package dev.verbatim.cuda;

import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;

/**
 * What works on one element after another on the GPU: launches of {@code
 * src/main/cuda/elementwise.cu}, {@code activations.cu} and {@code dropout.cu}.
 */
final class CudaElementwise {
  private final Launch launch;
  private final Together together;

  CudaElementwise(Launch launch) {
    this.launch = launch;
    this.together = launch.together();
  }

  /** As {@link Kernels#fill}. */
  void fill(Tensor x, float value) {
    launch.of("fill").with(x).with(value).with(x.size()).over(x.size());
  }

  /** As {@link Kernels#copy}. */
  void copy(Tensor x, boolean accumulate, Tensor y) {
    if (x.type() == DType.FLOAT32 && y.type() == DType.FLOAT32) {
      together.of("copy").with(accumulate).on(0f, x, y);
      return;
    }
    boolean same = x.type() == y.type();
    launch
        .of(same ? "copy16" : y.type() == DType.BFLOAT16 ? "narrow" : "widen")
        .with(x)
        .with(accumulate)
        .with(y)
        .with(x.size())
        .over(x.size());
  }

  /** As {@link Kernels#add}. */
  void add(Tensor a, Tensor b, Tensor c) {
    launch.of("add", a).with(a).with(b).with(c).with(c.size()).over(c.size());
  }

  /** As {@link Kernels#relu}. */
  void relu(Tensor x, Tensor y) {
    launch.of("relu", x).with(x).with(y).with(x.size()).over(x.size());
  }

  /** As {@link Kernels#reluGradient}. */
  void reluGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    launch
        .of("reluGradient", y)
        .with(y)
        .with(dY)
        .with(accumulate)
        .with(dX)
        .with(y.size())
        .over(y.size());
  }

  /** As {@link Kernels#activate}. */
  void activate(Activation f, Tensor x, Tensor y) {
    launch.of("activate", x).with(code(f)).with(x).with(y).with(x.size()).over(x.size());
  }

  /** As {@link Kernels#activateGradient}. */
  void activateGradient(
      Activation f, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    launch
        .of("activateGradient", x)
        .with(code(f))
        .with(x)
        .with(y)
        .with(dY)
        .with(accumulate)
        .with(dX)
        .with(x.size())
        .over(x.size());
  }

  /** As {@link Kernels#dropout}. */
  void dropout(
      Tensor x,
      Tensor random,
      int layer,
      int threshold,
      float scale,
      boolean accumulate,
      Tensor y) {
    launch
        .of("dropout", x)
        .with(x)
        .with(random)
        .with(layer)
        .with(threshold)
        .with(scale)
        .with(accumulate)
        .with(y)
        .with(x.size())
        .over(Math.ceilDiv(x.size(), 8));
  }

  /** As {@code enum Activation} of activations.cu. */
  private static int code(Activation f) {
    return switch (f) {
      case SIGMOID -> 0;
      case TANH -> 1;
      case LEAKY_RELU -> 2;
      case SELU -> 3;
      case GELU -> 4;
    };
  }
}
