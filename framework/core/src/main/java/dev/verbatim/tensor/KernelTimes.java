package dev.verbatim.tensor;

import java.util.List;

/**
 * How long a device took for each kernel of some work, and what it can do at most.
 *
 * @param kernels one for each kernel and size, in the order of their first launch
 * @param bytesPerSecond of memory, measured on the sum of two arrays that fit no cache
 * @param flopsPerSecond of FMAs in float32, from the device's clock and width or measured
 * @param tensorFlopsPerSecond of products of BFLOAT16 matrices on tensor cores, likewise
 */
public record KernelTimes(
    List<Kernel> kernels,
    double bytesPerSecond,
    double flopsPerSecond,
    double tensorFlopsPerSecond) {
  /** Of a device that does not time its kernels. */
  public static final KernelTimes NONE = new KernelTimes(List.of(), 0, 0, 0);

  /**
   * One kernel at one size.
   *
   * @param name which may say shapes too
   * @param launches in the work
   * @param nanos of one launch, what it costs to begin it included: on a CPU in its place in the
   *     work, else among others of its kind
   * @param bytes of one launch, each tensor read or written once; on a CPU one that is both counts
   *     once
   * @param flops of one launch where it multiplies matrices, two for a multiply-add; else 0
   * @param onTensorCores whether those are what multiplies
   */
  public record Kernel(
      String name, int launches, double nanos, long bytes, long flops, boolean onTensorCores) {}

  /** What one launch takes at least: its bytes or its FLOPs. */
  public double limitNanos(Kernel kernel) {
    return 1e9 * Math.max(kernel.bytes / bytesPerSecond, arithmeticSeconds(kernel));
  }

  private double arithmeticSeconds(Kernel kernel) {
    return kernel.flops / (kernel.onTensorCores ? tensorFlopsPerSecond : flopsPerSecond);
  }

  /** What limits a kernel: {@code memory}, {@code fma} or {@code tensor cores}. */
  public String limit(Kernel kernel) {
    if (kernel.bytes / bytesPerSecond >= arithmeticSeconds(kernel)) {
      return "memory";
    }
    return kernel.onTensorCores ? "tensor cores" : "fma";
  }
}
