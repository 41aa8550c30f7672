package dev.verbatim.spec;

/**
 * An experiment that says something that is not allowed. The message names the place, shows the
 * line, and says what is allowed.
 */
public final class SpecException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** An exception with this message. */
  public SpecException(String message) {
    super(message);
  }

  SpecException(Place place, String message) {
    super(place.report(message));
  }
}
