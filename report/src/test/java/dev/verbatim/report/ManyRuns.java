package dev.verbatim.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Runs that nobody made, as many as a group may have in a year: 20 experiments with 10 variants of
 * 5 seeds, 200 epochs each, with all the digits that measured figures have. The same every time.
 */
final class ManyRuns {
  static final int EXPERIMENTS = 20;
  private static final int VARIANTS = 10;
  private static final int SEEDS = 5;
  private static final int EPOCHS = 200;

  private ManyRuns() {}

  static List<ExperimentInfo> write(Path results) throws IOException {
    var runs = new RunFolders(results);
    List<ExperimentInfo> experiments = new ArrayList<>();
    for (int e = 0; e < EXPERIMENTS; e++) {
      String name = "experiment_" + (e + 1);
      for (int v = 0; v < VARIANTS; v++) {
        String variant = v == 0 ? "baseline" : "variant_" + v;
        for (int seed = 1; seed <= SEEDS; seed++) {
          var random = new Random(1000L * e + 10L * v + seed);
          String id = String.format("%012x", 4096L * e + 64L * v + seed);
          Path folder = runs.finished(name, variant, seed, id, 90);
          RunFolders.write(folder, "metrics.csv", metrics(random, v));
          RunFolders.write(folder, "timing.csv", timing(random));
        }
      }
      experiments.add(
          new ExperimentInfo(
              name,
              name,
              "A report",
              e % 2 == 0 ? "mnist" : "cifar100",
              "resnet20",
              IntStream.rangeClosed(1, 20)
                  .mapToObj(epoch -> published(OptionalInt.of(10 * epoch)))
                  .toList(),
              Map.of("baseline", "x")));
    }
    return experiments;
  }

  private static Published published(OptionalInt epoch) {
    return new Published(
        "val_accuracy",
        70,
        Published.Match.AT_LEAST,
        0,
        "baseline",
        epoch,
        OptionalInt.empty(),
        "");
  }

  private static String metrics(Random random, int variant) {
    var text = new StringBuilder(RunFolders.METRICS_HEADER);
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      double left = Math.exp(-epoch / 40.0) + variant / 50.0;
      double noise = random.nextGaussian() / 100;
      text.append(epoch).append(',').append(351 * epoch).append(",0.1,");
      text.append(4 * left + noise).append(',').append(95 - 80 * left + 10 * noise).append(',');
      text.append(4 * left + 0.3 - noise).append(',').append(90 - 80 * left - 30 * noise);
      text.append(',').append(99 - 50 * left).append(',');
      text.append(String.format("%016x", random.nextLong())).append('\n');
    }
    return text.toString();
  }

  private static String timing(Random random) {
    var text =
        new StringBuilder(
            "epoch,train_seconds,data_wait_seconds,eval_seconds,images_per_second,peak_memory_bytes\n");
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      text.append(epoch).append(',').append(20 + random.nextInt(1000) / 1000.0);
      text.append(",0.01,1.5,2250,524288000\n");
    }
    return text.toString();
  }
}
