package dev.verbatim.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where and with what a run was made.
 *
 * @param command as it was typed, without the program's name
 * @param numerics version; 0 where it is not told
 */
record Provenance(List<String> command, String workingDirectory, int numerics, String device) {
  static final Provenance UNKNOWN = new Provenance(List.of(), "", 0, "");

  /** Reads provenance.json; one that is missing says nothing, as in a reference result. */
  static Provenance read(Path run) throws BrokenFileException {
    Path file = run.resolve("provenance.json");
    if (!Files.exists(file)) {
      return UNKNOWN;
    }
    return JsonFile.read(file, Provenance::of);
  }

  private static Provenance of(JsonObject json) {
    List<String> command = new ArrayList<>();
    if (json.get("command") instanceof JsonArray words) {
      words.forEach(word -> command.add(word.getAsString()));
    }
    return new Provenance(
        List.copyOf(command),
        text(json, "working_directory"),
        json.has("numerics") ? json.get("numerics").getAsInt() : 0,
        text(json, "device"));
  }

  /** This, with a version of the numerics where none is told. */
  Provenance orNumerics(int known) {
    return numerics > 0 ? this : new Provenance(command, workingDirectory, known, device);
  }

  private static String text(JsonObject json, String key) {
    return json.has(key) ? json.get(key).getAsString() : "";
  }
}
