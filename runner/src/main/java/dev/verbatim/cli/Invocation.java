package dev.verbatim.cli;

import dev.verbatim.run.Runs;
import dev.verbatim.run.StopRequest;
import dev.verbatim.run.StoredRun;
import dev.verbatim.run.WorkingTree;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.Suggestion;
import dev.verbatim.store.Disk;
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
    List<String> typed,
    StopRequest stop) {
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
    return wholeNumber("threads", 0);
  }

  Path results() {
    String path = value("results", "");
    return path.isEmpty() ? home.resolve("results") : Path.of(path);
  }

  Path data() {
    String fromEnvironment = environment.getOrDefault("VERBATIM_DATA", "");
    String path = value("data", fromEnvironment);
    return path.isEmpty() ? home.resolve("data") : Path.of(path);
  }

  /** The device that was asked for. */
  String device() {
    String device = value("device", "auto");
    if (!List.of("cpu", "cuda", "auto").contains(device)) {
      throw new UsageException("--device needs cpu, cuda or auto, got '" + device + "'");
    }
    return device;
  }

  Runs.Settings settings() {
    return new Runs.Settings(
        home,
        results(),
        data(),
        !has("no-cache"),
        threads(),
        device(),
        has("force"),
        wholeNumber("checkpoint-steps", 0),
        typed,
        new Disk(),
        stop);
  }

  /** A flag's number from 1 up, or another value where the flag is not given. */
  int wholeNumber(String flag, int otherwise) {
    String text = value(flag, String.valueOf(otherwise));
    if (has(flag) && !text.matches("0*[1-9]\\d{0,8}")) {
      throw new UsageException("--" + flag + " needs a whole number from 1 up, got '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  /** With {@code --require-clean}, refuses a source tree that is not as committed. */
  void requireCleanWhereAsked() {
    if (!has("require-clean")) {
      return;
    }
    var tree = new WorkingTree(home);
    if (tree.commit().isEmpty()) {
      throw new UsageException("--require-clean needs a git checkout; " + home + " is none");
    }
    List<String> changes = tree.changes();
    if (!changes.isEmpty()) {
      throw new UsageException(
          "--require-clean needs a tree as committed; "
              + changes.size()
              + " file(s) are not, the first is"
              + changes.getFirst().substring(2));
    }
  }

  /** Relative to where the user stands, where that is shorter. */
  static String shown(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(here) ? here.relativize(absolute).toString() : absolute.toString();
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

  /**
   * The stored runs that the command names: a run's folder, or an experiment, all of whose runs
   * below a folder are meant.
   */
  List<Path> storedRuns(Path root) throws IOException {
    String named = argument("run folder or experiment");
    if (Files.isRegularFile(Path.of(named).resolve("config.yaml"))) {
      return List.of(Path.of(named));
    }
    List<Path> runs = StoredRun.folders(root, named);
    if (runs.isEmpty()) {
      throw new UsageException(
          "no run is at '"
              + named
              + "', nor has an experiment of that name one below "
              + shown(root)
              + Suggestion.of(named, experimentNames()));
    }
    return runs;
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

  /** An experiment by name or path, with the overrides. */
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
    return numbers("seeds");
  }

  /** Whole numbers and ranges of a flag, as in {@code 1,3,5-8}. */
  List<Integer> numbers(String flag) {
    String text = value(flag, "");
    List<Integer> numbers = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.matches("\\d{1,9}(-\\d{1,9})?")) {
        throw new UsageException(
            "--" + flag + " needs numbers as in 1,2,3 or 1-5, got '" + text + "'");
      }
      int dash = part.indexOf('-');
      int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
      int to = Integer.parseInt(part.substring(dash + 1));
      if (from > to || to - from >= MOST_SEEDS) {
        throw new UsageException(
            "--"
                + flag
                + " needs ranges upwards of at most "
                + MOST_SEEDS
                + ", got '"
                + part
                + "'");
      }
      for (int number = from; number <= to; number++) {
        numbers.add(number);
      }
    }
    if (numbers.stream().distinct().count() < numbers.size()) {
      throw new UsageException("--" + flag + " names one twice: '" + text + "'");
    }
    return numbers;
  }
}
