package dev.verbatim.run;

import java.util.Locale;

/** One epoch in one line, for people. */
final class EpochLine {
  private EpochLine() {}

  static String of(
      int epoch, int epochs, Training.Epoch trained, Score validation, double evalSeconds) {
    return String.format(
        Locale.ROOT,
        "epoch %d/%d  train loss %.4f acc %.2f %%  val loss %.4f acc %.2f %% top5 %.2f %%  %.1f s, %.0f images/s",
        epoch,
        epochs,
        trained.score().loss(),
        trained.score().accuracy(),
        validation.loss(),
        validation.accuracy(),
        validation.top5(),
        trained.seconds() + evalSeconds,
        trained.imagesPerSecond());
  }
}
