package dev.verbatim.cli;

import dev.verbatim.sweep.Bundle;
import dev.verbatim.sweep.Point;
import dev.verbatim.sweep.SlurmLauncher;
import dev.verbatim.sweep.Watch;
import dev.verbatim.sweep.WorkerCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code sweep --launcher slurm}. */
final class SlurmSweep {
  private SlurmSweep() {}

  static boolean isAskedFor(Invocation call) {
    String launcher = call.value("launcher", "local");
    if (!List.of("local", "slurm").contains(launcher)) {
      throw new UsageException("--launcher needs local or slurm, got '" + launcher + "'");
    }
    boolean slurm = launcher.equals("slurm");
    for (String flag : List.of("slurm", "wait")) {
      if (call.has(flag) && !slurm) {
        throw new UsageException("--" + flag + " needs --launcher slurm");
      }
    }
    if (slurm && call.has("fail-fast")) {
      throw new UsageException("--fail-fast needs the local launcher");
    }
    return slurm;
  }

  static SlurmLauncher.Jobs submit(Invocation call, Bundle bundle, List<Point> points)
      throws IOException {
    Path results = call.results().toAbsolutePath().normalize();
    var command = new WorkerCommand(call.home(), bundle, Workers.common(call, results));
    var options =
        new SlurmLauncher.Options(
            call.wholeNumber("jobs", 0),
            call.wholeNumber("threads", 0),
            call.device().equals("cuda"),
            extra(call));
    return new SlurmLauncher(bundle, command, options).submit(points);
  }

  /** {@code partition=long,nodelist=n[1,2]}: commas in brackets belong to a value. */
  private static List<String> extra(Invocation call) {
    List<String> extra = new ArrayList<>();
    String[] given = call.line().getOptionValues("slurm");
    for (String text : given == null ? new String[0] : given) {
      for (String option : text.split(",(?=[a-z][a-z-]*(=|,|$))", -1)) {
        if (!option.matches("[a-z][a-z-]*(=.+)?")) {
          throw new UsageException(
              "--slurm needs options of sbatch as in partition=long,time=8:00:00, got '"
                  + text
                  + "'");
        }
        extra.add(option);
      }
    }
    return extra;
  }

  static ExitCode told(Invocation call, SlurmLauncher.Jobs jobs, Bundle bundle) {
    String folder = Invocation.shown(bundle.path());
    call.out().println("job " + jobs.array() + ", then job " + jobs.report() + " for the table");
    call.out().println("watch: squeue -j " + jobs.array() + ", verbatim show " + folder);
    call.out().println("cancel: scancel " + jobs.array());
    call.out()
        .println(folder + "   next: cat " + Invocation.shown(jobs.folder().resolve("table.txt")));
    return ExitCode.OK;
  }

  static void await(Invocation call, SlurmLauncher.Jobs jobs, Watch watch) throws IOException {
    call.err().println("job " + jobs.array() + "; Ctrl-C leaves it running (scancel ends it)");
    watch.await(() -> SlurmLauncher.isQueued(jobs), call.stop());
  }
}
