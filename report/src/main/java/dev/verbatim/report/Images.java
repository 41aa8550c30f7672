package dev.verbatim.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
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
    return JsonFile.read(file, Images::of);
  }

  private static Images of(JsonObject json) {
    JsonArray image = json.getAsJsonArray("image");
    return new Images(
        json.get("pixels_sha256").getAsString(), image.get(0).getAsInt(), image.get(1).getAsInt());
  }
}
