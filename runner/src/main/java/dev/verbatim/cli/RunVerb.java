package dev.verbatim.cli;

import dev.verbatim.run.RunOutcome;
import dev.verbatim.run.RunOutcome.Status;
import dev.verbatim.run.RunResults;
import dev.verbatim.run.Runs;
import dev.verbatim.spec.Experiment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Options;

/** Trains an experiment: its baseline, or one variant, for each seed. */
final class RunVerb implements Verb {
  @Override
  public String name() {
    return "run";
  }

  @Override
  public String arguments() {
    return "EXPERIMENT";
  }

  @Override
  public String summary() {
    return "train, and print the result table; what is done is not run again";
  }

  @Override
  public Options options() {
    return Flags.of(
        "set",
        "seeds",
        "variant",
        "threads",
        "device",
        "results",
        "data",
        "smoke",
        "dry-run",
        "force",
        "no-cache");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    Experiment experiment = call.experiment();
    String variant = call.value("variant", experiment.variants().getFirst());
    List<Integer> seeds = call.seeds(experiment.seeds(variant));
    if (call.has("dry-run")) {
      seeds.forEach(
          seed -> call.out().println(experiment.name() + " " + variant + " seed " + seed));
      return ExitCode.OK;
    }
    Progress progress = Progress.forTerminal(call);
    Runs runs = new Runs(call.settings(), progress);
    List<RunOutcome> outcomes = new ArrayList<>();
    for (int seed : seeds) {
      RunOutcome outcome = runs.run(experiment.resolve(variant, seed));
      progress.finish();
      if (outcome.status() == Status.ALREADY_DONE) {
        call.err().println("already done: seed " + seed + " (--force runs it again)");
      } else if (outcome.status() == Status.DIVERGED) {
        call.err()
            .println(
                "verbatim: "
                    + experiment.name()
                    + " "
                    + variant
                    + " seed "
                    + seed
                    + " "
                    + outcome.message());
      }
      outcomes.add(outcome);
    }
    table(call, outcomes);
    Path last = outcomes.getLast().folder();
    call.out().println();
    call.out().println(shown(last) + "   next: verbatim evaluate " + shown(last));
    return outcomes.stream().anyMatch(o -> o.status() == Status.DIVERGED)
        ? ExitCode.DIVERGED
        : ExitCode.OK;
  }

  private static void table(Invocation call, List<RunOutcome> outcomes) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (RunOutcome outcome : outcomes) {
      rows.add(RunResults.row(outcome.folder()));
    }
    Table.print(call.out(), RunResults.HEADER, rows);
  }

  /** Relative to where the user stands, where that is shorter. */
  private static String shown(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(here) ? here.relativize(absolute).toString() : absolute.toString();
  }
}
