package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgcodecs.Imgcodecs;

/** Our reading of PNG files beside OpenCV's. */
class PlainPngTest {
  private final Random random = new Random(7);

  @BeforeAll
  static void load() {
    OpenCv.load();
  }

  private static byte[] deflated(byte[] bytes) {
    var deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    byte[] stream = new byte[2 * bytes.length + 100];
    int length = 0;
    while (!deflater.finished()) {
      length += deflater.deflate(stream, length, stream.length - length);
    }
    deflater.end();
    return Arrays.copyOf(stream, length);
  }

  /** A PNG file whose rows use all filters in turn, its pixels in {@code pieces} chunks. */
  private static byte[] png(byte[] rows, int width, int height, int colour, int pieces) {
    var file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(width).putInt(height).put((byte) 8).put((byte) colour);
    chunk(file, "IHDR", header.array());
    chunk(file, "tEXt", "Software\0a test".getBytes(StandardCharsets.ISO_8859_1));
    byte[] stream = deflated(rows);
    for (int i = 0; i < pieces; i++) {
      int from = stream.length * i / pieces;
      chunk(file, "IDAT", Arrays.copyOfRange(stream, from, stream.length * (i + 1) / pieces));
    }
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
    byte[] typed = new byte[4 + data.length];
    System.arraycopy(type.getBytes(StandardCharsets.ISO_8859_1), 0, typed, 0, 4);
    System.arraycopy(data, 0, typed, 4, data.length);
    var checksum = new CRC32();
    checksum.update(typed);
    file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    file.writeBytes(typed);
    file.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "2, 3", "4, 2", "6, 4"})
  void pixelsAreThoseThatOpenCvReads(int colour, int channels) {
    for (int width : new int[] {1, 2, 3, 28, 32, 301}) {
      for (int pieces : new int[] {1, 3}) {
        int height = 17;
        byte[] rows = new byte[height * (1 + width * channels)];
        random.nextBytes(rows);
        for (int y = 0; y < height; y++) {
          rows[y * (1 + width * channels)] = (byte) ((y + 4) % 5); // the first by the nearest
        }
        byte[] file = png(rows, width, height, colour, pieces);
        Optional<PlainPng.Rows> read = new PlainPng().decode(ByteBuffer.wrap(file));
        String what = "colour type " + colour + ", width " + width + ", " + pieces + " pieces";
        assertTrue(read.isPresent(), what);
        compare(read.get(), file, height, width, channels, what);
      }
    }
  }

  private static void compare(
      PlainPng.Rows read, byte[] file, int height, int width, int channels, String what) {
    assertEquals(
        List.of(height, width, channels), List.of(read.height(), read.width(), read.channels()));
    byte[] ours = new byte[height * width * 3];
    for (int y = 0; y < height; y++) {
      Pixels.convert(read.bytes(), read.at(y), channels, width, ours, y * width * 3, 3);
    }
    var bytes = new Mat(1, file.length, CvType.CV_8UC1);
    bytes.put(0, 0, file);
    Mat image = Imgcodecs.imdecode(bytes, Imgcodecs.IMREAD_COLOR);
    byte[] theirs = new byte[ours.length];
    image.get(0, 0, theirs);
    for (int i = 0; i < theirs.length; i += 3) { // blue, green, red
      byte blue = theirs[i];
      theirs[i] = theirs[i + 2];
      theirs[i + 2] = blue;
    }
    assertArrayEquals(theirs, ours, what);
  }

  @Test
  void whatIsNotPlainIsLeftToOpenCv() {
    byte[] rows = new byte[4 * 5];
    byte[] plain = png(rows, 4, 4, 0, 1);
    assertTrue(new PlainPng().decode(ByteBuffer.wrap(plain)).isPresent());
    int[][] changes = {{24, 4}, {24, 16}, {25, 3}, {28, 1}};
    for (int[] change : changes) {
      byte[] other = plain.clone();
      other[change[0]] = (byte) change[1];
      assertTrue(new PlainPng().decode(ByteBuffer.wrap(other)).isEmpty(), "byte " + change[0]);
    }
    byte[] transparent =
        new String(plain, StandardCharsets.ISO_8859_1)
            .replace("tEXt", "tRNS")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(new PlainPng().decode(ByteBuffer.wrap(transparent)).isEmpty());
    rows[5] = 5; // no such filter
    assertTrue(new PlainPng().decode(ByteBuffer.wrap(png(rows, 4, 4, 0, 1))).isEmpty());
  }
}
