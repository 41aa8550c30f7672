package dev.verbatim.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        model(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.version"),
        Limits.vectorBits());
  }

  /** As Linux says it; elsewhere the architecture. */
  private static String model() {
    String architecture = System.getProperty("os.arch");
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(l -> l.startsWith("model name"))
          .findFirst()
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .orElse(architecture);
    } catch (IOException e) {
      return architecture;
    }
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
