package dev.verbatim.data;

import dev.verbatim.tensor.Philox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgcodecs.Imgcodecs;

/**
 * Writes small datasets of generated digits in the layout of each real one, so that every
 * experiment can be tried without a download.
 */
public final class SampleData {
  private static final int SIDE = 28;

  private final Glyphs glyphs = new Glyphs();
  private final Path root;

  private SampleData(Path root) {
    this.root = root;
  }

  /**
   * Writes {@code mnist}, {@code cifar100} and {@code cifar10} (image folders), {@code idx} and
   * {@code cifar_binary} under a folder.
   *
   * @throws DataException if they cannot be written
   */
  public static void write(Path root) {
    OpenCv.load();
    var sample = new SampleData(root);
    try {
      sample.imageFolder("mnist/%d", 10, 64, SIDE, "Image %d.png", 4);
      sample.imageFolder("cifar100/class_%02d", 100, 8, 32, "Image_%d.png", 4);
      sample.imageFolder("cifar10/train/class_%d", 10, 40, 32, "%04d.jpg", 3);
      sample.imageFolder("cifar10/test/class_%d", 10, 10, 32, "%04d.jpg", 3);
      sample.idx();
      sample.cifarBinary();
    } catch (IOException e) {
      throw new DataException("cannot write sample data to " + root + ": " + e.getMessage(), e);
    }
  }

  private void imageFolder(
      String folder, int classes, int perClass, int side, String name, int channels)
      throws IOException {
    for (int c = 0; c < classes; c++) {
      Path target = root.resolve(String.format(Locale.ROOT, folder, c));
      Files.createDirectories(target);
      for (int i = 0; i < perClass; i++) {
        byte[] rgb = tinted(c, i * classes + c, side);
        byte[] pixels = new byte[side * side * channels];
        for (int p = 0; p < side * side; p++) {
          for (int k = 0; k < channels; k++) {
            pixels[p * channels + k] = k == 3 ? (byte) 255 : rgb[p * 3 + 2 - k];
          }
        }
        Mat image = new Mat(side, side, CvType.CV_8UC(channels));
        image.put(0, 0, pixels);
        String file = target.resolve(String.format(Locale.ROOT, name, i + 1)).toString();
        if (!Imgcodecs.imwrite(file, image)) {
          throw new IOException(file);
        }
        image.release();
      }
    }
  }

  /** A digit (class modulo 10), red, green, blue; from class 10 on in the colour of its tens. */
  private byte[] tinted(int label, int index, int side) {
    byte[] grey = new byte[SIDE * SIDE];
    glyphs.draw(label % 10, new Philox(0, Philox.Purpose.GLYPHS, 1, index), grey);
    byte[] scaled = new byte[side * side];
    Pixels.resize(grey, SIDE, SIDE, scaled, new ImageSize(side, side, 1));
    byte[] rgb = new byte[side * side * 3];
    int tens = label / 10;
    for (int p = 0; p < scaled.length; p++) {
      for (int k = 0; k < 3; k++) {
        int share = 4 - (tens >> k & 1) * (1 + (tens >> 3));
        rgb[p * 3 + k] = (byte) ((scaled[p] & 0xff) * share / 4);
      }
    }
    return rgb;
  }

  private void idx() throws IOException {
    int count = 500;
    ByteBuffer images =
        ByteBuffer.allocate(16 + count * SIDE * SIDE)
            .putInt(0x0803)
            .putInt(count)
            .putInt(SIDE)
            .putInt(SIDE);
    ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count);
    byte[] image = new byte[SIDE * SIDE];
    for (int i = 0; i < count; i++) {
      glyphs.draw(i % 10, new Philox(0, Philox.Purpose.GLYPHS, 2, i), image);
      images.put(image);
      labels.put((byte) (i % 10));
    }
    Path folder = Files.createDirectories(root.resolve("idx"));
    try (var out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("train-images-idx3-ubyte.gz")))) {
      out.write(images.array());
    }
    Files.write(folder.resolve("train-labels-idx1-ubyte"), labels.array());
  }

  private void cifarBinary() throws IOException {
    Path folder = Files.createDirectories(root.resolve("cifar_binary"));
    for (int file = 1; file <= 5; file++) {
      Files.write(folder.resolve("data_batch_" + file + ".bin"), cifarRecords(10, 100, file));
    }
    Files.write(folder.resolve("test_batch.bin"), cifarRecords(10, 100, 6));
    Files.write(folder.resolve("train.bin"), cifarRecords(100, 800, 7));
    Files.write(folder.resolve("test.bin"), cifarRecords(100, 200, 8));
  }

  private byte[] cifarRecords(int classes, int count, int epoch) {
    int labelBytes = classes == 100 ? 2 : 1;
    ByteBuffer records = ByteBuffer.allocate(count * (labelBytes + 3 * 1024));
    for (int i = 0; i < count; i++) {
      int label = i % classes;
      if (labelBytes == 2) {
        records.put((byte) (label / 5));
      }
      records.put((byte) label);
      byte[] rgb = tinted(label, epoch * 1000 + i, 32);
      for (int k = 0; k < 3; k++) {
        for (int p = 0; p < 1024; p++) {
          records.put(rgb[p * 3 + k]);
        }
      }
    }
    return records.array();
  }
}
