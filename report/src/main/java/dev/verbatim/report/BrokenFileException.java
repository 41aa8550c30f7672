package dev.verbatim.report;

/** A file of a run that cannot be read; the message names it. */
final class BrokenFileException extends Exception {
  private static final long serialVersionUID = 1;

  BrokenFileException(String message) {
    super(message);
  }
}
