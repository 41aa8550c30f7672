package dev.verbatim.cli;

import dev.verbatim.run.StoredRun;
import dev.verbatim.run.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.Options;

/** Executes stored runs again and compares. */
final class VerifyVerb implements Verb {
  @Override
  public String name() {
    return "verify";
  }

  @Override
  public String arguments() {
    return "RUN|EXPERIMENT";
  }

  @Override
  public String summary() {
    return "execute a stored run, or an experiment's reference result, again and compare the bits";
  }

  @Override
  public Options options() {
    return Flags.of("epochs", "threads", "device", "results", "data", "no-cache");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    int epochs = call.wholeNumber("epochs", Integer.MAX_VALUE);
    Path reference = call.results().resolve("reference");
    boolean committed =
        Files.isDirectory(reference.resolve(call.argument("run folder or experiment")));
    List<Path> runs = call.storedRuns(committed ? reference : call.results().resolve("runs"));
    Progress progress = Progress.forTerminal(call);
    ExitCode code = ExitCode.OK;
    for (Path path : runs) {
      String shown = Invocation.shown(path);
      Verification.Result result;
      try {
        result = new Verification(call.settings(), progress).verify(StoredRun.load(path), epochs);
      } finally {
        progress.finish();
      }
      if (result.stopped()) {
        call.out().println(shown + ": stopped after " + result.epochs() + " epochs, all the same");
        return ExitCode.STOPPED;
      }
      if (result.difference().isPresent()) {
        call.out().println(shown + ": NOT the same: " + result.difference().get());
        code = ExitCode.MISMATCH;
      } else {
        call.out()
            .println(
                shown
                    + ": verified, "
                    + result.epochs()
                    + " of "
                    + result.stored()
                    + " epochs are the same bits"
                    + (result.digest().isEmpty() ? "" : ", weights " + result.digest())
                    + (result.diverged() ? ", and it diverges as it did" : ""));
      }
    }
    return code;
  }
}
