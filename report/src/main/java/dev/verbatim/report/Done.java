package dev.verbatim.report;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** DONE, which a run writes last: the SHA-256 of each file that must come out the same again. */
final class Done {
  static final String FILE = "DONE";

  /** What is shown of a run comes from these, so DONE must vouch for them. */
  private static final List<String> SHOWN =
      List.of("config.yaml", "metrics.csv", "model.csv", "status.json");

  /** May be left out where a run is kept, and nothing is shown of it. */
  private static final String WEIGHTS = "weights.safetensors";

  private Done() {}

  /**
   * Compares a finished run's files with what DONE says of them, the weights apart.
   *
   * @throws BrokenFileException if one is missing or other than it was, or DONE does not tell of it
   */
  static void check(Path run) throws BrokenFileException {
    JsonObject hashes = read(run);
    for (String file : SHOWN) {
      if (!hashes.has(file)) {
        throw new BrokenFileException("DONE says nothing of " + file);
      }
    }
    for (String file : hashes.keySet()) {
      if (!file.equals(WEIGHTS) && !hashes.get(file).getAsString().equals(sha256(run, file))) {
        throw new BrokenFileException(
            file + " was changed after the run: its SHA-256 is not the one in DONE");
      }
    }
  }

  private static JsonObject read(Path run) throws BrokenFileException {
    try {
      JsonObject hashes =
          JsonParser.parseString(Files.readString(run.resolve(FILE))).getAsJsonObject();
      if (hashes.entrySet().stream().allMatch(entry -> entry.getValue().isJsonPrimitive())) {
        return hashes;
      }
    } catch (IOException e) {
      throw new BrokenFileException("DONE is unreadable");
    } catch (RuntimeException e) { // whatever JSON it may be instead
    }
    throw new BrokenFileException("DONE is not what a run leaves");
  }

  private static String sha256(Path run, String file) throws BrokenFileException {
    try {
      return Sha256.of(Files.readAllBytes(run.resolve(file)));
    } catch (IOException e) {
      throw new BrokenFileException(file + " is missing or unreadable, and DONE tells of it");
    }
  }
}
