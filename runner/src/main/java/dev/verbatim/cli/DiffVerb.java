package dev.verbatim.cli;

import dev.verbatim.run.RunDiff;
import dev.verbatim.run.StoredRun;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.Options;

/** Where two runs part. */
final class DiffVerb implements Verb {
  @Override
  public String name() {
    return "diff";
  }

  @Override
  public String arguments() {
    return "RUN RUN";
  }

  @Override
  public String summary() {
    return "two runs: settings that differ, the first epoch that differs, results side by side";
  }

  @Override
  public Options options() {
    return Flags.of();
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    List<String> words = call.line().getArgList();
    if (words.size() != 2) {
      throw new UsageException("diff needs two run folders, got " + words.size());
    }
    RunDiff diff =
        RunDiff.of(StoredRun.load(Path.of(words.get(0))), StoredRun.load(Path.of(words.get(1))));
    PrintStream out = call.out();
    if (diff.settings().isEmpty()) {
      out.println("settings: the same");
    } else {
      Table.print(out, List.of("setting", "first", "second"), diff.settings());
    }
    out.println();
    out.println(
        "metrics: " + diff.metrics().orElse("the same in all " + diff.epochs() + " epochs"));
    out.println();
    Table.print(out, List.of("result", "first", "second"), diff.results());
    return ExitCode.OK;
  }
}
