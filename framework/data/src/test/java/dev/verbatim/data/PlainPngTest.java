package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.MatOfByte;
import org.opencv.imgcodecs.Imgcodecs;

/** Our reading of PNG files beside OpenCV's. */
class PlainPngTest {
  private final Random random = new Random(7);
  private final PlainPng png = new PlainPng();

  @TempDir Path folder;

  @AfterEach
  void close() {
    png.close();
  }

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

  /** A PNG file with these rows, its pixels in {@code pieces} chunks. */
  private static byte[] png(byte[] rows, int width, int height, int colour, int pieces) {
    byte[] stream = deflated(rows);
    byte[][] parts = new byte[pieces][];
    for (int i = 0; i < pieces; i++) {
      int from = stream.length * i / pieces;
      parts[i] = Arrays.copyOfRange(stream, from, stream.length * (i + 1) / pieces);
    }
    return png(width, height, colour, parts);
  }

  private static byte[] png(int width, int height, int colour, byte[]... parts) {
    var file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(width).putInt(height).put((byte) 8).put((byte) colour);
    chunk(file, "IHDR", header.array());
    chunk(file, "tEXt", "Software\0a test".getBytes(StandardCharsets.ISO_8859_1));
    for (byte[] part : parts) {
      chunk(file, "IDAT", part);
    }
    chunk(file, "tIME", new byte[] {7, -22, 1, 2, 3, 4, 5});
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
        Optional<PlainPng.Rows> read = png.decode(ByteBuffer.wrap(file));
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

  /** As many bytes in other rows: what was there is no row above the first of the next image. */
  @Test
  void anImageOfAnotherShapeKnowsNothingOfTheOneBefore() {
    byte[] low = new byte[10];
    Arrays.fill(low, (byte) 9);
    low[0] = 2; // the difference from the row above
    byte[] high = new byte[15];
    Arrays.fill(high, (byte) 50);
    high[0] = high[5] = high[10] = 0;
    assertTrue(png.decode(ByteBuffer.wrap(png(high, 4, 3, 0, 1))).isPresent());
    byte[] file = png(low, 3, 1, 2, 1);
    compare(png.decode(ByteBuffer.wrap(file)).orElseThrow(), file, 1, 3, 3, "after another");
  }

  @Test
  void chunksMayBeEmptyOrHoldTheChecksumAlone() {
    byte[] rows = new byte[17 * 33];
    random.nextBytes(rows);
    for (int y = 0; y < 17; y++) {
      rows[33 * y] = (byte) (y % 5);
    }
    byte[] stream = deflated(rows);
    int sum = stream.length - 4;
    byte[] file =
        png(
            32,
            17,
            0,
            new byte[0],
            Arrays.copyOf(stream, sum),
            new byte[0],
            Arrays.copyOfRange(stream, sum, stream.length));
    compare(png.decode(ByteBuffer.wrap(file)).orElseThrow(), file, 17, 32, 1, "pieces");
  }

  /** Through the decoder: sizes, grey from colours and the other way, as from OpenCV's pixels. */
  @ParameterizedTest
  @CsvSource({"0, 1, 3", "2, 3, 1", "4, 2, 3", "6, 4, 1", "6, 4, 3"})
  void aDecoderGivesTheSamePixelsEitherWay(int colour, int channels, int wanted)
      throws IOException, BadImage {
    byte[] rows = new byte[9 * (1 + 7 * channels)];
    random.nextBytes(rows);
    for (int y = 0; y < 9; y++) {
      rows[y * (1 + 7 * channels)] = (byte) (y % 5);
    }
    byte[] plain = png(rows, 7, 9, colour, 1);
    Mat bytes = new Mat(1, plain.length, CvType.CV_8UC1);
    bytes.put(0, 0, plain);
    MatOfByte bmp = new MatOfByte(); // grey, or colours without transparency: not for PlainPng
    Mat image =
        Imgcodecs.imdecode(
            bytes, channels < 3 ? Imgcodecs.IMREAD_GRAYSCALE : Imgcodecs.IMREAD_COLOR);
    Imgcodecs.imencode(".bmp", image, bmp);
    assertArrayEquals(decoded(bmp.toArray(), wanted), decoded(plain, wanted));
  }

  private byte[] decoded(byte[] file, int channels) throws IOException, BadImage {
    Path path = Files.write(folder.resolve("image"), file);
    try (var decoder = new ImageDecoder(new ImageSize(5, 6, channels))) {
      decoder.read(path.toString());
      return decoder.decode();
    }
  }

  @Test
  void whatIsNotPlainIsLeftToOpenCv() {
    byte[] rows = new byte[4 * 5];
    byte[] plain = png(rows, 4, 4, 0, 1);
    assertTrue(png.decode(ByteBuffer.wrap(plain)).isPresent());
    int[][] changes = {{24, 4}, {24, 16}, {25, 3}, {26, 1}, {27, 1}, {28, 1}, {16, 1}, {20, 1}};
    for (int[] change : changes) { // depth, colour, methods, a width and height without the bytes
      byte[] other = plain.clone();
      other[change[0]] = (byte) change[1];
      assertTrue(png.decode(ByteBuffer.wrap(other)).isEmpty(), "byte " + change[0]);
    }
    for (String type : new String[] {"tRNS", "PLTE", "t!xt", "IHDR", "IDAT"}) {
      assertTrue(png.decode(ByteBuffer.wrap(with(plain, "tEXt", type))).isEmpty(), type);
    }
    assertTrue(png.decode(ByteBuffer.wrap(with(plain, "tIME", "IHDR"))).isEmpty());
    assertTrue(png.decode(ByteBuffer.wrap(png(new byte[19], 4, 4, 0, 1))).isEmpty(), "too few");
    assertTrue(png.decode(ByteBuffer.wrap(png(new byte[21], 4, 4, 0, 1))).isEmpty(), "too many");
    rows[5] = 5; // no such filter
    assertTrue(png.decode(ByteBuffer.wrap(png(rows, 4, 4, 0, 1))).isEmpty());
  }

  /** Other types in the place of one; checksums, which were looked at before, are left. */
  private static byte[] with(byte[] file, String type, String other) {
    return new String(file, StandardCharsets.ISO_8859_1)
        .replace(type, other)
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
