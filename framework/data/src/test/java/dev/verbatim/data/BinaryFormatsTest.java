package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** idx and CIFAR files written byte by byte from their published descriptions. */
class BinaryFormatsTest {
  @TempDir Path folder;

  private static DatasetOptions all(ImageSize size) {
    return new DatasetOptions(
        size, new DatasetOptions.Fraction(0, 0), 0, false, Optional.empty(), Optional.empty(), 2);
  }

  private static final byte[] IMAGES = {
    0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, (byte) 255, 0, 0, 0, 0, 7
  };
  private static final byte[] LABELS = {0, 0, 8, 1, 0, 0, 0, 2, 1, 0};

  @Test
  void idxPlainAndPacked() throws IOException {
    Files.write(folder.resolve("labels"), LABELS);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("images.gz")))) {
      out.write(IMAGES);
    }
    var source = new Source.Idx(folder.resolve("images"), folder.resolve("labels"));
    Dataset dataset = Dataset.open(source, all(new ImageSize(2, 3, 1)));
    assertArrayEquals(new int[] {1, 0}, dataset.train().labels());
    assertArrayEquals(
        new byte[] {(byte) 255, 0, 0, 0, 0, 7}, TestImages.pixels(dataset.train(), 1));
  }

  @Test
  void damagedIdxFilesSayWhatIsWrong() throws IOException {
    Path images = folder.resolve("images");
    Path labels = folder.resolve("labels");
    var source = new Source.Idx(images, labels);
    Files.write(labels, LABELS);
    Files.write(images, Arrays.copyOf(IMAGES, IMAGES.length - 1));
    var e =
        assertThrows(DataException.class, () -> Dataset.open(source, all(new ImageSize(2, 3, 1))));
    assertEquals(images + " is damaged: its header asks for 28 bytes, it has 27", e.getMessage());
    Files.write(images, new byte[] {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3});
    e = assertThrows(DataException.class, () -> Dataset.open(source, all(new ImageSize(2, 3, 1))));
    assertEquals(images + " is damaged: its images are 0 x 3 pixels", e.getMessage());
    Files.write(images, LABELS);
    e = assertThrows(DataException.class, () -> Dataset.open(source, all(new ImageSize(2, 3, 1))));
    assertEquals(images + " is not an idx file of images (magic 00 00 08 03)", e.getMessage());
    Files.delete(images);
    e = assertThrows(DataException.class, () -> Dataset.open(source, all(new ImageSize(2, 3, 1))));
    assertEquals(
        "dataset file "
            + images
            + " is not there (nor images.gz); --data or VERBATIM_DATA names the folder it is looked for in",
        e.getMessage());
  }

  @Test
  void cifar10And100() throws IOException {
    for (int file = 1; file <= 5; file++) {
      Files.write(folder.resolve("data_batch_" + file + ".bin"), cifar(1, 10));
    }
    Files.write(folder.resolve("train.bin"), cifar(2, 100));
    Files.write(
        folder.resolve("fine_label_names.txt"),
        IntStream.range(0, 100).mapToObj(i -> "name" + i).toList());
    Dataset ten =
        Dataset.open(new Source.CifarBinary(folder, 10, true), all(new ImageSize(32, 32, 3)));
    assertEquals(50, ten.train().images());
    byte[] pixels = TestImages.pixels(ten.train(), 13);
    assertEquals(
        List.of(103, 53, 3), List.of(pixels[0] & 0xff, pixels[1] & 0xff, pixels[2] & 0xff));
    Dataset hundred =
        Dataset.open(new Source.CifarBinary(folder, 100, true), all(new ImageSize(32, 32, 3)));
    assertEquals("name7", hundred.classNames().get(7));
    assertEquals(99, hundred.train().labels()[99]);
  }

  /**
   * One image of each class: its planes red, green and blue filled with class + 100, + 50 and + 0.
   */
  private static byte[] cifar(int labelBytes, int classes) {
    var out = new ByteArrayOutputStream();
    for (int c = 0; c < classes; c++) {
      if (labelBytes == 2) {
        out.write(c / 5);
      }
      out.write(c);
      for (int plane = 0; plane < 3; plane++) {
        for (int p = 0; p < 1024; p++) {
          out.write(c + 100 - 50 * plane);
        }
      }
    }
    return out.toByteArray();
  }
}
