package dev.verbatim.report;

import java.util.List;
import java.util.stream.Collectors;

/** What to type to have a result again, from the project's folder. */
final class Commands {
  private static final String PROGRAM = "runner/bin/verbatim ";

  private Commands() {}

  /** The command that made the run, or one that would. */
  static String reproduce(ExperimentInfo info, Run run) {
    List<String> typed = run.provenance().command();
    if (!typed.isEmpty()) {
      return PROGRAM + typed.stream().map(Commands::quoted).collect(Collectors.joining(" "));
    }
    String variant =
        run.variant().equals(ExperimentInfo.BASELINE) ? "" : " --variant " + quoted(run.variant());
    return PROGRAM + "run " + quoted(info.name()) + variant + " --seeds " + run.seed();
  }

  /** The command that executes the run again and compares the bits. */
  static String verify(String results, Run run) {
    return PROGRAM + "verify " + quoted(results + "/" + run.folder());
  }

  /** As a shell takes it. */
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./=,:+@%~-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
