package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The real images under VERBATIM_DATA, where they are. */
class RealDataTest {
  private static Path folder(String name) {
    Path folder = Path.of(Optional.ofNullable(System.getenv("VERBATIM_DATA")).orElse("none"), name);
    assumeTrue(
        Files.isDirectory(folder), "skipped: VERBATIM_DATA names no folder that has " + name);
    return folder;
  }

  private static Dataset open(Path folder, ImageSize size) {
    return Dataset.open(
        new Source.ImageFolder(folder),
        new DatasetOptions(
            size,
            new DatasetOptions.Fraction(0.1, 1),
            0,
            false,
            Optional.empty(),
            Optional.empty(),
            2));
  }

  @Test
  void mnistIsSixtyThousandDigits() throws IOException {
    Path folder = folder("mnist");
    Dataset dataset = open(folder, new ImageSize(28, 28, 1));
    assertEquals(60_000, dataset.train().images() + dataset.validation().images());
    assertEquals("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]", dataset.classNames().toString());
    agreesWithImageIo(dataset, folder.resolve("0").resolve("Image 0.png"), 0);
  }

  @Test
  void cifar100IsFiveHundredImagesOfEachOfAHundredClasses() throws IOException {
    Path folder = folder("cifar100");
    Dataset dataset = open(folder, new ImageSize(32, 32, 3));
    assertEquals(45_000, dataset.train().images());
    assertEquals(5_000, dataset.validation().images());
    assertEquals(100, dataset.classNames().size());
    assertEquals("apple", dataset.classNames().getFirst());
  }

  /** The image stored first is the file that comes first. */
  private static void agreesWithImageIo(Dataset dataset, Path file, int stored) throws IOException {
    assumeTrue(Files.isRegularFile(file));
    BufferedImage image = ImageIO.read(file.toFile());
    ImageSet all = dataset.train();
    ImageSet one =
        new ImageSet(
            all.size(), all.pixels(), all.storedImages(), new int[] {stored}, new int[] {0});
    byte[] pixels = TestImages.pixels(one, 0);
    int ink = 0;
    for (int i = 0; i < pixels.length; i++) {
      int rgb = image.getRGB(i % 28, i / 28);
      assertEquals(rgb & 0xff, rgb >> 16 & 0xff, "grey content");
      assertEquals(rgb & 0xff, pixels[i] & 0xff);
      ink += pixels[i] & 0xff;
    }
    assertTrue(ink > 0);
  }
}
