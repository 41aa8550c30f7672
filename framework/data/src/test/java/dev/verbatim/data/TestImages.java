package dev.verbatim.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;

/** Image files written by another program: the JDK's ImageIO. */
final class TestImages {
  private TestImages() {}

  /** A red, green and blue gradient that differs with {@code tone}. */
  static int rgb(int x, int y, int tone) {
    return (x * 7 + tone) % 256 << 16 | (y * 11 + tone) % 256 << 8 | (x + y + 3 * tone) % 256;
  }

  static void write(Path file, String format, int width, int height, int tone, boolean alpha)
      throws IOException {
    BufferedImage image =
        new BufferedImage(
            width, height, alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 0xff000000 | rgb(x, y, tone));
      }
    }
    Files.createDirectories(file.getParent());
    ImageIO.write(image, format, file.toFile());
  }

  /**
   * A tree of {@code classes} folders with {@code perClass} RGBA PNG files each, whose names have a
   * space.
   */
  static Path tree(Path root, int classes, int perClass) throws IOException {
    for (int c = 0; c < classes; c++) {
      for (int i = 1; i <= perClass; i++) {
        write(
            root.resolve("class " + c).resolve("Image " + i + ".png"),
            "png",
            6,
            5,
            40 * c + i,
            true);
      }
    }
    return root;
  }

  static DatasetOptions options(ImageSize size, Optional<Path> cache) {
    return new DatasetOptions(
        size, new DatasetOptions.Fraction(0.25, 0), 0, false, Optional.empty(), cache, 2);
  }

  static byte[] pixels(ImageSet set, int image) {
    byte[] bytes = new byte[set.size().bytes()];
    MemorySegment.copy(
        set.pixels(),
        ValueLayout.JAVA_BYTE,
        (long) set.indices()[image] * bytes.length,
        bytes,
        0,
        bytes.length);
    return bytes;
  }
}
