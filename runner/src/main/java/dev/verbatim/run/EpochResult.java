package dev.verbatim.run;

import dev.verbatim.store.Numbers;
import java.util.List;
import java.util.Locale;

/**
 * What an epoch came to.
 *
 * @param epoch from 1
 * @param steps of all epochs so far
 * @param learningRate of its last step
 * @param train score while the weights changed
 * @param validation score after it
 * @param digests of the weights after it
 */
record EpochResult(
    int epoch,
    long steps,
    float learningRate,
    Score train,
    Score validation,
    Weights.Digests digests,
    Times times) {
  /** Where the time went; the only thing here that another execution need not repeat. */
  record Times(
      double trainSeconds, double dataSeconds, double evalSeconds, double imagesPerSecond) {}

  /** Columns of metrics.csv. */
  static final List<String> METRICS =
      List.of(
          "epoch",
          "step",
          "learning_rate",
          "train_loss",
          "train_accuracy",
          "val_loss",
          "val_accuracy",
          "val_top5",
          "weights_sha256");

  /** Its row in metrics.csv. */
  List<String> metricsRow() {
    return List.of(
        String.valueOf(epoch),
        String.valueOf(steps),
        Numbers.format(learningRate),
        Numbers.format(train.loss()),
        Numbers.format(train.accuracy()),
        Numbers.format(validation.loss()),
        Numbers.format(validation.accuracy()),
        Numbers.format(validation.top5()),
        digests.all());
  }

  /** Its rows in digests.csv. */
  List<List<String>> digestRows() {
    return digests.parameters().entrySet().stream()
        .map(e -> List.of(String.valueOf(epoch), e.getKey(), e.getValue()))
        .toList();
  }

  /** One line for people. */
  String line(int epochs) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d  train loss %.4f acc %.2f %%  val loss %.4f acc %.2f %% top5 %.2f %%  %.1f s, %.0f images/s",
        epoch,
        epochs,
        train.loss(),
        train.accuracy(),
        validation.loss(),
        validation.accuracy(),
        validation.top5(),
        times.trainSeconds + times.evalSeconds,
        times.imagesPerSecond);
  }
}
