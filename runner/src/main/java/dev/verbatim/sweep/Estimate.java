package dev.verbatim.sweep;

import dev.verbatim.run.StepTimes;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.store.Disk;
import dev.verbatim.store.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVRecord;

/**
 * How long what is left of a sweep takes one worker: what finished runs of a variant took, and for
 * variants without any, in proportion to their multiply-accumulates.
 *
 * @param seconds of all points that are left
 * @param basis what it rests on, for people
 */
public record Estimate(double seconds, String basis) {
  private static final int FIRST_STEPS = 3;

  /** The first steps are slow, so short ones are timed again, as many as fill this time. */
  private static final double CALIBRATION_SECONDS = 1;

  private static final int MOST_STEPS = 1000;

  /** What a run takes beside its steps, as 1,000 runs of a few steps showed: files, above all. */
  private static final double SECONDS_OF_A_RUN = 0.2;

  /**
   * Reckons from the sweep's finished runs, else from timing a few steps of its first point.
   *
   * @param threads of a worker
   * @throws IOException if a run is damaged
   */
  public static Estimate of(Plan plan, Path results, List<Point> left, String device, int threads)
      throws IOException {
    if (left.isEmpty()) {
      return new Estimate(0, "");
    }
    Map<String, Plan.Variant> variants = plan.byName();
    Map<String, List<Double>> taken = new HashMap<>();
    double seconds = 0;
    double macs = 0;
    int runs = 0;
    for (Point point : plan.distinct()) {
      Path run =
          RunFolder.of(results, plan.experiment(), point.variant(), point.seed(), point.id());
      if (PointState.of(run).kind() == PointState.Kind.DONE) {
        double of = seconds(run);
        taken.computeIfAbsent(point.variant(), v -> new ArrayList<>()).add(of);
        seconds += of;
        macs += of(variants, point.variant()).macs();
        runs++;
      }
    }
    String basis = "from " + runs + " earlier run(s)";
    double perMac = seconds / macs;
    if (runs == 0) {
      perMac = calibrated(of(variants, left.getFirst().variant()), device, threads);
      basis = "from a few steps of " + left.getFirst().variant();
    }
    double sum = 0;
    for (Point point : left) {
      List<Double> own = taken.getOrDefault(point.variant(), List.of());
      sum +=
          SECONDS_OF_A_RUN
              + own.stream()
                  .mapToDouble(Double::doubleValue)
                  .average()
                  .orElse(perMac * of(variants, point.variant()).macs());
    }
    return new Estimate(sum, basis);
  }

  private static Plan.Variant of(Map<String, Plan.Variant> variants, String name) {
    return Optional.ofNullable(variants.get(name)).orElseThrow();
  }

  private static double seconds(Path run) throws IOException {
    double seconds = 0;
    for (CSVRecord row : new RunFolder(run, new Disk()).readCsv("timing.csv")) {
      seconds +=
          Double.parseDouble(row.get("train_seconds"))
              + Double.parseDouble(row.get("eval_seconds"));
    }
    return seconds;
  }

  /** Seconds of a multiply-accumulate in training. */
  private static double calibrated(Plan.Variant variant, String device, int threads)
      throws IOException {
    ResolvedConfig config = variant.config();
    var training = StepTimes.measure(config, device, threads, FIRST_STEPS, false).training();
    int steps = (int) Math.min(MOST_STEPS, CALIBRATION_SECONDS * 1e9 / training.medianNanos());
    if (steps > FIRST_STEPS) {
      training = StepTimes.measure(config, device, threads, steps, false).training();
    }
    return 1 / (training.imagesPerSecond() * training.macsPerImage());
  }
}
