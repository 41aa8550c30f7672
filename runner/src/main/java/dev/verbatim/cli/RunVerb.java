package dev.verbatim.cli;

import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.ResolvedConfig;
import java.io.IOException;
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
    return "train, and print the result table; what is done is not run again, what was stopped goes on";
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
        "checkpoint-steps",
        "require-clean",
        "no-cache",
        "bundle",
        "point");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    if (call.has("bundle") || call.has("point")) {
      return PointRuns.run(call);
    }
    Experiment experiment = call.experiment();
    String variant = call.value("variant", experiment.variants().getFirst());
    List<Integer> seeds = call.seeds(experiment.seeds(variant));
    if (call.has("dry-run")) {
      seeds.forEach(
          seed -> call.out().println(experiment.name() + " " + variant + " seed " + seed));
      return ExitCode.OK;
    }
    call.requireCleanWhereAsked();
    var outcomes = new Outcomes(call);
    for (int seed : seeds) {
      ResolvedConfig config = experiment.resolve(variant, seed);
      if (!outcomes.add(config, runs -> runs.run(config))) {
        break;
      }
    }
    return outcomes.finish();
  }
}
