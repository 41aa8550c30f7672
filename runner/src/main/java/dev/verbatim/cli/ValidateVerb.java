package dev.verbatim.cli;

import dev.verbatim.spec.Experiment;
import java.util.List;
import org.apache.commons.cli.Options;

/** Checks an experiment without touching its data. */
final class ValidateVerb implements Verb {
  @Override
  public String name() {
    return "validate";
  }

  @Override
  public String arguments() {
    return "[EXPERIMENT ...]";
  }

  @Override
  public String summary() {
    return "check an experiment, its variants and its smoke size; all experiments without a name";
  }

  @Override
  public Options options() {
    return Flags.of("set", "smoke");
  }

  @Override
  public ExitCode run(Invocation call) {
    List<String> named = call.line().getArgList();
    List<String> names = named.isEmpty() ? call.experimentNames() : named;
    for (String name : names) {
      validate(call, call.experiment(name));
    }
    return ExitCode.OK;
  }

  private static void validate(Invocation call, Experiment experiment) {
    int runs = experiment.sweep().stream().mapToInt(v -> experiment.seeds(v.name()).size()).sum();
    call.out()
        .println(
            experiment.name()
                + ": ok, "
                + experiment.sweep().size()
                + " variant(s), "
                + runs
                + " run(s)");
  }
}
