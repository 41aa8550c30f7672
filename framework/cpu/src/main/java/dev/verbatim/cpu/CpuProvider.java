package dev.verbatim.cpu;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.BackendProvider;

/**
 * Offers the CPU as a device. The property {@code verbatim.vector.bits} (0, 128, 256, 512)
 * overrides the vector width.
 */
public final class CpuProvider implements BackendProvider {
  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Backend open(int threads) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new CpuBackend(threads == 0 ? cores : threads, VectorWidth.chosen());
  }
}
