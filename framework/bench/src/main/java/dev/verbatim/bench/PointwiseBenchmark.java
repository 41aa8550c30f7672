package dev.verbatim.bench;

import dev.verbatim.ops.MaxPool;
import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Max pooling and activations. */
public class PointwiseBenchmark extends KernelBenchmark {
  private static final Window WINDOW = Window.square(2, 2, 0);

  /** See {@link Images}. */
  @Param({"8@30x30 batch 64", "64@32x32 batch 32"})
  public String shape = "";

  private Images images;
  private Tensor x;
  private Tensor y;
  private Tensor dX;
  private Tensor dY;
  private Tensor pooled;
  private Tensor dPooled;

  /** Makes the images and their results. */
  @Setup
  public void place(Beside figures) {
    open(figures);
    images = Images.parse(shape);
    x = tensor(images.shape());
    y = tensor(images.shape());
    dX = tensor(images.shape());
    dY = tensor(images.shape());
    pooled = tensor(new MaxPool(WINDOW).outputShape(images.shape()));
    dPooled = tensor(pooled.shape());
    k.maxPool(WINDOW, x, pooled);
  }

  private void counts(double bytes) {
    beside.operation(0, bytes, images.batch());
  }

  /** Windows of 2 x 2. */
  @Benchmark
  public void maxPool() {
    counts(bytes(x, pooled));
    k.maxPool(WINDOW, x, pooled);
  }

  /** Windows of 2 x 2. */
  @Benchmark
  public void maxPoolGradient() {
    counts(bytes(x, pooled, dPooled, dX));
    k.maxPoolGradient(WINDOW, x, pooled, dPooled, false, dX);
  }

  /** One comparison an element. */
  @Benchmark
  public void relu() {
    counts(bytes(x, y));
    k.relu(x, y);
  }

  /** One comparison an element. */
  @Benchmark
  public void reluGradient() {
    counts(bytes(y, dY, dX));
    k.reluGradient(y, dY, false, dX);
  }

  /** With an exponential. */
  @Benchmark
  public void gelu() {
    counts(bytes(x, y));
    k.activate(Activation.GELU, x, y);
  }

  /** With an exponential. */
  @Benchmark
  public void geluGradient() {
    counts(bytes(x, y, dY, dX));
    k.activateGradient(Activation.GELU, x, y, dY, false, dX);
  }
}
