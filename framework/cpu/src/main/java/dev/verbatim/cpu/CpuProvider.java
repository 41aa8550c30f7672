package dev.verbatim.cpu;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.BackendProvider;

/**
 * Offers the CPU as a device. The property {@code verbatim.vector.bits} (0, 128, 256, 512)
 * overrides the vector width, {@code verbatim.vector.registers} (16, 32) how many registers there
 * are for vectors, {@code verbatim.vector.halves} (true, false) whether 512 bits are loaded in two
 * halves.
 */
public final class CpuProvider implements BackendProvider {
  /** More threads change no bit and only wait for each other. */
  private static final int MOST_FOR_A_CORE = 2;

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Backend open(int threads) {
    int cores = Runtime.getRuntime().availableProcessors();
    int most = MOST_FOR_A_CORE * cores;
    return new CpuBackend(threads == 0 ? cores : Math.min(threads, most), VectorWidth.chosen());
  }
}
