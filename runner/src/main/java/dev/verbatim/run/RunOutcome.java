package dev.verbatim.run;

import java.nio.file.Path;

/**
 * How a run ended.
 *
 * @param message why, where it is not done
 */
public record RunOutcome(Path folder, Status status, String message) {
  /** Ways to end. */
  public enum Status {
    /** It ran to the end. */
    DONE,
    /** It had been done before, and nothing was run. */
    ALREADY_DONE,
    /** A loss was not finite. */
    DIVERGED
  }
}
