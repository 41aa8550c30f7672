package dev.verbatim.conformance;

import dev.verbatim.cpu.CpuBackend;
import dev.verbatim.cpu.VectorWidth;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.BackendException;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * The devices that the suite runs on: the CPU at each vector width with 1, 2, 3 and 7 threads, and
 * CUDA where there is a GPU or the stand-in for its driver. The property {@code
 * verbatim.conformance.needs=cuda} makes its absence a failure, {@code ...only=cuda} leaves the CPU
 * out, for tools that watch the GPU and make everything slow.
 */
final class Devices {
  private static final List<Backend> ALL = open();

  private Devices() {}

  static List<Backend> all() {
    return ALL;
  }

  /** Those that compute in BFLOAT16. */
  static List<Backend> withBfloat16() {
    return ALL.stream()
        .filter(device -> Backends.missing(device.name(), DType.BFLOAT16).isEmpty())
        .toList();
  }

  private static List<Backend> open() {
    List<Backend> devices = new ArrayList<>();
    boolean cpu = !System.getProperty("verbatim.conformance.only", "").equals("cuda");
    for (VectorWidth width : cpu ? VectorWidth.values() : new VectorWidth[0]) {
      for (int threads : new int[] {1, 2, 3, 7}) {
        devices.add(new CpuBackend(threads, width));
      }
    }
    try {
      devices.add(Backends.open("cuda", 0));
    } catch (BackendException e) {
      if (System.getProperty("verbatim.conformance.needs", "").equals("cuda")) {
        throw e;
      }
      System.out.println("conformance does not run on cuda: " + e.getMessage());
    }
    return List.copyOf(devices);
  }
}
