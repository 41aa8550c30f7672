package dev.verbatim.run;

import dev.verbatim.data.CacheFolder;
import dev.verbatim.store.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * SHA-256 of the jars of a program, kept from one start to the next: they are more than 100 MB,
 * which take longer to hash than a small experiment's first step. A jar whose size or time has
 * changed is hashed anew.
 */
final class JarHashes {
  private final Path folder;

  JarHashes() {
    this(CacheFolder.path().resolve("jars"));
  }

  JarHashes(Path folder) {
    this.folder = folder;
  }

  /** By the names of the files; one that cannot be read is "unreadable". */
  Map<String, String> of(List<Path> jars) {
    Path file = folder.resolve(Hashes.ofText(jars.toString()).substring(0, 32) + ".txt");
    Map<String, String> known = read(file);
    Map<String, String> hashes = new TreeMap<>();
    List<String> lines = new ArrayList<>();
    for (Path jar : jars) {
      String hash = "unreadable";
      try {
        String state = state(jar);
        hash = known.containsKey(state) ? known.get(state) : Hashes.ofFile(jar);
        lines.add(hash + " " + state);
      } catch (IOException e) {
        // Said by its hash.
      }
      hashes.put(jar.getFileName().toString(), hash);
    }
    if (!known.keySet().containsAll(lines.stream().map(JarHashes::stateOf).toList())) {
      write(file, lines);
    }
    return hashes;
  }

  private static String state(Path jar) throws IOException {
    var attributes = Files.readAttributes(jar, BasicFileAttributes.class);
    return attributes.size() + " " + attributes.lastModifiedTime() + " " + jar;
  }

  private static String stateOf(String line) {
    return line.substring(line.indexOf(' ') + 1);
  }

  private static Map<String, String> read(Path file) {
    Map<String, String> known = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.matches("[0-9a-f]{64} .*")) {
          known.put(stateOf(line), line.substring(0, 64));
        }
      }
    } catch (IOException e) {
      // Not there yet, or not to be read: all are hashed.
    }
    return known;
  }

  private void write(Path file, List<String> lines) {
    try {
      Files.createDirectories(folder);
      Path draft = Files.createTempFile(folder, "draft-", ".part");
      Files.write(draft, lines);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // The next start hashes them again.
    }
  }
}
