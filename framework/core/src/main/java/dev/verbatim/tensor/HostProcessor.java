package dev.verbatim.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The processor of this machine, as Linux describes it. */
public final class HostProcessor {
  private HostProcessor() {}

  /** Its model; the architecture where that cannot be told. */
  public static String model() {
    return fact("model name").orElse(System.getProperty("os.arch"));
  }

  /** The first line of this name in {@code /proc/cpuinfo}; empty where there is none. */
  public static Optional<String> fact(String name) {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.substring(0, Math.max(line.indexOf(':'), 0)).strip().equals(name))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
