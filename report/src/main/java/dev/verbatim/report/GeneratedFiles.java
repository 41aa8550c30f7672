package dev.verbatim.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of a report, and {@code SHA256SUMS} that lists them as {@code sha256sum} does. Files
 * that an earlier report listed and this one lacks are removed.
 */
final class GeneratedFiles {
  static final String SUMS = "SHA256SUMS";
  static final String PAGE = "index.html";

  /** What sha256sum writes between a hash and a name. */
  private static final String BETWEEN = "  ";

  private final Map<String, byte[]> files = new TreeMap<>();

  void add(String name, String text) {
    add(name, text.getBytes(StandardCharsets.UTF_8));
  }

  void add(String name, byte[] bytes) {
    synchronized (files) {
      files.put(name, bytes);
    }
  }

  String sums() {
    var text = new StringBuilder();
    files.forEach(
        (name, bytes) -> text.append(Sha256.of(bytes)).append("  ").append(name).append('\n'));
    return text.toString();
  }

  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    removeOld(folder);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.write(path, file.getValue());
    }
    Files.writeString(folder.resolve(SUMS), sums());
  }

  /** A file goes only if it is still what the earlier report made. */
  private void removeOld(Path folder) throws IOException {
    Path old = folder.resolve(SUMS);
    if (!Files.isRegularFile(old)) {
      return;
    }
    List<String> lines = Files.readAllLines(old);
    if (lines.stream().noneMatch(line -> line.endsWith(BETWEEN + PAGE))) {
      throw new IOException(
          folder
              + ": a report needs a folder of its own, and "
              + SUMS
              + " there is of other files");
    }
    for (String line : lines) {
      String name = line.substring(line.indexOf(BETWEEN) + BETWEEN.length());
      Path path = folder.resolve(name).normalize();
      if (!files.containsKey(name)
          && path.startsWith(folder.normalize())
          && Files.isRegularFile(path)
          && line.startsWith(Sha256.of(Files.readAllBytes(path)))) {
        Files.delete(path);
      }
    }
  }
}
