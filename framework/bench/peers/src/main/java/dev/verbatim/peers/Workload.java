package dev.verbatim.peers;

import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.ResolvedConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The networks that are compared: those of experiments. */
enum Workload {
  CIFAR_CNN("0.01"),
  CIFAR_RESNET20("0.001"),
  CIFAR_RESNET18("0.00003", "train.batch_size=32"),
  MNIST_VGG16_32("0.00001", "architecture.dropout=0");

  /** An optimizer that every library has; its decay is so large that one forgotten shows. */
  private static final List<String> SGD =
      List.of("optimizer.kind=sgd", "optimizer.momentum=0.9", "optimizer.weight_decay=0.02");

  private final String rate;
  private final String change;

  Workload(String rate) {
    this(rate, "");
  }

  /**
   * A workload.
   *
   * @param rate at which rounding differences stay small for {@link Losses#STEPS} steps
   * @param change of the experiment, if any
   */
  Workload(String rate, String change) {
    this.rate = rate;
    this.change = change;
  }

  /** The experiment's name. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The workload of a label. */
  static Workload of(String label) {
    return Arrays.stream(values())
        .filter(w -> w.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no network " + label));
  }

  /** The experiment with one optimizer for all and nothing random: for losses and speed. */
  ResolvedConfig plain(Path home) {
    List<String> sets = new ArrayList<>(SGD);
    sets.add("optimizer.learning_rate=" + rate);
    if (!change.isEmpty()) {
      sets.add(change);
    }
    return load(home, sets);
  }

  /** The experiment as it stands, with as many training images at most; 0 takes all. */
  ResolvedConfig experiment(Path home, int limit) {
    return load(home, limit > 0 ? List.of("dataset.limit=" + limit) : List.of());
  }

  private ResolvedConfig load(Path home, List<String> sets) {
    Path file = home.resolve("experiments").resolve(label() + ".yaml");
    return Experiment.load(file, sets, false).resolve(Experiment.BASELINE, 1);
  }
}
