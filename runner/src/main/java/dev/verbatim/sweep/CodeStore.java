package dev.verbatim.sweep;

import dev.verbatim.run.Code;
import dev.verbatim.store.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies of jars under {@code <sweeps>/jars/<hash>/}, one for all sweeps that use it, so that a
 * build changes nothing for those that are under way.
 */
final class CodeStore {
  private CodeStore() {}

  /**
   * Keeps what this Java machine runs, and says where: jars relative to the folder of all sweeps.
   */
  static List<String> keep(Path sweeps) throws IOException {
    List<String> classPath = new ArrayList<>();
    for (Path entry : Code.classPath()) {
      classPath.add(
          entry.toString().endsWith(".jar") && Files.isRegularFile(entry)
              ? sweeps.relativize(keep(entry, sweeps)).toString()
              : entry.toAbsolutePath().toString());
    }
    return classPath;
  }

  private static Path keep(Path jar, Path sweeps) throws IOException {
    Path folder = sweeps.resolve("jars").resolve(Hashes.ofFile(jar).substring(0, 16));
    Path kept = folder.resolve(jar.getFileName().toString());
    if (!Files.isRegularFile(kept)) {
      Files.createDirectories(folder);
      Path part = folder.resolve("." + jar.getFileName() + "." + ProcessHandle.current().pid());
      Files.copy(jar, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
    return kept;
  }
}
