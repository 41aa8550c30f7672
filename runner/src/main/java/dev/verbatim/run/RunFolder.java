package dev.verbatim.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * The folder of one run. Whole files are written beside their place and renamed into it; {@code
 * DONE} comes last.
 */
final class RunFolder {
  /** Files whose bytes depend on configuration and pixels alone. */
  static final List<String> DETERMINISTIC =
      List.of("config.yaml", "dataset.json", "model.csv", "metrics.csv", "weights.safetensors");

  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
  private static final CSVFormat CSV = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private final Path path;

  RunFolder(Path path) {
    this.path = path;
  }

  static RunFolder of(Path results, String experiment, String variant, long seed, String id) {
    return new RunFolder(
        results
            .resolve("runs")
            .resolve(experiment)
            .resolve(variant)
            .resolve("seed-" + seed + "-" + id));
  }

  Path path() {
    return path;
  }

  Path file(String name) {
    return path.resolve(name);
  }

  boolean isDone() {
    return Files.isRegularFile(file("DONE"));
  }

  void create() throws IOException {
    Files.createDirectories(path);
    Files.deleteIfExists(file("DONE"));
  }

  void write(String name, String text) throws IOException {
    Path temporary = file("." + name + ".part");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(StandardCharsets.UTF_8.encode(text));
      channel.force(true);
    }
    Files.move(
        temporary, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void writeJson(String name, JsonElement json) throws IOException {
    write(name, JSON.toJson(json) + "\n");
  }

  void writeJson(String name, Map<String, ?> values) throws IOException {
    writeJson(name, JSON.toJsonTree(values));
  }

  /** Writes a table anew. */
  void writeCsv(String name, List<String> header, List<List<String>> rows) throws IOException {
    StringBuilder text = new StringBuilder();
    try (CSVPrinter printer = new CSVPrinter(text, CSV)) {
      printer.printRecord(header);
      for (List<String> row : rows) {
        printer.printRecord(row);
      }
    }
    write(name, text.toString());
  }

  /** Adds one row to a table. */
  void appendCsv(String name, List<String> row) throws IOException {
    try (Writer out = Files.newBufferedWriter(file(name), StandardOpenOption.APPEND);
        CSVPrinter printer = new CSVPrinter(out, CSV)) {
      printer.printRecord(row);
    }
  }

  /** Adds a line to log.txt. */
  void log(String line) throws IOException {
    Files.writeString(
        file("log.txt"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Says that the run is finished: the SHA-256 of every deterministic file. */
  void finish() throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    for (String name : DETERMINISTIC) {
      if (Files.exists(file(name))) {
        hashes.put(name, Hashes.ofFile(file(name)));
      }
    }
    writeJson("DONE", hashes);
  }
}
