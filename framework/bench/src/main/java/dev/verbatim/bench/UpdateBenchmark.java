package dev.verbatim.bench;

import dev.verbatim.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Updates of as many weights as resnet20 and resnet18 have, in one tensor. */
public class UpdateBenchmark extends KernelBenchmark {
  /** Weights. */
  @Param({"278324", "11220132"})
  public String shape = "";

  private Tensor p;
  private Tensor dP;
  private Tensor v;
  private Tensor rate;

  /** Makes weights, gradients and velocities. */
  @Setup
  public void place(Beside figures) {
    open(figures);
    int weights = Integer.parseInt(shape);
    p = tensor(weights);
    dP = tensor(weights);
    v = tensor(weights);
    rate = tensor(1);
    cpu.write(rate, new float[] {1e-6f});
    beside.operation(0, bytes(p, p, dP, v, v), 0);
  }

  /** With momentum and weight decay. */
  @Benchmark
  public void sgd() {
    k.sgd(p, dP, v, rate, 0.9f, 5e-4f, false);
  }
}
