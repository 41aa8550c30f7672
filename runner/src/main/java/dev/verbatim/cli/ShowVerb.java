package dev.verbatim.cli;

import dev.verbatim.store.RunFolder;
import dev.verbatim.sweep.Bundle;
import dev.verbatim.sweep.PointState.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.cli.Options;

/** How a sweep stands, and its table as far as it goes. */
final class ShowVerb implements Verb {
  @Override
  public String name() {
    return "show";
  }

  @Override
  public String arguments() {
    return "SWEEP";
  }

  @Override
  public String summary() {
    return "how a sweep stands and its table: a sweep's folder, or an experiment for its last one";
  }

  @Override
  public Options options() {
    return Flags.of("results", "csv");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    String named = call.argument("sweep or experiment");
    Path folder = Path.of(named);
    if (!Files.isRegularFile(folder.resolve("sweep.json"))) {
      List<Path> sweeps = Bundle.of(call.results(), named);
      if (sweeps.isEmpty()) {
        throw new UsageException(
            "no sweep is at '"
                + named
                + "', nor has an experiment of that name one below "
                + Invocation.shown(call.results().resolve("sweeps")));
      }
      folder = sweeps.getFirst();
    }
    Bundle bundle = Bundle.read(folder);
    Path results =
        call.has("results") ? call.results() : bundle.path().resolve("../../..").normalize();
    if (call.has("csv")) {
      call.out().print(RunFolder.csv(SweepResults.table(bundle, results).csv()));
      return ExitCode.OK;
    }
    Map<Kind, Integer> states = SweepResults.states(call, bundle, results);
    List<String> words = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (states.containsKey(kind)) {
        words.add(states.get(kind) + " " + kind.name().toLowerCase(Locale.ROOT));
      }
    }
    call.out()
        .println(
            bundle.experiment()
                + ": "
                + bundle.points().size()
                + " points, "
                + bundle.distinct().size()
                + " runs: "
                + String.join(", ", words));
    call.out().println();
    SweepResults.print(call, bundle, results);
    return ExitCode.OK;
  }
}
