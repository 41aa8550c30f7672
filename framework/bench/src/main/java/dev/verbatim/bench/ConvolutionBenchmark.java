package dev.verbatim.bench;

import dev.verbatim.ops.Convolve;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Convolutions of resnet20, of resnet18 on CIFAR and of report B's plain CNN. */
public class ConvolutionBenchmark extends KernelBenchmark {
  /** See {@link Convolution}. */
  @Param({
    "3->16@32x32 batch 128",
    "16->16@32x32 batch 128",
    "16->32@32x32 s2 batch 128",
    "16->32@32x32 k1 s2 batch 128",
    "32->32@16x16 batch 128",
    "32->64@16x16 s2 batch 128",
    "32->64@16x16 k1 s2 batch 128",
    "64->64@8x8 batch 128",
    "64->64@32x32 batch 32",
    "128->128@16x16 batch 32",
    "256->256@8x8 batch 32",
    "512->512@4x4 batch 32",
    "3->8@32x32 p0 batch 64",
    "8->16@15x15 p0 batch 64"
  })
  public String shape = "";

  private Window window;
  private Tensor x;
  private Tensor w;
  private Tensor y;

  /** Makes input, weights and output. */
  @Setup
  public void place(Beside figures) {
    open(figures);
    Convolution convolution = Convolution.parse(shape);
    window = convolution.window();
    x = tensor(convolution.input().shape());
    w = tensor(convolution.weights());
    Convolve op = new Convolve(window);
    y = tensor(op.outputShape(x.shape(), w.shape()));
    beside.operation(
        2.0 * op.macs(x.shape(), w.shape()), bytes(x, w, y), convolution.input().batch());
  }

  /** {@code y} from {@code x}. */
  @Benchmark
  public void forward() {
    k.convolve(window, x, w, Tensor.none(), y);
  }

  /** {@code dX} from {@code dY}. */
  @Benchmark
  public void inputGradient() {
    k.convolveInputGradient(window, y, w, false, x);
  }

  /** {@code dW} from {@code x} and {@code dY}. */
  @Benchmark
  public void weightGradient() {
    k.convolveWeightGradient(window, x, y, false, w);
  }
}
