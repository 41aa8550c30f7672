package dev.verbatim.cli;

import com.google.gson.Gson;
import dev.verbatim.run.StepTimes;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.store.Numbers;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.cli.Options;

/** How fast an experiment's steps are here; needs no data. */
final class BenchVerb implements Verb {
  @Override
  public String name() {
    return "bench";
  }

  @Override
  public String arguments() {
    return "EXPERIMENT";
  }

  @Override
  public String summary() {
    return "time its training step and its inference on random images; needs no dataset";
  }

  @Override
  public Options options() {
    return Flags.of("set", "variant", "threads", "device", "smoke", "steps", "out", "json");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    Experiment experiment = call.experiment();
    String variant = call.value("variant", experiment.variants().getFirst());
    ResolvedConfig config = experiment.resolve(variant, experiment.seeds(variant).getFirst());
    int steps = call.wholeNumber("steps", 0);
    boolean files = call.has("out");
    var result = StepTimes.measure(config, call.device(), call.threads(), steps, files);
    if (files) {
      BenchFiles.append(Path.of(call.value("out", "")), config, result);
    }
    if (call.has("json")) {
      call.out().println(new Gson().toJson(json(config, result)));
    } else {
      print(call, config, result);
    }
    return ExitCode.OK;
  }

  private static void print(Invocation call, ResolvedConfig config, StepTimes.Result result) {
    call.out()
        .printf(
            "%s %s, batch %d, %s%n%n",
            config.name(), config.variant(), result.batch(), result.device());
    Table.print(
        call.out(),
        List.of("", "images/s", "best", "ms/step", "best", "GFLOP/s", "bytes/step", "steps"),
        List.of(row("training", result.training()), row("inference", result.inference())));
    call.out().println();
    call.out()
        .printf(
            "memory: %,d MiB of tensors, %,d MiB of the program at most%n",
            result.tensorBytes() >> 20, result.peakBytes() >> 20);
  }

  private static List<String> row(String what, StepTimes.Times t) {
    return List.of(
        what,
        String.format(Locale.ROOT, "%,.0f", t.imagesPerSecond()),
        String.format(Locale.ROOT, "%,.0f", t.bestImagesPerSecond()),
        String.format(Locale.ROOT, "%,.3f", t.medianNanos() / 1e6),
        String.format(Locale.ROOT, "%,.3f", t.bestNanos() / 1e6),
        String.format(Locale.ROOT, "%,.1f", t.gflops()),
        Table.grouped(t.allocatedBytes()),
        String.valueOf(t.steps()));
  }

  private static Map<String, Object> json(ResolvedConfig config, StepTimes.Result result) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("experiment", config.name());
    object.put("variant", config.variant());
    object.put("device", result.device());
    object.put("batch", result.batch());
    object.put("training", json(result.training()));
    object.put("inference", json(result.inference()));
    object.put("tensor_bytes", result.tensorBytes());
    object.put("peak_memory_bytes", result.peakBytes());
    return object;
  }

  private static Map<String, Object> json(StepTimes.Times t) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("steps", t.steps());
    object.put("images_per_second", measured(t.imagesPerSecond()));
    object.put("best_images_per_second", measured(t.bestImagesPerSecond()));
    object.put("milliseconds", measured(t.medianNanos() / 1e6));
    object.put("best_milliseconds", measured(t.bestNanos() / 1e6));
    object.put("gflops", measured(t.gflops()));
    object.put("allocated_bytes", t.allocatedBytes());
    return object;
  }

  private static BigDecimal measured(double value) {
    return new BigDecimal(Numbers.measured(value));
  }
}
