package dev.verbatim.cli;

/** What the program tells its caller. */
public enum ExitCode {
  /** All is well. */
  OK(0),
  /** A run failed. */
  FAILED(1),
  /** A word on the command line or in an experiment is not allowed. */
  USAGE(2),
  /** Data is missing, damaged or not the expected one. */
  DATA(3),
  /** A loss or a weight was not finite. */
  DIVERGED(4),
  /** An execution gave other bits than the stored one. */
  MISMATCH(5),
  /** A published figure that must be met is not, or a verdict has become worse. */
  REPORT(6),
  /** Asked to stop, and stopped with a valid checkpoint. */
  STOPPED(75),
  /** Interrupted from the keyboard, with a valid checkpoint where training had begun. */
  INTERRUPTED(130),
  /** Ended by a signal before there was anything to keep. */
  TERMINATED(143);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number. */
  public int code() {
    return code;
  }
}
