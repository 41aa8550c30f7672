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
 * @param classNames in the order of the logits
 */
record TrainedOn(List<String> classNames) {
  static TrainedOn read(Path file) throws IOException {
    try {
      JsonObject root = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      List<String> names =
          root.getAsJsonArray("class_names").asList().stream()
              .map(JsonElement::getAsString)
              .toList();
      return new TrainedOn(names);
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new IOException(file + ": damaged, or of another version", e);
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
