package dev.verbatim.cli;

import dev.verbatim.run.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.cli.Options;

/** A finished run's weights on images. */
final class EvaluateVerb implements Verb {
  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public String arguments() {
    return "RUN";
  }

  @Override
  public String summary() {
    return "a run's weights on a split or on other images: accuracy, top-5, loss, per class, confusion matrix";
  }

  @Override
  public Options options() {
    return Flags.of("split", "on", "out", "threads", "device", "data", "no-cache");
  }

  /** What the report calls images that are no part of the run's own dataset. */
  private static String name(Path images) {
    String name = String.valueOf(images.toAbsolutePath().normalize().getFileName());
    return name.equals("test") || name.startsWith("t10k") ? "test" : "other";
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    Path run = Path.of(call.argument("run folder"));
    String split = call.value("split", "validation");
    if (!List.of("train", "validation").contains(split)) {
      throw new UsageException("--split needs train or validation, got '" + split + "'");
    }
    Optional<Path> other =
        call.has("on") ? Optional.of(Path.of(call.value("on", ""))) : Optional.empty();
    var evaluation = new Evaluation(call.settings(), Progress.forTerminal(call));
    var result = evaluation.evaluate(run, split, other);
    Path out =
        call.has("out")
            ? Path.of(call.value("out", ""))
            : run.resolve("evaluation-" + other.map(EvaluateVerb::name).orElse(split));
    Evaluation.write(result, out, call.settings().disk());
    if (!call.has("out") && other.isEmpty()) {
      evaluation.examples(run);
    }
    Table.print(
        call.out(),
        List.of("images", "loss", "accuracy", "top-5"),
        List.of(
            List.of(
                String.valueOf(result.images()), String.format(Locale.ROOT, "%.4f", result.loss()),
                String.format(Locale.ROOT, "%.2f", result.accuracy()),
                    String.format(Locale.ROOT, "%.2f", result.top5()))));
    call.out().println();
    call.out().println(out + ": evaluation, per_class, confusion and misclassified.csv");
    return ExitCode.OK;
  }
}
