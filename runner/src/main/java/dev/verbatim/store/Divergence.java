package dev.verbatim.store;

import java.util.Locale;

/**
 * Where a run was first no longer made of numbers.
 *
 * @param epoch from 1
 * @param step of the epoch, from 1
 * @param what was found, as in {@code the loss is NaN}
 */
public record Divergence(int epoch, int step, String what) {
  /** One line for people. */
  public String summary() {
    return String.format(
        Locale.ROOT,
        "diverged in epoch %d, step %d: %s; a lower learning rate may help",
        epoch,
        step,
        what);
  }
}
