package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFolderTest {
  private static final ImageSize COLOUR = new ImageSize(5, 6, 3);

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"png,true", "png,false", "bmp,false"})
  void colourPixelsComeThroughExactly(String format, boolean alpha) throws IOException {
    for (int c = 0; c < 2; c++) {
      for (int i = 0; i < 2; i++) {
        TestImages.write(
            folder.resolve("c" + c).resolve("a " + i + "." + format),
            format,
            6,
            5,
            10 * c + i,
            alpha);
      }
    }
    Dataset dataset = Dataset.open(new Source.ImageFolder(folder), noSplit(COLOUR));
    byte[] pixels = TestImages.pixels(dataset.train(), 3);
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 6; x++) {
        int rgb = TestImages.rgb(x, y, 11);
        for (int k = 0; k < 3; k++) {
          assertEquals(rgb >> (16 - 8 * k) & 0xff, pixels[(y * 6 + x) * 3 + k] & 0xff);
        }
      }
    }
  }

  @Test
  void greyIsTheWrittenFormulaOfColour() throws IOException {
    TestImages.tree(folder, 2, 2);
    Dataset dataset = Dataset.open(new Source.ImageFolder(folder), noSplit(new ImageSize(5, 6, 1)));
    int rgb = TestImages.rgb(2, 1, 1);
    int grey = (77 * (rgb >> 16 & 0xff) + 150 * (rgb >> 8 & 0xff) + 29 * (rgb & 0xff) + 128) >> 8;
    assertEquals(grey, TestImages.pixels(dataset.train(), 0)[1 * 6 + 2] & 0xff);
  }

  @Test
  void jpegIsCloseToWhatWasWritten() throws IOException {
    for (int c = 0; c < 2; c++) {
      TestImages.write(folder.resolve("c" + c).resolve("1.jpg"), "jpg", 32, 32, 100 * c, false);
    }
    Dataset dataset =
        Dataset.open(new Source.ImageFolder(folder), noSplit(new ImageSize(32, 32, 3)));
    byte[] pixels = TestImages.pixels(dataset.train(), 0);
    long error = 0;
    for (int i = 0; i < pixels.length; i++) {
      error +=
          Math.abs(
              (TestImages.rgb(i / 3 % 32, i / 96, 0) >> (16 - 8 * (i % 3)) & 0xff)
                  - (pixels[i] & 0xff));
    }
    assertTrue(
        error / (double) pixels.length < 12,
        "mean error " + error / (double) pixels.length); // JPEG at its default quality
  }

  @Test
  void classesAndFilesAreInNaturalOrder() throws IOException {
    for (String name : List.of("10", "9", "1")) {
      TestImages.write(folder.resolve(name).resolve("x 2.png"), "png", 6, 5, 2, true);
      TestImages.write(folder.resolve(name).resolve("x 10.png"), "png", 6, 5, 10, true);
    }
    Dataset dataset = Dataset.open(new Source.ImageFolder(folder), noSplit(COLOUR));
    assertEquals(List.of("1", "9", "10"), dataset.classNames());
    assertEquals(TestImages.rgb(0, 0, 2) >> 16, TestImages.pixels(dataset.train(), 0)[0]);
  }

  @Test
  void theSplitTakesTheShareOfEachClassAndDependsOnTheSeedAlone() throws IOException {
    TestImages.tree(folder, 3, 8);
    var options = TestImages.options(COLOUR, Optional.empty());
    Dataset first = Dataset.open(new Source.ImageFolder(folder), options);
    Dataset again = Dataset.open(new Source.ImageFolder(folder), options);
    assertEquals(18, first.train().images());
    assertArrayEquals(new int[] {0, 0, 1, 1, 2, 2}, first.validation().labels());
    assertArrayEquals(first.validation().indices(), again.validation().indices());
    int[] all =
        IntStream.concat(
                Arrays.stream(first.train().indices()), Arrays.stream(first.validation().indices()))
            .sorted()
            .toArray();
    assertArrayEquals(IntStream.range(0, 24).toArray(), all);
  }

  @Test
  void badFilesAreNamedOrSkippedAsAsked() throws IOException {
    TestImages.tree(folder, 2, 4);
    Path good = folder.resolve("class 1").resolve("Image 1.png");
    byte[] whole = Files.readAllBytes(good);
    Files.write(
        folder.resolve("class 0").resolve("Image 5.png"), Arrays.copyOf(whole, whole.length - 20));
    Files.write(folder.resolve("class 0").resolve("Image 6.png"), new byte[0]);
    Files.writeString(folder.resolve("class 0").resolve("Image 7.png"), "not an image");
    byte[] flipped = whole.clone();
    Arrays.fill(flipped, 40, whole.length - 16, (byte) 0x55);
    Files.write(folder.resolve("class 0").resolve("Image 8.png"), flipped);
    var strict = noSplit(COLOUR);
    var e =
        assertThrows(
            DataException.class, () -> Dataset.open(new Source.ImageFolder(folder), strict));
    assertTrue(
        e.getMessage()
            .matches(
                "image .*Image 5\\.png: truncated PNG; mend or remove it, or set dataset.on_bad_image: skip"),
        e.getMessage());
    var lenient =
        new DatasetOptions(
            COLOUR,
            new DatasetOptions.Fraction(0, 0),
            0,
            true,
            Optional.empty(),
            Optional.empty(),
            2);
    Dataset dataset = Dataset.open(new Source.ImageFolder(folder), lenient);
    List<String> skipped =
        dataset.parts().getFirst().skipped().stream().map(Skipped::file).toList();
    assertEquals(
        List.of(
            "class 0/Image 5.png",
            "class 0/Image 6.png",
            "class 0/Image 7.png",
            "class 0/Image 8.png"),
        skipped);
    assertEquals(8, dataset.train().images());
  }

  @Test
  void missingFoldersEmptyClassesAndSingleClassesAreRefused() throws IOException {
    Path missing = folder.resolve("nowhere");
    var e =
        assertThrows(
            DataException.class,
            () -> Dataset.open(new Source.ImageFolder(missing), noSplit(COLOUR)));
    assertEquals(
        "dataset folder "
            + missing
            + " is not there; --data or VERBATIM_DATA names the folder it is looked for in",
        e.getMessage());
    TestImages.tree(folder, 1, 2);
    e =
        assertThrows(
            DataException.class,
            () -> Dataset.open(new Source.ImageFolder(folder), noSplit(COLOUR)));
    assertEquals(
        "dataset " + folder + ": needs at least two classes, has [class 0]", e.getMessage());
    Files.createDirectories(folder.resolve("empty"));
    e =
        assertThrows(
            DataException.class,
            () -> Dataset.open(new Source.ImageFolder(folder), noSplit(COLOUR)));
    assertEquals(
        "dataset " + folder + ": class 'empty' has no images; remove its folder or fill it",
        e.getMessage());
  }

  @Test
  void aFingerprintThatDiffersNamesBoth() throws IOException {
    TestImages.tree(folder, 2, 2);
    var options =
        new DatasetOptions(
            COLOUR,
            new DatasetOptions.Fraction(0, 0),
            0,
            false,
            Optional.of("0123"),
            Optional.empty(),
            1);
    var e =
        assertThrows(
            DataException.class, () -> Dataset.open(new Source.ImageFolder(folder), options));
    assertTrue(
        e.getMessage()
            .matches("dataset .*: needs pixels with fingerprint 0123, these have [0-9a-f]{64}; .*"),
        e.getMessage());
  }

  @Test
  void aValidationFolderOfItsOwnMustHaveTheSameClasses() throws IOException {
    TestImages.tree(folder.resolve("train"), 2, 3);
    TestImages.tree(folder.resolve("test"), 2, 1);
    Dataset dataset =
        Dataset.open(
            new Source.ImageFolder(folder.resolve("train")), separate(folder.resolve("test")));
    assertEquals(6, dataset.train().images());
    assertEquals(2, dataset.validation().images());
    TestImages.tree(folder.resolve("other"), 3, 1);
    assertThrows(
        DataException.class,
        () ->
            Dataset.open(
                new Source.ImageFolder(folder.resolve("train")),
                separate(folder.resolve("other"))));
  }

  private static DatasetOptions separate(Path validation) {
    return new DatasetOptions(
        COLOUR,
        new DatasetOptions.Separate(new Source.ImageFolder(validation)),
        0,
        false,
        Optional.empty(),
        Optional.empty(),
        2);
  }

  private static DatasetOptions noSplit(ImageSize size) {
    return new DatasetOptions(
        size, new DatasetOptions.Fraction(0, 0), 0, false, Optional.empty(), Optional.empty(), 2);
  }
}
