package dev.verbatim.run;

import java.util.Locale;

/** A loss that is no longer finite. */
final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int epoch;
  private final String summary;

  DivergedException(int epoch, int step, float loss) {
    this(
        epoch,
        String.format(
            Locale.ROOT,
            "diverged: the loss is %s in epoch %d, step %d; a lower learning rate may help",
            loss,
            epoch,
            step));
  }

  private DivergedException(int epoch, String summary) {
    super(summary);
    this.epoch = epoch;
    this.summary = summary;
  }

  int epoch() {
    return epoch;
  }

  String summary() {
    return summary;
  }
}
