package dev.verbatim.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * A run.
 *
 * @param folder relative to the results, with '/'
 * @param done whether it is finished; one that is not has the epochs that it has so far
 * @param config its configuration, as text
 * @param settings the configuration without the seed: runs are averaged only where this is equal
 * @param layers what each costs for an image, without their total
 * @param evaluations of its weights, where there are some
 * @param images that it was trained on
 * @param divergedIn the epoch in which a loss or a weight was first not finite; 0 if none was
 * @param epochs may be empty where it diverged
 */
record Run(
    String folder,
    String variant,
    long seed,
    String id,
    boolean done,
    String config,
    String settings,
    int divergedIn,
    Cost cost,
    List<Layer> layers,
    List<Epoch> epochs,
    Loading loading,
    Timing timing,
    List<Evaluation> evaluations,
    Images images,
    Provenance provenance) {
  private static final int SHORT_HASH = 12;

  /** This run without its loading, which is that of another run of the same process. */
  Run withoutLoading() {
    return new Run(
        folder,
        variant,
        seed,
        id,
        done,
        config,
        settings,
        divergedIn,
        cost,
        layers,
        epochs,
        Loading.UNKNOWN,
        timing,
        evaluations,
        images,
        provenance);
  }

  /** Of the whole network or of a layer, for one image. */
  record Cost(long parameters, long macs, long flops) {}

  /** A row of model.csv. */
  record Layer(String name, String type, String outputShape, Cost cost) {}

  /** One row of metrics.csv. */
  record Epoch(
      int number,
      double trainLoss,
      double trainAccuracy,
      double valLoss,
      double valAccuracy,
      double valTop5,
      String weightsSha256) {
    /** Of a run that did not get through its first epoch. */
    static final Epoch NONE =
        new Epoch(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, "");

    double value(Metric metric) {
      return switch (metric) {
        case TRAIN_LOSS -> trainLoss;
        case TRAIN_ACCURACY -> trainAccuracy;
        case VAL_LOSS -> valLoss;
        case VAL_ACCURACY -> valAccuracy;
        case VAL_TOP5 -> valTop5;
        default -> Double.NaN;
      };
    }
  }

  /** Seconds, each NaN where the run did not load that way; images of all splits. */
  record Loading(double coldSeconds, double cachedSeconds, long images) {
    static final Loading UNKNOWN = new Loading(Double.NaN, Double.NaN, 0);
  }

  /** Means over the epochs, and the highest memory. */
  record Timing(
      double trainSeconds, double evalSeconds, double imagesPerSecond, double peakMemoryBytes) {
    static final Timing UNKNOWN = new Timing(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  /** For people: variant, seed and id. */
  String title() {
    return variant + ", seed " + seed + ", " + id;
  }

  /** Its folder's own name: seed and id. */
  String name() {
    return folder.substring(folder.lastIndexOf('/') + 1);
  }

  /** How many epochs it has, and whether it diverged. */
  String epochsText() {
    return epochs.size() + (divergedIn > 0 ? ", diverged in " + divergedIn : "");
  }

  /** As much of the last weights' SHA-256 as tells them apart; empty where there are none. */
  String shortWeights() {
    String all = last().weightsSha256();
    return all.substring(0, Math.min(SHORT_HASH, all.length()));
  }

  Epoch last() {
    return epochs.isEmpty() ? Epoch.NONE : epochs.getLast();
  }

  /** The best value over all epochs, or the only one; NaN where the run has none. */
  double best(Metric metric) {
    return switch (metric) {
      case PARAMETERS -> cost.parameters();
      case MACS -> cost.macs();
      case FLOPS -> cost.flops();
      case TRAIN_LOSS, VAL_LOSS -> byEpoch(metric).min().orElse(Double.NaN);
      case TRAIN_ACCURACY, VAL_ACCURACY, VAL_TOP5 -> byEpoch(metric).max().orElse(Double.NaN);
      case LOADING_SECONDS -> loading.coldSeconds();
      case LOADING_CACHED_SECONDS -> loading.cachedSeconds();
      case TRAIN_SECONDS -> timing.trainSeconds();
      case EVAL_SECONDS -> timing.evalSeconds();
      case EPOCH_SECONDS -> timing.trainSeconds() + timing.evalSeconds();
      case IMAGES_PER_SECOND -> timing.imagesPerSecond();
      case PEAK_MEMORY_BYTES -> timing.peakMemoryBytes();
    };
  }

  /** The value after an epoch that counts from 1; NaN where the run has none. */
  double after(int epoch, Metric metric) {
    return epochs.stream()
        .filter(row -> row.number() == epoch)
        .mapToDouble(row -> row.value(metric))
        .findFirst()
        .orElse(Double.NaN);
  }

  /** Its evaluation on the same images as another one. */
  Optional<Evaluation> on(Evaluation like) {
    return evaluations.stream().filter(like::isOnTheSame).findFirst();
  }

  private DoubleStream byEpoch(Metric metric) {
    return epochs.stream()
        .mapToDouble(row -> row.value(metric))
        .filter(value -> !Double.isNaN(value));
  }
}
