package dev.verbatim.cli;

import dev.verbatim.sweep.Bundle;
import dev.verbatim.sweep.Point;
import dev.verbatim.sweep.Worker;
import dev.verbatim.sweep.Worker.End;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code run --bundle DIR --point LIST}: what every launcher calls. */
final class PointRuns {
  private PointRuns() {}

  static ExitCode run(Invocation call) throws IOException {
    call.noArgument();
    if (!call.has("point") || !call.has("bundle")) {
      throw new UsageException("--bundle and --point need each other");
    }
    for (String flag : List.of("set", "seeds", "variant", "smoke", "dry-run", "force")) {
      if (call.has(flag)) {
        throw new UsageException("--" + flag + " changes nothing that is in a bundle");
      }
    }
    Bundle bundle = Bundle.read(Path.of(call.value("bundle", "")));
    if (call.value("point", "").equals("-")) {
      return Worker.serve(bundle, call.settings(), System.in, call.out())
          ? ExitCode.STOPPED
          : ExitCode.OK;
    }
    Progress progress = Progress.forTerminal(call);
    var worker = new Worker(bundle, call.settings(), progress);
    List<End> ends = new ArrayList<>();
    for (int number : call.numbers("point")) {
      Point point = bundle.point(number);
      Worker.Result result = worker.run(point);
      progress.finish();
      ends.add(result.end());
      call.err()
          .println(
              (point + ": " + result.end().name().toLowerCase(Locale.ROOT) + " ")
                  .concat(result.message())
                  .strip());
      if (result.end() == End.STOPPED) {
        return ExitCode.STOPPED;
      }
    }
    return ends.contains(End.FAILED) || ends.contains(End.BUSY)
        ? ExitCode.FAILED
        : ends.contains(End.DIVERGED) ? ExitCode.DIVERGED : ExitCode.OK;
  }
}
