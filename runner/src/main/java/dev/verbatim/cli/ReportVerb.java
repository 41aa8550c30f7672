package dev.verbatim.cli;

import dev.verbatim.report.ExperimentInfo;
import dev.verbatim.report.Published;
import dev.verbatim.report.ReportWriter;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.PublishedSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.cli.Options;

/** Tables from results. */
final class ReportVerb implements Verb {
  @Override
  public String name() {
    return "report";
  }

  @Override
  public String arguments() {
    return "";
  }

  @Override
  public String summary() {
    return "turn results into tables, ours beside the published figures";
  }

  @Override
  public Options options() {
    return Flags.of("results", "out");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    call.noArgument();
    List<ExperimentInfo> experiments = new ArrayList<>();
    for (String name : call.experimentNames()) {
      Experiment experiment = Experiment.load(call.experimentFile(name), List.of(), false);
      List<Published> published =
          experiment.published().stream().map(ReportVerb::published).toList();
      Map<String, String> settings = new HashMap<>();
      for (String variant : experiment.variants()) {
        settings.put(variant, experiment.resolve(variant, 1).canonicalYaml());
      }
      experiments.add(
          new ExperimentInfo(experiment.name(), experiment.source(), published, settings));
    }
    Path out =
        call.has("out")
            ? Path.of(call.value("out", ""))
            : call.home().resolve("report").resolve("generated");
    var summary = ReportWriter.write(call.results(), experiments, out);
    summary.leftOut().forEach(problem -> call.err().println("verbatim: left out " + problem));
    summary.unfinished().forEach(run -> call.err().println("verbatim: not finished " + run));
    call.out()
        .println(
            out.resolve("index.md")
                + ": "
                + summary.experiments()
                + " experiments, "
                + summary.finishedRuns()
                + " finished runs");
    return ExitCode.OK;
  }

  private static Published published(PublishedSpec spec) {
    return new Published(
        spec.metric(),
        spec.value(),
        Published.Match.valueOf(spec.match().toUpperCase(Locale.ROOT)),
        spec.within(),
        spec.variant(),
        optional(spec.epoch()),
        optional(spec.perBatch()),
        spec.note());
  }

  private static OptionalInt optional(Optional<Integer> value) {
    return value.map(OptionalInt::of).orElse(OptionalInt.empty());
  }
}
