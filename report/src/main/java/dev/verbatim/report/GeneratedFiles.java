package dev.verbatim.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of a report, and {@code SHA256SUMS} that lists them as {@code sha256sum} does. Files
 * that an earlier report listed and this one lacks are removed.
 */
final class GeneratedFiles {
  static final String SUMS = "SHA256SUMS";

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

  private void removeOld(Path folder) throws IOException {
    Path old = folder.resolve(SUMS);
    if (!Files.isRegularFile(old)) {
      return;
    }
    for (String line : Files.readAllLines(old)) {
      String name = line.replaceFirst("^[0-9a-f]{64}  ", "");
      Path path = folder.resolve(name).normalize();
      if (!files.containsKey(name)
          && path.startsWith(folder.normalize())
          && Files.isRegularFile(path)) {
        Files.delete(path);
      }
    }
  }
}
