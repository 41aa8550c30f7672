package dev.verbatim.cli;

import dev.verbatim.run.StoredRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.Options;

/** Goes on with what was stopped: one run, or every unfinished run of an experiment. */
final class ResumeVerb implements Verb {
  @Override
  public String name() {
    return "resume";
  }

  @Override
  public String arguments() {
    return "RUN|EXPERIMENT";
  }

  @Override
  public String summary() {
    return "go on with a run that was stopped, or with all of an experiment's, to the same bits";
  }

  @Override
  public Options options() {
    return Flags.of(
        "threads", "device", "results", "data", "checkpoint-steps", "require-clean", "no-cache");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    List<Path> unfinished =
        call.storedRuns(call.results().resolve("runs")).stream()
            .filter(run -> !run.resolve("DONE").toFile().isFile())
            .toList();
    if (unfinished.isEmpty()) {
      call.out().println("nothing to go on with: every run of it is done");
      return ExitCode.OK;
    }
    call.requireCleanWhereAsked();
    var outcomes = new Outcomes(call);
    for (Path path : unfinished) {
      StoredRun run = StoredRun.load(path);
      if (!outcomes.add(run.config(), runs -> runs.resume(run))) {
        break;
      }
    }
    return outcomes.finish();
  }
}
