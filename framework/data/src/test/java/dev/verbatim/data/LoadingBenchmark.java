package dev.verbatim.data;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a dataset takes to open, as an experiment opens it: each repetition in a Java machine of
 * its own with the options of this one, first without a packed cache, then from it. Arguments:
 * folder of class folders (or {@code glyphs}), height, width, channels, threads, repetitions.
 */
final class LoadingBenchmark {
  private LoadingBenchmark() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args[0].equals("once")) {
      once(args);
      return;
    }
    int repetitions = Integer.parseInt(args[5]);
    Path cache = Files.createTempDirectory("verbatim-bench");
    try {
      List<String> cold = new ArrayList<>();
      List<String> cached = new ArrayList<>();
      for (int i = 0; i < repetitions; i++) {
        clear(cache);
        cold.add(inItsOwnMachine(args, cache));
        cached.add(inItsOwnMachine(args, cache));
      }
      print("cold", cold);
      print("cached", cached);
    } finally {
      clear(cache);
      Files.delete(cache);
    }
  }

  private static void once(String[] args) {
    var size =
        new ImageSize(
            Integer.parseInt(args[2]), Integer.parseInt(args[3]), Integer.parseInt(args[4]));
    var options =
        new DatasetOptions(
            size,
            new DatasetOptions.Fraction(0.1, 1),
            0,
            false,
            Optional.empty(),
            Optional.of(Path.of(args[6])),
            Integer.parseInt(args[5]));
    Source source =
        args[1].equals("glyphs")
            ? new Source.Glyphs(6000, 1)
            : new Source.ImageFolder(Path.of(args[1]));
    long begin = System.nanoTime();
    Dataset dataset = Dataset.open(source, options);
    var line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "%.3f s, %d images",
            (System.nanoTime() - begin) / 1e9,
            dataset.parts().getFirst().images()));
    for (LoadingRecord r : dataset.loading()) {
      line.append(String.format(Locale.ROOT, ", %s %.3f", r.phase(), r.seconds()));
    }
    System.out.println(line);
  }

  private static String inItsOwnMachine(String[] args, Path cache)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(LoadingBenchmark.class.getName(), "once"));
    command.addAll(List.of(args).subList(0, 5));
    command.add(cache.toString());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String line = new String(process.getInputStream().readAllBytes()).strip();
    if (process.waitFor() != 0) {
      throw new IOException("the measured process failed: " + line);
    }
    return line;
  }

  private static void print(String what, List<String> lines) {
    List<String> sorted = lines.stream().sorted().toList();
    System.out.println(what + ": median " + sorted.get(sorted.size() / 2));
    lines.forEach(line -> System.out.println("  " + line));
  }

  private static void clear(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}
