package dev.verbatim.run;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
        new JarHashes().of(jarFiles()));
  }

  /** What this Java machine runs: jars, and folders of classes while the program is developed. */
  public static List<Path> classPath() {
    return Arrays.stream(
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .split(File.pathSeparator, -1))
        .map(Path::of)
        .toList();
  }

  private static List<Path> jarFiles() {
    return classPath().stream()
        .filter(p -> p.toString().endsWith(".jar") && Files.isRegularFile(p))
        .toList();
  }
}
