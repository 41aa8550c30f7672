package dev.verbatim.tensor;

/** A device that is not there, or cannot do what was asked. */
public class BackendException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** An exception with this message. */
  public BackendException(String message) {
    super(message);
  }
}
