package dev.verbatim.report;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** A file of a run that holds a JSON object. */
final class JsonFile {
  private JsonFile() {}

  /**
   * Takes what is wanted of it.
   *
   * @param parts may fail in any way where the object is not as it should be
   * @throws BrokenFileException if it cannot be read or {@code parts} failed
   */
  static <T> T read(Path file, Function<JsonObject, T> parts) throws BrokenFileException {
    String name = String.valueOf(file.getFileName());
    try {
      return parts.apply(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
    } catch (IOException e) {
      throw new BrokenFileException(
          name + (Files.exists(file) ? " is unreadable" : " is missing or unreadable"));
    } catch (RuntimeException e) { // whatever JSON it may be instead
      throw new BrokenFileException(name + " is not what a run leaves");
    }
  }
}
