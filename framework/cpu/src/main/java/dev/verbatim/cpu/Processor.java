package dev.verbatim.cpu;

import dev.verbatim.tensor.BackendException;
import dev.verbatim.tensor.HostProcessor;
import java.util.Optional;

/** What kernels need to know about the processor beside the width of its vectors. */
final class Processor {
  private Processor() {}

  /**
   * Whether it would load a vector of 512 bits in two halves, as AMD's Zen 4 does. Elsewhere, and
   * where it cannot be told, false. The property {@code verbatim.vector.halves} (true, false)
   * overrides it.
   */
  static boolean loadsHalves() {
    String asked = System.getProperty("verbatim.vector.halves", "");
    return switch (asked) {
      case "" -> isZen4();
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new BackendException(
              "verbatim.vector.halves needs one of true, false, got " + asked);
    };
  }

  /** Asked where vectors have 512 bits, which Zen 3 of the same family does not have. */
  private static boolean isZen4() {
    return HostProcessor.fact("vendor_id").equals(Optional.of("AuthenticAMD"))
        && HostProcessor.fact("cpu family").equals(Optional.of("25"));
  }
}
