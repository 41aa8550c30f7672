package dev.verbatim.store;

import java.io.IOException;

/** Another process is writing a run's folder. */
public final class FolderInUseException extends IOException {
  private static final long serialVersionUID = 1;

  /** An exception that says who. */
  public FolderInUseException(String message) {
    super(message);
  }
}
