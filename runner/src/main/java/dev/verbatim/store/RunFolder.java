package dev.verbatim.store;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/** The folder of one run, and the one place that knows which of its files are deterministic. */
public final class RunFolder {
  /** The one that may be left out where a run is kept: DONE says what it was. */
  public static final String WEIGHTS = "weights.safetensors";

  /** Files whose bytes depend on configuration and pixels alone. */
  public static final List<String> DETERMINISTIC =
      List.of(
          "config.yaml",
          "dataset.json",
          "model.csv",
          "metrics.csv",
          "digests.csv",
          WEIGHTS,
          "status.json");

  /** Tables that grow with every epoch; a checkpoint knows how long they were. */
  static final List<String> GROWING = List.of("metrics.csv", "digests.csv", "timing.csv");

  /** Files that say where and how fast a run was made. */
  private static final List<String> CIRCUMSTANCES =
      List.of("provenance.json", "dirty.patch", "loading.csv", "timing.csv", "log.txt");

  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
  private static final CSVFormat CSV = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
  private static final CSVFormat CSV_WITH_HEADER =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();

  private final Path path;
  private final Disk disk;

  /** A folder that may not be there yet. */
  public RunFolder(Path path, Disk disk) {
    this.path = path;
    this.disk = disk;
  }

  /** Where the results of a run belong. */
  public static Path of(Path results, String experiment, String variant, long seed, String id) {
    return results
        .resolve("runs")
        .resolve(experiment)
        .resolve(variant)
        .resolve("seed-" + seed + "-" + id);
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** One of its files. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /** Whether the run is finished. */
  public boolean isDone() {
    return Files.isRegularFile(file("DONE"));
  }

  /** Makes the folder where it is not there. */
  public void create() throws IOException {
    disk.createFolder(path);
  }

  /** Writes a whole file. */
  public void write(String name, String text) throws IOException {
    write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a whole file. */
  public void write(String name, byte[] bytes) throws IOException {
    disk.write(file(name), bytes);
  }

  /** Writes a whole file as JSON. */
  public void writeJson(String name, Map<String, ?> values) throws IOException {
    write(name, JSON.toJson(values) + "\n");
  }

  /**
   * One of its JSON files.
   *
   * @throws IOException if it is missing or damaged
   */
  public JsonObject readJson(String name) throws IOException {
    try {
      return JsonParser.parseString(Files.readString(file(name))).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IOException(file(name) + ": not the JSON that a run leaves", e);
    } catch (IOException e) {
      throw new IOException(file(name) + ": " + Disk.reason(e), e);
    }
  }

  /**
   * One text of one of its JSON files.
   *
   * @throws IOException if it is missing or damaged
   */
  public String readText(String name, String key) throws IOException {
    if (readJson(name).get(key) instanceof JsonPrimitive text) {
      return text.getAsString();
    }
    throw new IOException(file(name) + ": has no text '" + key + "', as a run leaves it");
  }

  /** Writes a table anew. */
  public void writeCsv(String name, List<String> header, List<List<String>> rows)
      throws IOException {
    List<List<String>> all = new ArrayList<>(List.of(header));
    all.addAll(rows);
    write(name, csv(all));
  }

  /**
   * The rows of a table, by column name.
   *
   * @throws IOException if it is missing or no table
   */
  public List<CSVRecord> readCsv(String name) throws IOException {
    try (Reader in = Files.newBufferedReader(file(name))) {
      return CSV_WITH_HEADER.parse(in).getRecords();
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw new IOException(file(name) + ": a damaged table: " + e.getMessage(), e);
    }
  }

  /** Adds rows to a table. */
  public void appendCsv(String name, List<List<String>> rows) throws IOException {
    disk.append(file(name), csv(rows).getBytes(StandardCharsets.UTF_8));
  }

  /** Rows as they stand in a table, a line each. */
  public static String csv(List<List<String>> rows) throws IOException {
    StringBuilder text = new StringBuilder();
    try (CSVPrinter printer = new CSVPrinter(text, CSV)) {
      for (List<String> row : rows) {
        printer.printRecord(row);
      }
    }
    return text.toString();
  }

  /** Adds a line to log.txt. */
  public void log(String line) throws IOException {
    if (!Files.exists(file("log.txt"))) {
      write("log.txt", "");
    }
    disk.append(file("log.txt"), (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Says that the run is finished: the SHA-256 of every deterministic file. */
  public void finish() throws IOException {
    writeJson("DONE", hashes());
  }

  /** The SHA-256 of each deterministic file that is there. */
  public Map<String, String> hashes() throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    for (String name : DETERMINISTIC) {
      if (Files.exists(file(name))) {
        hashes.put(name, Hashes.ofFile(file(name)));
      }
    }
    return hashes;
  }

  /**
   * Files that are not those for which DONE vouches, a line for people each; none if the run is not
   * finished. Weights that were left out are not among them.
   *
   * @throws IOException if DONE is damaged
   */
  public Map<String, String> changed() throws IOException {
    Map<String, String> changed = new LinkedHashMap<>();
    if (!isDone()) {
      return changed;
    }
    JsonObject recorded = readJson("DONE");
    Map<String, String> now = hashes();
    for (String name : DETERMINISTIC) {
      String before = recorded.get(name) instanceof JsonPrimitive hash ? hash.getAsString() : "";
      String found = now.getOrDefault(name, "");
      boolean leftOut = name.equals(WEIGHTS) && found.isEmpty() && !before.isEmpty();
      if (!leftOut && (!found.equals(before) || found.isEmpty())) {
        changed.put(
            name,
            name
                + ": changed after the run: DONE has "
                + (before.isEmpty() ? "no SHA-256 of it" : "SHA-256 " + before)
                + ", the file "
                + (found.isEmpty() ? "is missing" : "has " + found));
      }
    }
    return changed;
  }

  /** Takes what another execution of the same run says of its circumstances. */
  public void takeCircumstances(RunFolder other) throws IOException {
    for (String name : CIRCUMSTANCES) {
      if (Files.exists(other.file(name))) {
        write(name, Files.readAllBytes(other.file(name)));
      }
    }
  }

  /** Its checkpoints. */
  public Checkpoints checkpoints() {
    return new Checkpoints(this, disk);
  }

  /** Removes a folder with all that is in it. */
  public void delete() throws IOException {
    if (!Files.isDirectory(path)) {
      return;
    }
    try (var files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
