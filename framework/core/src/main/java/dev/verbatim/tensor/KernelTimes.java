package dev.verbatim.tensor;

import java.util.List;

/**
 * How long a device took for each kernel of some work, and what it can do at most.
 *
 * @param kernels one for each kernel and size, in the order of their first launch
 * @param bytesPerSecond of memory, measured on the sum of two tensors that fit no cache
 * @param flopsPerSecond of FMAs in float32, from the device's clock and width
 */
public record KernelTimes(List<Kernel> kernels, double bytesPerSecond, double flopsPerSecond) {
  /** Of a device that does not time its kernels. */
  public static final KernelTimes NONE = new KernelTimes(List.of(), 0, 0);

  /**
   * One kernel at one size.
   *
   * @param launches in the work
   * @param nanos of one launch among others of its kind, what it costs to begin it included
   * @param bytes of one launch, each tensor read or written once
   * @param flops of one launch where it multiplies matrices, two for a multiply-add; else 0
   */
  public record Kernel(String name, int launches, double nanos, long bytes, long flops) {}

  /** What one launch takes at least: its bytes or its FLOPs. */
  public double limitNanos(Kernel kernel) {
    return 1e9 * Math.max(kernel.bytes / bytesPerSecond, kernel.flops / flopsPerSecond);
  }

  /** Whether memory is what limits a kernel. */
  public boolean isBoundByMemory(Kernel kernel) {
    return kernel.bytes / bytesPerSecond >= kernel.flops / flopsPerSecond;
  }
}
