package dev.verbatim.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be published and measured. The name is the one used in experiment files and in CSV. */
public enum Metric {
  /** Trained values in the network. */
  PARAMETERS(Unit.COUNT, Better.NEITHER),
  /** Multiply-adds of a forward pass, for one image. */
  MACS(Unit.COUNT, Better.NEITHER),
  /** Twice the multiply-adds. */
  FLOPS(Unit.COUNT, Better.NEITHER),
  /** Mean loss over the training images, while training. */
  TRAIN_LOSS(Unit.LOSS, Better.LOWER),
  /** Accuracy on the training images, while training. */
  TRAIN_ACCURACY(Unit.PERCENT, Better.HIGHER),
  /** Mean loss over the validation images after an epoch. */
  VAL_LOSS(Unit.LOSS, Better.LOWER),
  /** Accuracy on the validation images after an epoch. */
  VAL_ACCURACY(Unit.PERCENT, Better.HIGHER),
  /** Share of validation images whose class is among the five likeliest, after an epoch. */
  VAL_TOP5(Unit.PERCENT, Better.HIGHER),
  /**
   * Time from the dataset's files to pixels in memory, without a cache; writing the cache is not in
   * it.
   */
  LOADING_SECONDS(Unit.SECONDS, Better.LOWER),
  /** Time to have the pixels from the cache. */
  LOADING_CACHED_SECONDS(Unit.SECONDS, Better.LOWER),
  /** Training time of an epoch, evaluation apart; mean over the epochs. */
  TRAIN_SECONDS(Unit.SECONDS, Better.LOWER),
  /** Time of evaluation after an epoch; mean over the epochs. */
  EVAL_SECONDS(Unit.SECONDS, Better.LOWER),
  /** Training and evaluation of an epoch; mean over the epochs. */
  EPOCH_SECONDS(Unit.SECONDS, Better.LOWER),
  /** Training images a second; mean over the epochs. */
  IMAGES_PER_SECOND(Unit.RATE, Better.HIGHER),
  /** Most memory that the process held. */
  PEAK_MEMORY_BYTES(Unit.COUNT, Better.LOWER);

  enum Unit {
    COUNT,
    PERCENT,
    LOSS,
    SECONDS,
    RATE
  }

  enum Better {
    HIGHER,
    LOWER,
    /** A property of the architecture: another value is another network. */
    NEITHER
  }

  private static final List<Metric> BY_EPOCH =
      List.of(TRAIN_LOSS, TRAIN_ACCURACY, VAL_LOSS, VAL_ACCURACY, VAL_TOP5);

  private final Unit unit;
  private final Better better;

  Metric(Unit unit, Better better) {
    this.unit = unit;
    this.better = better;
  }

  /**
   * The metric with this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static Metric named(String name) {
    return Arrays.stream(values())
        .filter(metric -> metric.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no metric is called " + name + "; there are: " + names()));
  }

  /** All names, separated by commas. */
  public static String names() {
    return Arrays.stream(values()).map(Metric::label).collect(Collectors.joining(", "));
  }

  static String namesByEpoch() {
    return BY_EPOCH.stream().map(Metric::label).collect(Collectors.joining(", "));
  }

  /** The name, as in an experiment file. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it has a value after each epoch. */
  public boolean isByEpoch() {
    return BY_EPOCH.contains(this);
  }

  Unit unit() {
    return unit;
  }

  Better better() {
    return better;
  }
}
