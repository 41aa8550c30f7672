package dev.verbatim.cuda;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;

/** Pools on the GPU: launches of {@code src/main/cuda/pooling.cu}. */
final class CudaPooling {
  private final Launch launch;

  CudaPooling(Launch launch) {
    this.launch = launch;
  }

  /** As {@link Kernels#averagePool}. */
  void averagePool(Window window, Tensor x, Tensor y) {
    images(launch.of("averagePool", x).with(window), x, y);
  }

  /** As {@link Kernels#maxPool}. */
  void maxPool(Window window, Tensor x, Tensor y) {
    images(launch.of("maxPool", x).with(window), x, y);
  }

  /** As {@link Kernels#averagePoolGradient}. */
  void averagePoolGradient(Window window, Tensor dY, boolean accumulate, Tensor dX) {
    imagesGradient(launch.of("averagePoolGradient", dY).with(window), dY, accumulate, dX);
  }

  /** As {@link Kernels#maxPoolGradient}. */
  void maxPoolGradient(
      Window window, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX) {
    launch
        .of("maxPoolGradient", x)
        .with(window)
        .with(x.shape())
        .with(y.shape())
        .with(x)
        .with(dY)
        .with(accumulate)
        .with(dX)
        .over(dX.size());
  }

  /** As {@link Kernels#subsamplePad}. */
  void subsamplePad(int stride, Tensor x, Tensor y) {
    images(launch.of("subsamplePad", x).with(stride), x, y);
  }

  /** As {@link Kernels#subsamplePadGradient}. */
  void subsamplePadGradient(int stride, Tensor dY, boolean accumulate, Tensor dX) {
    imagesGradient(launch.of("subsamplePadGradient", dY).with(stride), dY, accumulate, dX);
  }

  private static void images(Launch launch, Tensor x, Tensor y) {
    launch.with(x.shape()).with(y.shape()).with(x).with(y).over(y.size());
  }

  private static void imagesGradient(Launch launch, Tensor dY, boolean accumulate, Tensor dX) {
    launch.with(dX.shape()).with(dY.shape()).with(dY).with(accumulate).with(dX).over(dX.size());
  }
}
