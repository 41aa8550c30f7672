package dev.verbatim.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What kernels need to know about the processor beside the width of its vectors. */
final class Processor {
  private Processor() {}

  /**
   * Whether it would load a vector of 512 bits in two halves, as AMD's Zen 4 does. Elsewhere, and
   * where it cannot be told, false.
   */
  static boolean loadsHalves() {
    try {
      List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
      return says(lines, "vendor_id", "AuthenticAMD") && says(lines, "cpu family", "25");
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean says(List<String> lines, String name, String value) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .anyMatch(line -> line.substring(line.indexOf(':') + 1).strip().equals(value));
  }
}
