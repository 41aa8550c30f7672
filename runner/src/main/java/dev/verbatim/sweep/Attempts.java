package dev.verbatim.sweep;

import com.google.gson.JsonObject;
import dev.verbatim.store.Disk;
import dev.verbatim.store.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * attempts.json in the folder of a run that a sweep began and did not finish. An attempt counts as
 * crashed from its beginning on, until it ends in an orderly way: nobody is left to write it down
 * when a process is killed.
 *
 * @param crashes how often a process ended without a word
 * @param error why it cannot be run; empty if it is not known to
 */
record Attempts(int crashes, String error) {
  /** A crash is retried so often. */
  static final int RETRIES = 3;

  private static final String NAME = "attempts.json";
  private static final Attempts NONE = new Attempts(0, "");

  static Attempts of(Path run) throws IOException {
    if (!Files.isRegularFile(run.resolve(NAME))) {
      return NONE;
    }
    JsonObject json = folder(run).readJson(NAME);
    return json.has("crashes") && json.has("error")
        ? new Attempts(json.get("crashes").getAsInt(), json.get("error").getAsString())
        : NONE;
  }

  /** Whether no further attempt is to be made. */
  boolean isFinal() {
    return !error.isEmpty() || crashes > RETRIES;
  }

  Attempts crashed() {
    return new Attempts(crashes + 1, error);
  }

  void write(Path run) throws IOException {
    RunFolder folder = folder(run);
    if (equals(NONE)) {
      Files.deleteIfExists(folder.file(NAME));
    } else {
      folder.create();
      folder.writeJson(NAME, Map.of("crashes", crashes, "error", error));
    }
  }

  /** Forgets all attempts, so that the run may be tried anew. */
  static void forget(Path run) throws IOException {
    NONE.write(run);
  }

  private static RunFolder folder(Path run) {
    return new RunFolder(run, new Disk());
  }
}
