package dev.verbatim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Arrows between the packages of core point one way: each package knows only those before it. */
class LayeringTest {
  private static final List<String> ORDER =
      List.of("tensor", "autograd", "ops", "nn", "models", "optim");
  private static final Path SOURCES = Path.of("src/main/java/dev/verbatim");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?dev\\.verbatim\\.(\\w+)\\.");

  @Test
  void packagesKnowOnlyThoseBelowThem() throws IOException {
    List<String> wrong = new ArrayList<>();
    List<Path> files;
    try (var walk = Files.walk(SOURCES)) {
      files = walk.filter(f -> f.toString().endsWith(".java")).toList();
    }
    assertTrue(
        files.size() > 30,
        "found only " + files.size() + " sources under " + SOURCES.toAbsolutePath());
    for (Path file : files) {
      String from = SOURCES.relativize(file).getName(0).toString();
      assertTrue(ORDER.contains(from), "a package that the order does not name: " + from);
      var imports = IMPORT.matcher(Files.readString(file));
      while (imports.find()) {
        if (ORDER.indexOf(imports.group(1)) > ORDER.indexOf(from)
            || !ORDER.contains(imports.group(1))) {
          wrong.add(file + " imports " + imports.group(1));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }
}
