package dev.verbatim.run;

import java.nio.file.Path;

/** How a run ended. */
record RunOutcome(Path folder, Status status, String message) {
  enum Status {
    DONE,
    ALREADY_DONE,
    DIVERGED
  }
}
