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
  /** A loss was not finite. */
  DIVERGED(4);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number. */
  public int code() {
    return code;
  }
}
