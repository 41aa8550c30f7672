package dev.verbatim.run;

import java.util.Locale;

/** A loss that is no longer finite. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DivergedException(int epoch, int step, float loss) {
    super(String.format(Locale.ROOT, "diverged: the loss is %s in epoch %d, step %d; a lower learning rate may help", loss, epoch, step));
  }
}
