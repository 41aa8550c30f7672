package dev.verbatim.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What to type to have a result again, in the project's folder. */
final class Commands {
  /** To be said beside them. */
  static final String WHERE_DATA_IS =
      "Datasets are looked for in data/, or where VERBATIM_DATA says.";

  private static final String PROGRAM = "runner/bin/verbatim";
  private static final String USUAL_RESULTS = "results";
  private static final String DATA = "--data";
  private static final String USUAL_DATA = "data";

  private final String results;

  /**
   * Commands for results.
   *
   * @param home the project's folder
   */
  Commands(Path results, Path home) {
    Path from = home.toAbsolutePath().normalize();
    Path to = results.toAbsolutePath().normalize();
    this.results = (to.startsWith(from) ? from.relativize(to) : to).toString().replace('\\', '/');
  }

  /**
   * The command that runs an experiment, with its variants where it has some.
   *
   * @param seeds of the runs that there are; those that the experiment names, where there are none
   */
  String run(ExperimentInfo info, List<Long> seeds) {
    String flags =
        seeds.isEmpty()
            ? ""
            : "--seeds " + seeds.stream().map(String::valueOf).collect(Collectors.joining(","));
    return make(info.settings().size() > 1 ? "sweep" : "run", info.file(), flags);
  }

  /** The command that executes all finished runs of an experiment again and compares the bits. */
  String verify(ExperimentInfo info) {
    return make("verify", info.name(), "");
  }

  private String make(String target, String experiment, String more) {
    String place = results.equals(USUAL_RESULTS) ? "" : "--results " + quoted(results);
    String flags = (more + " " + place).strip();
    return "make "
        + target
        + " EXP="
        + quoted(experiment)
        + (flags.isEmpty() ? "" : " ARGS=" + quoted(flags));
  }

  /**
   * The command that trains just this run again. Where its experiment's file says something else by
   * now, or said so with other flags, the run's own config.yaml is what is executed.
   */
  String reproduce(ExperimentInfo info, Run run) {
    List<String> words = new ArrayList<>(List.of("run"));
    String present = info.settings().getOrDefault(run.variant(), "");
    if (run.settings().equals(RunReader.withoutSeeds(present))) {
      words.add(info.file());
      if (!run.variant().equals(ExperimentInfo.BASELINE)) {
        words.addAll(List.of("--variant", run.variant()));
      }
      words.addAll(List.of("--seeds", String.valueOf(run.seed())));
    } else {
      words.add(results + "/" + run.folder());
    }
    words.addAll(data(run));
    if (!results.equals(USUAL_RESULTS)) {
      words.addAll(List.of("--results", results));
    }
    if (run.done() && run.folder().startsWith("runs/")) {
      words.add("--force"); // it is there: run beside it, and compared
    }
    return typed(words);
  }

  /** The command that executes the run again and compares the bits. */
  String verify(Run run) {
    List<String> words = new ArrayList<>(List.of("verify", results + "/" + run.folder()));
    words.addAll(data(run));
    return typed(words);
  }

  /** Where the run found its dataset, if it was told. */
  private static List<String> data(Run run) {
    List<String> typed = run.provenance().command();
    Optional<String> folder =
        typed.stream().filter(w -> w.startsWith(DATA + "=")).map(w -> w.substring(7)).findFirst();
    int at = typed.indexOf(DATA);
    if (at >= 0 && at + 1 < typed.size()) {
      folder = Optional.of(typed.get(at + 1));
    }
    Path from = Path.of(run.provenance().workingDirectory());
    return folder
        .map(from::resolve)
        .filter(path -> !path.equals(from.resolve(USUAL_DATA)))
        .map(path -> List.of(DATA, path.toString()))
        .orElse(List.of());
  }

  private static String typed(List<String> words) {
    return PROGRAM + " " + words.stream().map(Commands::quoted).collect(Collectors.joining(" "));
  }

  /** As a shell takes it. */
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./=,:+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
