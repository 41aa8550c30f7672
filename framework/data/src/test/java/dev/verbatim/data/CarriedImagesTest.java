package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.data.Source.ImageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CarriedImagesTest {
  private static final ImageSize SIZE = new ImageSize(5, 6, 3);
  private static final DatasetOptions OPTIONS = TestImages.options(SIZE, Optional.empty());

  @TempDir Path folder;
  private ImageFolder images;
  private ImageFolder elsewhere;
  private Path file;

  @BeforeEach
  void carry() throws IOException {
    images = new ImageFolder(TestImages.tree(folder.resolve("images"), 2, 4));
    elsewhere = new ImageFolder(folder.resolve("data/images"));
    file = CarriedImages.file(elsewhere.path(), SIZE);
    CarriedImages.write(images, OPTIONS, elsewhere.path());
  }

  @Test
  void theFileIsTheDatasetWhereTheFolderIsNot() {
    Dataset here = Dataset.open(images, OPTIONS);
    Dataset there = Dataset.open(elsewhere, OPTIONS);
    assertEquals(here.parts(), there.parts());
    assertEquals(here.classNames(), there.classNames());
    assertArrayEquals(here.train().indices(), there.train().indices());
    assertEquals(
        List.of("cache_read"), there.loading().stream().map(LoadingRecord::phase).toList());
  }

  @Test
  void aChangedPixelIsFound() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[17] ^= 1;
    Files.write(file, bytes);
    var e = assertThrows(DataException.class, () -> Dataset.open(elsewhere, OPTIONS));
    assertEquals(
        file + " is damaged or of another version; write it again with 'verbatim data pack'",
        e.getMessage());
  }

  @Test
  void theFolderItselfComesFirst() throws IOException {
    TestImages.tree(elsewhere.path(), 3, 4);
    assertEquals(3, Dataset.open(elsewhere, OPTIONS).classNames().size());
  }

  @Test
  void anotherSizeIsAnotherFile() {
    var larger = TestImages.options(new ImageSize(7, 7, 3), Optional.empty());
    var e = assertThrows(DataException.class, () -> Dataset.open(elsewhere, larger));
    assertTrue(e.getMessage().contains("is not there"), e.getMessage());
  }
}
