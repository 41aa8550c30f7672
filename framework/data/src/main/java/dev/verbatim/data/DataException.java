package dev.verbatim.data;

/**
 * Data that is missing, damaged, or not what was asked for. One line: who, what is needed, what
 * came, how to go on.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** An exception with this message. */
  public DataException(String message) {
    super(message);
  }

  /** An exception with this message and what led to it. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
