package dev.verbatim.cuda;

import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import dev.verbatim.tensor.KernelTimes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUstream;

/**
 * Times launches one by one: each that is not long is recorded many times over, as one graph, so
 * that neither the host nor the clock has a part in it. What the kernels leave behind is of no use.
 */
final class Stopwatch {
  private static final int FEW = 10;
  private static final int MANY = 200;
  private static final double LONG_NANOS = 5e6;
  private static final double SHORT_NANOS = 1e5;

  private record Kind(String name, long bytes, long flops, boolean onTensorCores) {}

  private record Time(int launches, double nanos) {
    Time and(double other) {
      return new Time(launches + 1, nanos + other);
    }
  }

  private final CUstream stream;
  private final Map<Kind, Time> times = new LinkedHashMap<>();

  Stopwatch(CUstream stream) {
    this.stream = stream;
  }

  /** Launches, and takes the time of it. */
  void launch(String kernel, long bytes, long flops, boolean onTensorCores, Runnable launch) {
    double of = nanos(launch);
    times.compute(
        new Kind(kernel, bytes, flops, onTensorCores),
        (k, t) -> t == null ? new Time(1, of) : t.and(of));
  }

  private double nanos(Runnable launch) {
    launch.run();
    double alone = until(launch);
    if (alone >= LONG_NANOS) {
      return alone;
    }
    double few = nanos(launch, FEW);
    return few >= SHORT_NANOS ? few : nanos(launch, MANY);
  }

  /** Until the device has done it and what it was given before. */
  private double until(Runnable work) {
    await();
    long begin = System.nanoTime();
    work.run();
    await();
    return System.nanoTime() - begin;
  }

  private double nanos(Runnable launch, int times) {
    Runnable all =
        () -> {
          for (int i = 0; i < times; i++) {
            launch.run();
          }
        };
    try (Recording recording = new Recording(stream, all)) {
      recording.run();
      recording.run();
      return until(recording) / times;
    }
  }

  private void await() {
    Driver.check(cuStreamSynchronize(stream), "a kernel failed");
  }

  List<KernelTimes.Kernel> kernels() {
    List<KernelTimes.Kernel> all = new ArrayList<>();
    times.forEach(
        (k, t) ->
            all.add(
                new KernelTimes.Kernel(
                    k.name, t.launches, t.nanos / t.launches, k.bytes, k.flops, k.onTensorCores)));
    return all;
  }
}
