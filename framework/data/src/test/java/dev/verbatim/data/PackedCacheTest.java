package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedCacheTest {
  private static final ImageSize SIZE = new ImageSize(5, 6, 3);

  @TempDir Path folder;
  private Path images;
  private Path cache;

  @BeforeEach
  void writeImages() throws IOException {
    images = TestImages.tree(folder.resolve("images"), 2, 4);
    cache = folder.resolve("cache");
  }

  private Dataset open() {
    return Dataset.open(
        new Source.ImageFolder(images), TestImages.options(SIZE, Optional.of(cache)));
  }

  private static boolean isCached(Dataset dataset) {
    return dataset.loading().stream().anyMatch(LoadingRecord::cached);
  }

  @Test
  void theSecondTimeComesFromTheCacheWithTheSamePixels() {
    Dataset cold = open();
    Dataset cached = open();
    assertEquals(
        List.of("scan", "decode", "cache_write"),
        cold.loading().stream().map(LoadingRecord::phase).toList());
    assertEquals(
        List.of("scan", "cache_read"),
        cached.loading().stream().map(LoadingRecord::phase).toList());
    assertEquals(cold.fingerprint(), cached.fingerprint());
    assertEquals(cold.parts(), cached.parts());
    assertArrayEquals(cold.train().indices(), cached.train().indices());
    assertArrayEquals(TestImages.pixels(cold.train(), 2), TestImages.pixels(cached.train(), 2));
  }

  @Test
  void aChangedSourceIsDecodedAnew() throws IOException {
    Dataset before = open();
    TestImages.write(images.resolve("class 0").resolve("Image 1.png"), "png", 6, 5, 200, false);
    Dataset after = open();
    assertTrue(!isCached(after) && !before.fingerprint().equals(after.fingerprint()));
  }

  @Test
  void aTornOrDamagedCacheIsDecodedAnew() throws IOException {
    Dataset whole = open();
    byte[] bytes;
    Path file;
    try (var files = Files.list(cache)) {
      file = files.findFirst().orElseThrow();
    }
    bytes = Files.readAllBytes(file);
    for (int length : new int[] {0, 10, bytes.length - 1}) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertTrue(!isCached(open()), "cut to " + length);
    }
    byte[] damaged = bytes.clone();
    damaged[bytes.length - 60] ^= 1; // in the footer
    Files.write(file, damaged);
    Dataset again = open();
    assertTrue(!isCached(again));
    assertEquals(whole.fingerprint(), again.fingerprint());
    assertTrue(isCached(open()));
  }

  @Test
  void twoThatBuildItAtOnceBothSucceed() throws InterruptedException {
    List<Dataset> opened = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(i -> Thread.ofPlatform().start(() -> opened.add(open())))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(4, opened.size());
    assertEquals(1, opened.stream().map(Dataset::fingerprint).distinct().count());
    assertTrue(isCached(open()));
  }

  @Test
  void twoProcessesThatBuildItAtOnceBothSucceed() throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElse("java"),
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Another.class.getName(),
                  images.toString(),
                  cache.toString())
              .redirectErrorStream(true)
              .start());
    }
    List<String> printed = new ArrayList<>();
    for (Process process : processes) {
      printed.add(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      assertEquals(0, process.waitFor(), printed.toString());
    }
    Dataset here = open();
    assertTrue(isCached(here));
    assertEquals(List.of(here.fingerprint(), here.fingerprint()), printed);
    try (var files = Files.list(cache)) {
      assertEquals(1, files.count(), "no draft is left");
    }
  }

  /** A process that opens the images and prints their fingerprint. */
  static final class Another {
    private Another() {}

    public static void main(String[] args) {
      Dataset dataset =
          Dataset.open(
              new Source.ImageFolder(Path.of(args[0])),
              TestImages.options(SIZE, Optional.of(Path.of(args[1]))));
      System.out.print(dataset.fingerprint());
    }
  }

  @Test
  void filesInFoldersOfAClassAreFoundAndWatched() throws IOException {
    Path nested = images.resolve("class 0").resolve("more").resolve("Image 1.png");
    TestImages.write(nested, "png", 6, 5, 77, false);
    Dataset before = open();
    assertEquals(9, before.parts().getFirst().images());
    TestImages.write(nested, "png", 6, 5, 78, false);
    Files.setLastModifiedTime(nested, FileTime.from(Instant.ofEpochSecond(1_000_000_000, 1)));
    Dataset after = open();
    assertFalse(isCached(after));
    assertNotEquals(before.fingerprint(), after.fingerprint());
  }

  @Test
  void aFileThatWasRewrittenANanosecondLaterWithTheSameSizeIsNoticed() throws IOException {
    Path file = images.resolve("class 1").resolve("Image 2.png");
    for (int nanos = 0; nanos < 2; nanos++) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000_000, nanos)));
      assertFalse(isCached(open()));
      assertTrue(isCached(open()));
    }
  }

  @Test
  void aRenamedARemovedAndAnAddedFileAreNoticed() throws IOException {
    Dataset first = open();
    Path file = images.resolve("class 1").resolve("Image 4.png");
    Files.move(file, file.resolveSibling("Image 0.png"));
    Dataset renamed = open();
    assertFalse(isCached(renamed));
    assertNotEquals(first.fingerprint(), renamed.fingerprint(), "the order is another");
    Files.delete(file.resolveSibling("Image 0.png"));
    assertEquals(7, open().parts().getFirst().images());
    TestImages.write(file, "png", 6, 5, 44, true); // as it was at first
    assertEquals(first.fingerprint(), open().fingerprint());
  }

  @Test
  void skippedFilesAreListedFromTheCacheAndStillRefusedWhenAskedTo() throws IOException {
    Files.writeString(images.resolve("class 0").resolve("notes.txt"), "not an image");
    var lenient =
        new DatasetOptions(
            SIZE,
            new DatasetOptions.Fraction(0.25, 0),
            0,
            true,
            Optional.empty(),
            Optional.of(cache),
            2);
    Dataset cold = Dataset.open(new Source.ImageFolder(images), lenient);
    Dataset cached = Dataset.open(new Source.ImageFolder(images), lenient);
    assertTrue(isCached(cached));
    assertEquals(
        List.of(new Skipped("class 0/notes.txt", "not a PNG, JPEG or BMP file")),
        cached.parts().getFirst().skipped());
    assertEquals(cold.parts(), cached.parts());
    assertThrows(DataException.class, this::open);
  }
}
