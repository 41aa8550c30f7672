package dev.verbatim.cli;

import dev.verbatim.run.StepTimes;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.store.Numbers;
import dev.verbatim.tensor.KernelTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;

/**
 * Times of steps and of kernels as rows of {@code device-steps.csv} and {@code device-kernels.csv},
 * one call after another.
 */
final class BenchFiles {
  private static final List<String> WHAT =
      List.of("date", "device", "experiment", "variant", "precision", "batch");
  private static final List<String> OF_STEPS =
      List.of("pass", "steps", "images_per_second", "best_images_per_second", "milliseconds");
  private static final List<String> OF_KERNELS =
      List.of(
          "kernel",
          "launches",
          "microseconds",
          "bytes",
          "flops",
          "limited_by",
          "limit_microseconds",
          "share_of_limit");

  private BenchFiles() {}

  static void append(Path folder, ResolvedConfig config, StepTimes.Result result)
      throws IOException {
    Files.createDirectories(folder);
    List<Object> what =
        List.of(
            LocalDate.now(ZoneOffset.UTC),
            result.device(),
            config.name(),
            config.variant(),
            config.train().precision(),
            result.batch());
    append(
        folder.resolve("device-steps.csv"),
        OF_STEPS,
        what,
        List.of(row("training", result.training()), row("inference", result.inference())));
    List<List<Object>> kernels = new ArrayList<>();
    result.kernels().kernels().forEach(k -> kernels.add(row(result.kernels(), k)));
    if (!kernels.isEmpty()) {
      append(folder.resolve("device-kernels.csv"), OF_KERNELS, what, kernels);
    }
  }

  private static List<Object> row(String pass, StepTimes.Times t) {
    return List.of(
        pass,
        t.steps(),
        Numbers.measured(t.imagesPerSecond()),
        Numbers.measured(t.bestImagesPerSecond()),
        Numbers.measured(t.medianNanos() / 1e6));
  }

  private static List<Object> row(KernelTimes all, KernelTimes.Kernel k) {
    return List.of(
        k.name(),
        k.launches(),
        Numbers.measured(k.nanos() / 1e3),
        k.bytes(),
        k.flops(),
        all.limit(k),
        Numbers.measured(all.limitNanos(k) / 1e3),
        String.format(Locale.ROOT, "%.3f", all.limitNanos(k) / k.nanos()));
  }

  private static void append(
      Path file, List<String> header, List<Object> what, List<List<Object>> rows)
      throws IOException {
    boolean isNew = Files.notExists(file);
    try (var out =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      var csv = CSVFormat.DEFAULT.builder().setRecordSeparator("\n").get().print(out);
      if (isNew) {
        csv.printRecord(joined(WHAT, header));
      }
      for (List<Object> row : rows) {
        csv.printRecord(joined(what, row));
      }
    }
  }

  private static List<Object> joined(List<?> first, List<?> second) {
    List<Object> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
