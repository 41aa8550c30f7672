package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
