package dev.verbatim.cli;

import dev.verbatim.report.ExperimentInfo;
import dev.verbatim.report.Published;
import dev.verbatim.report.ReportServer;
import dev.verbatim.report.ReportWriter;
import dev.verbatim.run.RunIdentity;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.PublishedSpec;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.apache.commons.cli.Options;

/** Results become tables, figures and a page. */
final class ReportVerb implements Verb {
  private static final int PORT = 8420;
  private static final int LAST_PORT = 65_535;

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
    return "turn results into tables, figures and a page, ours beside the published figures";
  }

  @Override
  public Options options() {
    return Flags.of("results", "out", "check", "accept", "serve", "port");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    call.noArgument();
    if (call.has("results") && !Files.isDirectory(call.results())) {
      throw new UsageException("--results needs a folder, got " + call.results());
    }
    Path out =
        call.has("out")
            ? Path.of(call.value("out", ""))
            : call.home().resolve("report").resolve("generated");
    var input =
        new ReportWriter.Input(
            call.results(), call.home(), experiments(call), RunIdentity.NUMERICS_VERSION);
    var summary = ReportWriter.write(input, out);
    summary.leftOut().forEach(problem -> call.err().println("verbatim: left out " + problem));
    summary.unfinished().forEach(run -> call.err().println("verbatim: not finished " + run));
    call.out()
        .println(
            out.resolve("index.html")
                + ": "
                + summary.experiments()
                + " experiments, "
                + summary.finishedRuns()
                + " finished runs");
    if (call.has("accept")) {
      call.out().println(ReportWriter.accept(out, call.results()) + ": to be committed");
    }
    if (call.has("serve")) {
      serve(call, input, out);
    }
    if (call.has("check")) {
      summary.unchecked().forEach(what -> call.err().println("verbatim: not checked: " + what));
      summary.worse().forEach(problem -> call.err().println("verbatim: " + problem));
      return summary.worse().isEmpty() ? ExitCode.OK : ExitCode.REPORT;
    }
    return ExitCode.OK;
  }

  /** Until a signal ends the program, or its thread is interrupted. */
  private static void serve(Invocation call, ReportWriter.Input input, Path out)
      throws IOException {
    int port = call.wholeNumber("port", PORT);
    if (port > LAST_PORT) {
      throw new UsageException("--port needs one from 1 to " + LAST_PORT + ", got " + port);
    }
    try (var server = ReportServer.start(input, out, port)) {
      call.out().println(server.address() + " shows it while runs go on; Ctrl-C ends");
      new CountDownLatch(1).await();
    } catch (BindException e) {
      throw new UsageException("--port needs one that is free, got " + port);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<ExperimentInfo> experiments(Invocation call) {
    List<ExperimentInfo> experiments = new ArrayList<>();
    for (String name : call.experimentNames()) {
      Experiment experiment = Experiment.load(call.experimentFile(name), List.of(), false);
      Map<String, String> settings = new HashMap<>();
      for (String variant : experiment.variants()) {
        settings.put(variant, experiment.resolve(variant, 1).canonicalYaml());
      }
      Map<String, String> baseline = experiment.resolve(ExperimentInfo.BASELINE, 1).settings();
      experiments.add(
          new ExperimentInfo(
              experiment.name(),
              name,
              experiment.source(),
              baseline.getOrDefault("dataset.path", baseline.getOrDefault("dataset.kind", "")),
              baseline.getOrDefault("architecture.kind", ""),
              experiment.published().stream().map(ReportVerb::published).toList(),
              settings));
    }
    return experiments;
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
