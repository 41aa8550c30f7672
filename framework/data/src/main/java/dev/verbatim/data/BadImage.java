package dev.verbatim.data;

/** A file among the images that is not a whole image. */
final class BadImage extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  BadImage(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
