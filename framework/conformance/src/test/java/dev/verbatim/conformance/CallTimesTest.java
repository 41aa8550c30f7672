package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.cpu.CpuBackend;
import dev.verbatim.cpu.VectorWidth;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.KernelTimes;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What {@link CpuBackend#kernelTimes} says of work whose calls, bytes and FLOPs are known. */
class CallTimesTest {
  @Test
  void eachKindOfCallHasItsBytesAndFlops() {
    try (Backend cpu = new CpuBackend(1, VectorWidth.BITS_128)) {
      Tensor x = cpu.allocate(DType.FLOAT32, Shape.of(2, 4, 4, 16));
      Tensor y = cpu.allocate(DType.FLOAT32, Shape.of(2, 4, 4, 16));
      Tensor w = cpu.allocate(DType.FLOAT32, Shape.of(3, 3, 16, 16));
      Tensor mean = cpu.allocate(DType.FLOAT32, Shape.of(16));
      Tensor variance = cpu.allocate(DType.FLOAT32, Shape.of(16));
      Kernels before = cpu.kernels();
      AtomicInteger rounds = new AtomicInteger();

      KernelTimes times =
          cpu.kernelTimes(
              () -> {
                rounds.incrementAndGet();
                Kernels k = cpu.kernels();
                k.convolve(new Window(3, 3, 1, 1), x, w, Tensor.none(), y);
                k.norms().moments(y, mean, variance);
                k.convolve(new Window(3, 3, 1, 1), x, w, Tensor.none(), y);
                k.add(x, x, x);
              });

      assertTrue(rounds.get() >= 3, "medians of several rounds");
      assertSame(before, cpu.kernels());
      // bytes: x and y have 2 * 4 * 4 * 16 floats, w 3 * 3 * 16 * 16; each tensor counts once.
      // FLOPs: 2 tiles of 36 products for each pair of channels, two each.
      assertEquals(
          List.of(
              "convolve 2x4x4x16 3x3x16x16: 2, 13312, 36864",
              "moments 2x4x4x16 16: 1, 2176, 0",
              "add 2x4x4x16 2x4x4x16: 1, 2048, 0"),
          times.kernels().stream()
              .map(k -> k.name() + ": " + k.launches() + ", " + k.bytes() + ", " + k.flops())
              .toList());
      assertTrue(times.kernels().stream().allMatch(k -> k.nanos() > 0));
      assertTrue(times.bytesPerSecond() > 0 && times.flopsPerSecond() > 0, times.toString());
    }
  }

  @Test
  void scalarLoopsAreNotTimed() {
    try (Backend cpu = new CpuBackend(1, VectorWidth.SCALAR)) {
      assertSame(KernelTimes.NONE, cpu.kernelTimes(() -> {}));
    }
  }
}
