package dev.verbatim.run;

import dev.verbatim.store.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The source tree that the program runs from, as git sees it. */
public final class WorkingTree {
  private final Path home;

  /** The tree of a folder, which may be none of git's. */
  public WorkingTree(Path home) {
    this.home = home;
  }

  /** The commit that is checked out; empty if git does not know. */
  public String commit() {
    return git("rev-parse", "HEAD").strip();
  }

  /** One line of {@code git status} for each file that is not as committed. */
  public List<String> changes() {
    return git("status", "--porcelain", "--untracked-files=all").lines().toList();
  }

  /** What turns the commit into the tree: tracked files alone. */
  String patch() {
    return git("diff", "HEAD", "--binary");
  }

  /** Files that git does not know and does not ignore, with their SHA-256. */
  Map<String, String> untracked() {
    Map<String, String> hashes = new TreeMap<>();
    for (String name : git("ls-files", "--others", "--exclude-standard", "-z").split("\0", -1)) {
      Path file = home.resolve(name);
      if (!name.isEmpty() && Files.isRegularFile(file)) {
        try {
          hashes.put(name, Hashes.ofFile(file));
        } catch (IOException e) {
          hashes.put(name, "unreadable");
        }
      }
    }
    return hashes;
  }

  private String git(String... arguments) {
    try {
      var command = new ArrayList<>(List.of("git", "-C", home.toString()));
      command.addAll(List.of(arguments));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0 ? out : "";
    } catch (IOException e) {
      return ""; // no git here
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
