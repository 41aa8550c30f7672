package dev.verbatim.run;

import dev.verbatim.store.Hashes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The code that makes results.
 *
 * @param commit empty where git knows none
 * @param dirty whether anything is not as committed
 * @param patch from the commit to the tree; empty if there is none
 * @param untracked SHA-256 of files that git does not know
 * @param jars SHA-256 by name
 */
public record Code(
    String commit,
    boolean dirty,
    String patch,
    Map<String, String> untracked,
    Map<String, String> jars) {
  /** This program, from the tree where it was built. */
  public static Code ofThisProgram(Path home) {
    var tree = new WorkingTree(home);
    String commit = tree.commit();
    return new Code(
        commit,
        !commit.isEmpty() && !tree.changes().isEmpty(),
        commit.isEmpty() ? "" : tree.patch(),
        tree.untracked(),
        jarHashes());
  }

  /** What this Java machine runs: jars, and folders of classes while the program is developed. */
  public static List<Path> classPath() {
    return Arrays.stream(
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .split(File.pathSeparator, -1))
        .map(Path::of)
        .toList();
  }

  private static Map<String, String> jarHashes() {
    Map<String, String> hashes = new TreeMap<>();
    for (Path jar : classPath()) {
      if (jar.toString().endsWith(".jar") && Files.isRegularFile(jar)) {
        try {
          hashes.put(jar.getFileName().toString(), Hashes.ofFile(jar));
        } catch (IOException e) {
          hashes.put(jar.getFileName().toString(), "unreadable");
        }
      }
    }
    return hashes;
  }
}
