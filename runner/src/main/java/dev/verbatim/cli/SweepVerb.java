package dev.verbatim.cli;

import dev.verbatim.run.RunListener;
import dev.verbatim.run.Runs;
import dev.verbatim.spec.Experiment;
import dev.verbatim.store.RunFolder;
import dev.verbatim.sweep.Bundle;
import dev.verbatim.sweep.Estimate;
import dev.verbatim.sweep.LocalLauncher;
import dev.verbatim.sweep.Plan;
import dev.verbatim.sweep.Point;
import dev.verbatim.sweep.PointState;
import dev.verbatim.sweep.Tally;
import dev.verbatim.sweep.Watch;
import dev.verbatim.sweep.WorkerCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.Options;

/** Runs an experiment's variants, grid and seeds, and compares them. */
final class SweepVerb implements Verb {
  @Override
  public String name() {
    return "sweep";
  }

  @Override
  public String arguments() {
    return "EXPERIMENT";
  }

  @Override
  public String summary() {
    return "run what is not yet done of variants x grid x seeds, and compare; again to go on";
  }

  @Override
  public Options options() {
    return Flags.of(
        "set",
        "seeds",
        "smoke",
        "dry-run",
        "launcher",
        "slurm",
        "wait",
        "jobs",
        "threads",
        "fail-fast",
        "keep-going",
        "device",
        "results",
        "data",
        "checkpoint-steps",
        "require-clean",
        "no-cache");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    if (call.has("fail-fast") && call.has("keep-going")) {
      throw new UsageException("--keep-going and --fail-fast exclude each other");
    }
    boolean slurm = SlurmSweep.isAskedFor(call);
    int _ = call.wholeNumber("jobs", 1); // refused here, though it may not be needed
    Experiment experiment = call.experiment();
    Runs runs = new Runs(call.settings(), new RunListener() {});
    Plan plan = Plan.of(experiment, call.seeds(List.of()), runs);
    if (call.has("dry-run")) {
      dryRun(call, plan);
      return ExitCode.OK;
    }
    call.requireCleanWhereAsked();
    Path results = call.results().toAbsolutePath().normalize();
    Bundle bundle = Bundle.write(plan, runs.code(), results);
    var progress = SweepProgress.forTerminal(call);
    var tally = new Tally(plan, bundle, results, progress, System::nanoTime);
    tally.forgetFailures(bundle, results);
    if (!tally.toDo().isEmpty()) {
      try {
        if (slurm) {
          var jobs = SlurmSweep.submit(call, bundle, tally.toDo());
          if (!call.has("wait")) {
            return SlurmSweep.told(call, jobs, bundle);
          }
          SlurmSweep.await(call, jobs, new Watch(bundle, results, tally));
        } else {
          local(call, bundle, tally);
        }
      } finally {
        progress.finish();
      }
    }
    tally.lookAgain(bundle, results);
    boolean stopped = !tally.isSettled();
    SweepResults.print(call, bundle, results);
    String folder = Invocation.shown(bundle.path());
    call.out().println();
    call.out().println(folder + "   next: " + next(tally, stopped, folder));
    if (tally.failed() > 0) {
      return ExitCode.FAILED;
    }
    return stopped ? ExitCode.STOPPED : tally.diverged() > 0 ? ExitCode.DIVERGED : ExitCode.OK;
  }

  private static void local(Invocation call, Bundle bundle, Tally tally) throws IOException {
    Path results = call.results().toAbsolutePath().normalize();
    var workers = Workers.of(call, tally.toDo().size());
    var command = new WorkerCommand(call.home(), bundle, workers.flags(call, results));
    var options = new LocalLauncher.Options(workers.jobs(), call.has("fail-fast"));
    new LocalLauncher(bundle, command, results, options, call.stop(), tally).run();
  }

  private static String next(Tally tally, boolean stopped, String folder) {
    return stopped || tally.failed() > 0
        ? "the same command, which goes on"
        : "verbatim show " + folder;
  }

  private static void dryRun(Invocation call, Plan plan) throws IOException {
    Path results = call.results().toAbsolutePath().normalize();
    List<List<String>> rows = new ArrayList<>();
    List<Point> left = new ArrayList<>();
    for (Point point : plan.points()) {
      String state;
      if (point.sameAs().isPresent()) {
        state = "the run of point " + point.sameAs().get();
      } else {
        PointState now =
            PointState.of(
                RunFolder.of(
                    results, plan.experiment(), point.variant(), point.seed(), point.id()));
        state = now.kind().name().toLowerCase(Locale.ROOT);
        if (now.kind() != PointState.Kind.DONE && now.kind() != PointState.Kind.DIVERGED) {
          left.add(point);
        }
      }
      rows.add(
          List.of(
              String.valueOf(point.number()),
              point.variant(),
              String.valueOf(point.seed()),
              point.id(),
              state));
    }
    Table.print(call.out(), List.of("point", "variant", "seed", "id", "state"), rows);
    var workers = Workers.of(call, Math.max(1, left.size()));
    Estimate estimate = Estimate.of(plan, results, left, call.device(), workers.threads());
    call.out().println();
    int runs = plan.distinct().size();
    call.out()
        .println(
            plan.points().size()
                + " points, "
                + runs
                + " runs: "
                + (runs - left.size())
                + " done, "
                + left.size()
                + " to run"
                + (left.isEmpty()
                    ? ""
                    : ", about "
                        + SweepProgress.duration(estimate.seconds() / workers.jobs())
                        + " on "
                        + workers.jobs()
                        + " worker(s) with "
                        + workers.threads()
                        + " thread(s) ("
                        + estimate.basis()
                        + ")"));
  }
}
