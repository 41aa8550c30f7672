package dev.verbatim.cli;

import dev.verbatim.run.Runs;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.Suggestion;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;

/**
 * One call of the program.
 *
 * @param home the project's folder
 * @param typed the words as they were typed
 */
record Invocation(
    CommandLine line,
    Path home,
    Map<String, String> environment,
    PrintStream out,
    PrintStream err,
    List<String> typed) {
  private static final int MOST_SEEDS = 10_000;

  boolean has(String flag) {
    return line.hasOption(flag);
  }

  String value(String flag, String otherwise) {
    return line.getOptionValue(flag, otherwise);
  }

  /** The one word after the verb. */
  String argument(String what) {
    if (line.getArgList().size() != 1) {
      throw new UsageException(
          "needs one "
              + what
              + ", got "
              + (line.getArgList().isEmpty() ? "none" : line.getArgList()));
    }
    return line.getArgList().getFirst();
  }

  /** Refuses words after the verb. */
  void noArgument() {
    if (!line.getArgList().isEmpty()) {
      throw new UsageException("takes no words but flags, got " + line.getArgList());
    }
  }

  int threads() {
    String threads = value("threads", "0");
    if (!threads.matches("\\d{1,4}") || (has("threads") && threads.matches("0+"))) {
      throw new UsageException("--threads needs a whole number from 1 up, got '" + threads + "'");
    }
    return Integer.parseInt(threads);
  }

  Path results() {
    return has("results") ? Path.of(value("results", "")) : home.resolve("results");
  }

  Path data() {
    String fromEnvironment = environment.getOrDefault("VERBATIM_DATA", "");
    String path = value("data", fromEnvironment);
    return path.isEmpty() ? home.resolve("data") : Path.of(path);
  }

  /** The device that was asked for; {@code auto} is the CPU until another is on the class path. */
  String device() {
    String device = value("device", "auto");
    return device.equals("auto") ? "cpu" : device;
  }

  Runs.Settings settings() {
    return new Runs.Settings(
        home, results(), data(), !has("no-cache"), threads(), device(), has("force"), typed);
  }

  /** The file of an experiment: a path, or a name under experiments/. */
  Path experimentFile(String nameOrPath) {
    Path asPath = Path.of(nameOrPath);
    if (Files.isRegularFile(asPath)) {
      return asPath;
    }
    if (Files.isRegularFile(asPath.resolve("config.yaml"))) {
      return asPath.resolve("config.yaml");
    }
    Path named = home.resolve("experiments").resolve(nameOrPath + ".yaml");
    if (Files.isRegularFile(named)) {
      return named;
    }
    List<String> known = experimentNames();
    throw new UsageException(
        "no experiment is called '"
            + nameOrPath
            + "', nor is it a file; verbatim list shows them"
            + Suggestion.of(nameOrPath, known));
  }

  /** Names under experiments/, sorted. */
  List<String> experimentNames() {
    Path folder = home.resolve("experiments");
    try (var files = Files.list(folder)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.endsWith(".yaml"))
          .map(n -> n.substring(0, n.length() - 5))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The experiment that the command names, with its overrides. */
  Experiment experiment() {
    return experiment(argument("experiment"));
  }

  /** An experiment by name or path, with the command's overrides. */
  Experiment experiment(String nameOrPath) {
    String[] sets = line.getOptionValues("set");
    return Experiment.load(
        experimentFile(nameOrPath), sets == null ? List.of() : List.of(sets), has("smoke"));
  }

  /** Seeds from {@code --seeds}, else the experiment's. */
  List<Integer> seeds(List<Integer> otherwise) {
    if (!has("seeds")) {
      return otherwise;
    }
    String text = value("seeds", "");
    List<Integer> seeds = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.matches("\\d{1,9}(-\\d{1,9})?")) {
        throw new UsageException("--seeds needs numbers as in 1,2,3 or 1-5, got '" + text + "'");
      }
      int dash = part.indexOf('-');
      int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
      int to = Integer.parseInt(part.substring(dash + 1));
      if (from > to || to - from >= MOST_SEEDS) {
        throw new UsageException(
            "--seeds needs ranges upwards of at most " + MOST_SEEDS + ", got '" + part + "'");
      }
      for (int seed = from; seed <= to; seed++) {
        seeds.add(seed);
      }
    }
    if (seeds.stream().distinct().count() < seeds.size()) {
      throw new UsageException("--seeds names one seed twice: '" + text + "'");
    }
    return seeds;
  }
}
