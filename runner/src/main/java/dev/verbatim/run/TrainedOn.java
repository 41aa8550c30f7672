package dev.verbatim.run;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.verbatim.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a run's dataset.json says of its images.
 *
 * @param fingerprint of all pixels and labels, as {@link dev.verbatim.data.Dataset#fingerprint}
 * @param classNames in the order of the logits
 */
record TrainedOn(String fingerprint, List<String> classNames) {
  static TrainedOn read(Path file) throws IOException {
    try {
      JsonObject root = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      List<String> parts =
          root.getAsJsonObject("sources").entrySet().stream()
              .map(s -> s.getValue().getAsJsonObject().get("pixels_sha256").getAsString())
              .toList();
      List<String> names =
          root.getAsJsonArray("class_names").asList().stream()
              .map(JsonElement::getAsString)
              .toList();
      return new TrainedOn(String.join("+", parts), names);
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new IOException(file + ": damaged, or of another version", e);
    }
  }

  /** The run's own splits mean nothing on other images. */
  void requirePixels(String found) {
    if (!found.equals(fingerprint)) {
      throw new DataException(
          "the run's images have fingerprint "
              + fingerprint
              + ", those found now have "
              + found
              + "; --data names the folder of its datasets, --on evaluates other images");
    }
  }

  void requireClasses(Path folder, List<String> found) {
    if (!found.equals(classNames)) {
      throw new DataException(
          "dataset " + folder + ": needs the classes of the run " + classNames + ", has " + found);
    }
  }

  /** Classes of an idx file are numbers, and its last ones may be missing. */
  void requireClassCount(Path file, int found) {
    if (found > classNames.size()) {
      throw new DataException(
          "dataset "
              + file
              + ": needs labels below "
              + classNames.size()
              + ", the classes of the run, has "
              + (found - 1));
    }
  }
}
