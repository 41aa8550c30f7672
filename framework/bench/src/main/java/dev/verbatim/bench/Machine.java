package dev.verbatim.bench;

import dev.verbatim.cpu.VectorLimits;
import dev.verbatim.tensor.HostProcessor;
import java.util.Locale;

/**
 * Where figures come from; figures of equal machines are compared.
 *
 * @param cpu the processor's model
 * @param vectorBits of the preferred vectors
 */
record Machine(String cpu, int cores, String jdk, int vectorBits) {
  static Machine here() {
    return new Machine(
        HostProcessor.model(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.version"),
        VectorLimits.vectorBits());
  }

  /** The same but for the JDK. */
  boolean isLike(Machine other) {
    return cpu.equals(other.cpu) && cores == other.cores && vectorBits == other.vectorBits;
  }

  /** For a file's name: {@code amd-epyc-2}. */
  String slug() {
    String words = cpu.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return words.replaceAll("^-|-$", "") + "-" + cores;
  }
}
