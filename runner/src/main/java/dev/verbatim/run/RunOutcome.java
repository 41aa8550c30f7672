package dev.verbatim.run;

import java.nio.file.Path;

/**
 * How a run ended.
 *
 * @param message what there is to say of it, if anything
 */
public record RunOutcome(Path folder, Status status, String message) {
  /** Ways to end. */
  public enum Status {
    /** It ran to the end. */
    DONE,
    /** It had been done before, and nothing was run. */
    ALREADY_DONE,
    /** A loss or a weight was not finite; the run is finished, now or before. */
    DIVERGED,
    /** It was asked to stop and left a checkpoint. */
    STOPPED,
    /** It had been done before, was run again and gave the same bits. */
    SAME_AGAIN,
    /** It had been done before, was run again and gave other bits. */
    DIFFERENT
  }
}
