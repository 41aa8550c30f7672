package dev.verbatim.cli;

import dev.verbatim.run.RunOutcome;
import dev.verbatim.run.RunOutcome.Status;
import dev.verbatim.run.RunResults;
import dev.verbatim.run.Runs;
import dev.verbatim.spec.ResolvedConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Executes runs one after the other, and says on the terminal what came out. */
final class Outcomes {
  /** One execution. */
  interface Execution {
    RunOutcome run(Runs runs) throws IOException;
  }

  private final Invocation call;
  private final Progress progress;
  private final Runs runs;
  private final List<RunOutcome> outcomes = new ArrayList<>();

  Outcomes(Invocation call) {
    this.call = call;
    this.progress = Progress.forTerminal(call);
    this.runs = new Runs(call.settings(), progress);
  }

  /** Executes one more; false if the program was asked to stop. */
  boolean add(ResolvedConfig config, Execution execution) throws IOException {
    RunOutcome outcome;
    try {
      outcome = execution.run(runs);
    } finally {
      progress.finish();
    }
    outcomes.add(outcome);
    String name = config.name() + " " + config.variant() + " seed " + config.seed();
    switch (outcome.status()) {
      case ALREADY_DONE ->
          call.err().println("already done: seed " + config.seed() + " (--force runs it again)");
      case SAME_AGAIN -> call.err().println(name + ": " + outcome.message());
      case DIVERGED, DIFFERENT, STOPPED ->
          call.err().println("verbatim: " + name + " " + outcome.message());
      case DONE -> {
        if (!outcome.message().isEmpty()) {
          call.err().println("verbatim: " + name + " " + outcome.message());
        }
      }
    }
    return outcome.status() != Status.STOPPED;
  }

  /** The table of all that ran, and the exit code. */
  ExitCode finish() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (RunOutcome outcome : outcomes) {
      rows.add(RunResults.row(outcome.folder()));
    }
    Table.print(call.out(), RunResults.HEADER, rows);
    String last = Invocation.shown(outcomes.getLast().folder());
    String next =
        has(Status.STOPPED)
            ? call.has("force") ? "the same command, which goes on" : "verbatim resume " + last
            : has(Status.DIFFERENT) ? "verbatim verify " + last : "verbatim evaluate " + last;
    call.out().println();
    call.out().println(last + "   next: " + next);
    if (has(Status.STOPPED)) {
      return ExitCode.STOPPED;
    }
    if (has(Status.DIFFERENT)) {
      return ExitCode.MISMATCH;
    }
    return has(Status.DIVERGED) ? ExitCode.DIVERGED : ExitCode.OK;
  }

  private boolean has(Status status) {
    return outcomes.stream().anyMatch(o -> o.status() == status);
  }
}
