package dev.verbatim.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What dataset.json tells of the images that a run was trained on.
 *
 * @param pixels SHA-256 of all of them; empty where it is not told
 * @param height of one, in pixels; 0 where it is not told
 * @param width the same
 */
record Images(String pixels, int height, int width) {
  private static final Images UNKNOWN = new Images("", 0, 0);

  /** Reads dataset.json; one that is missing says nothing, as in old results. */
  static Images read(Path run) throws BrokenFileException {
    Path file = run.resolve("dataset.json");
    if (!Files.exists(file)) {
      return UNKNOWN;
    }
    try {
      JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      JsonArray image = json.getAsJsonArray("image");
      return new Images(
          json.get("pixels_sha256").getAsString(),
          image.get(0).getAsInt(),
          image.get(1).getAsInt());
    } catch (IOException e) {
      throw new BrokenFileException("dataset.json is unreadable");
    } catch (RuntimeException e) { // whatever JSON it may be instead
      throw new BrokenFileException("dataset.json is not what a run leaves");
    }
  }
}
