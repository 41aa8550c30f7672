package dev.verbatim.sweep;

import dev.verbatim.store.Disk;
import dev.verbatim.store.RunFolder;
import dev.verbatim.store.RunLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * How a point stands, by its run's folder alone.
 *
 * @param detail for people; may be empty
 */
public record PointState(Kind kind, String detail) {
  /** Ways to stand. */
  public enum Kind {
    /** Nothing has been done. */
    WAITING,
    /** A process trains it. */
    RUNNING,
    /** It was begun, and goes on from its checkpoint if there is one. */
    STOPPED,
    /** It cannot be run, or crashed too often. */
    FAILED,
    /** It is finished: a loss or a weight was not finite. */
    DIVERGED,
    /** It is finished. */
    DONE
  }

  /** Whether there is nothing left to do. */
  public boolean isSettled() {
    return kind == Kind.DONE || kind == Kind.DIVERGED || kind == Kind.FAILED;
  }

  /** Reads a run's folder, which may be missing. */
  public static PointState of(Path run) throws IOException {
    if (!Files.isDirectory(run)) {
      return new PointState(Kind.WAITING, "");
    }
    var folder = new RunFolder(run, new Disk());
    if (folder.isDone()) {
      boolean diverged = folder.readText("status.json", "state").equals("diverged");
      return new PointState(diverged ? Kind.DIVERGED : Kind.DONE, "");
    }
    var holder = RunLock.holder(run, InstantSource.system());
    if (holder.isPresent()) {
      return new PointState(Kind.RUNNING, holder.get().toString());
    }
    Attempts attempts = Attempts.of(run);
    if (!attempts.error().isEmpty()) {
      return new PointState(Kind.FAILED, attempts.error());
    }
    if (attempts.isFinal()) {
      return new PointState(Kind.FAILED, "crashed " + attempts.crashes() + " times");
    }
    boolean begun = Files.isRegularFile(folder.file("status.json"));
    String crashed = attempts.crashes() > 0 ? "crashed " + attempts.crashes() + " time(s)" : "";
    return new PointState(begun ? Kind.STOPPED : Kind.WAITING, crashed);
  }
}
