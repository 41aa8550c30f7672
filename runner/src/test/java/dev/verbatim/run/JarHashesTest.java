package dev.verbatim.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.store.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarHashesTest {
  private static final FileTime BEFORE = FileTime.from(Instant.parse("2026-01-02T03:04:05.006Z"));

  @TempDir Path folder;

  private Path jar(String name, String content) throws IOException {
    Path jar = Files.writeString(folder.resolve(name), content);
    Files.setLastModifiedTime(jar, BEFORE);
    return jar;
  }

  private Map<String, String> hashes(Path... jars) {
    return new JarHashes(folder.resolve("cache")).of(List.of(jars));
  }

  @Test
  void whatIsKeptIsUsedUntilSizeOrTimeChange() throws IOException {
    Path a = jar("a b.jar", "one");
    Path b = jar("b.jar", "two");
    Map<String, String> first =
        Map.of("a b.jar", Hashes.ofText("one"), "b.jar", Hashes.ofText("two"));
    assertEquals(first, hashes(a, b));
    jar("a b.jar", "ONE"); // as large and as old as before: not read again
    assertEquals(first, hashes(a, b));
    Files.setLastModifiedTime(a, FileTime.from(BEFORE.toInstant().plusNanos(1000)));
    assertEquals(Hashes.ofText("ONE"), hashes(a, b).get("a b.jar"));
    jar("b.jar", "three");
    assertEquals(Hashes.ofText("three"), hashes(a, b).get("b.jar"));
  }

  @Test
  void otherJarsAreKeptApartAndDamageDoesNoHarm() throws IOException {
    Path a = jar("a.jar", "one");
    assertEquals(Map.of("a.jar", Hashes.ofText("one")), hashes(a));
    assertEquals(2, hashes(a, jar("b.jar", "two")).size());
    try (var files = Files.list(folder.resolve("cache"))) {
      List<Path> kept = files.toList();
      assertEquals(2, kept.size());
      for (Path file : kept) {
        Files.writeString(file, "zz\\n" + Files.readString(file).replace('-', '/'));
      }
    }
    assertEquals(Map.of("a.jar", Hashes.ofText("one")), hashes(a));
  }

  @Test
  void whatCannotBeReadOrKeptIsSaidOrLetBe() throws IOException {
    Path gone = folder.resolve("gone.jar");
    assertEquals(Map.of("gone.jar", "unreadable"), hashes(gone));
    Files.writeString(folder.resolve("file"), "");
    Path a = jar("a.jar", "one");
    assertTrue(
        new JarHashes(folder.resolve("file")).of(List.of(a)).containsValue(Hashes.ofText("one")));
  }
}
