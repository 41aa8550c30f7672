package dev.verbatim.cli;

import dev.verbatim.tensor.Backends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The workers of a sweep on this machine.
 *
 * @param jobs processes at once
 * @param threads of each
 */
record Workers(int jobs, int threads) {
  /** From the flags; by default one process a core, and the cores divided among the processes. */
  static Workers of(Invocation call, int points) {
    int cores = Runtime.getRuntime().availableProcessors();
    int usual = Backends.chosen(call.device()).equals("cpu") ? cores : 1;
    int jobs = Math.min(call.wholeNumber("jobs", usual), points);
    return new Workers(jobs, call.wholeNumber("threads", Math.max(1, cores / jobs)));
  }

  /** What each worker is told beside its bundle. */
  List<String> flags(Invocation call, Path results) {
    List<String> flags = new ArrayList<>(List.of("--threads", String.valueOf(threads)));
    flags.addAll(common(call, results));
    return flags;
  }

  /** What workers are told by every launcher. */
  static List<String> common(Invocation call, Path results) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--results",
                results.toString(),
                "--data",
                call.data().toAbsolutePath().normalize().toString(),
                "--device",
                call.device()));
    if (call.has("no-cache")) {
      flags.add("--no-cache");
    }
    if (call.has("checkpoint-steps")) {
      flags.add("--checkpoint-steps");
      flags.add(call.value("checkpoint-steps", ""));
    }
    return flags;
  }
}
