package dev.verbatim.sweep;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The command of a worker: the Java of this process with its options, on the jars of a bundle.
 *
 * @param home the project's folder
 * @param flags of {@code verbatim run} beside bundle and point
 */
public record WorkerCommand(Path home, Bundle bundle, List<String> flags) {
  /** Options of this process that are not passed on: they belong to its own jars and memory. */
  private static final List<String> OWN =
      List.of("-XX:SharedArchiveFile", "-Xlog", "-XX:MaxRAMPercentage", "-Xmx", "-Dverbatim.home");

  private static final double MEMORY_PERCENT = 70;

  /**
   * The words.
   *
   * @param workers among which the memory is divided
   * @param arguments of the program
   */
  List<String> words(int workers, List<String> arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (OWN.stream().noneMatch(option::startsWith)) {
        words.add(option);
      }
    }
    words.add(String.format(Locale.ROOT, "-XX:MaxRAMPercentage=%.1f", MEMORY_PERCENT / workers));
    words.add("-XX:OnOutOfMemoryError=kill -9 %p"); // as the system does
    words.add("-Dverbatim.home=" + home);
    words.add("-cp");
    words.add(
        bundle.classPath().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    words.add("dev.verbatim.cli.Main");
    words.addAll(arguments);
    return words;
  }

  /** The words of {@code verbatim run} for a point, or for {@code -}: points from its input. */
  List<String> run(int workers, String point) {
    List<String> arguments =
        new ArrayList<>(List.of("run", "--bundle", bundle.path().toString(), "--point", point));
    arguments.addAll(flags);
    return words(workers, arguments);
  }
}
