package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that ImageIO wrote, whole and then damaged. */
class DamagedFilesTest {
  private static final ImageSize SIZE = new ImageSize(5, 6, 3);

  @TempDir Path folder;

  @BeforeAll
  static void load() {
    OpenCv.load();
  }

  private byte[] decode(byte[] content) throws IOException, BadImage {
    Path file = folder.resolve("image");
    Files.write(file, content);
    try (var decoder = new ImageDecoder(SIZE)) {
      decoder.read(file.toString());
      return decoder.decode();
    }
  }

  private byte[] image(String format) throws IOException {
    Path file = folder.resolve("whole." + format);
    TestImages.write(file, format, 6, 5, 9, false);
    return Files.readAllBytes(file);
  }

  private String reason(byte[] content) {
    return assertThrows(BadImage.class, () -> decode(content)).reason();
  }

  @ParameterizedTest
  @CsvSource({"png,truncated PNG", "jpg,truncated JPEG", "bmp,truncated BMP"})
  void aFileCutAnywhereIsRefused(String format, String reason) throws Exception {
    byte[] whole = image(format);
    decode(whole);
    for (int length = 8; length < whole.length; length++) {
      assertEquals(reason, reason(Arrays.copyOf(whole, length)), "cut to " + length + " bytes");
    }
    assertEquals("empty file", reason(new byte[0]));
  }

  @ParameterizedTest
  @CsvSource({"png", "jpg", "bmp"})
  void bytesAfterTheImageDoNoHarm(String format) throws Exception {
    byte[] whole = image(format);
    byte[] expected = decode(whole).clone();
    byte[] longer = Arrays.copyOf(whole, whole.length + 7);
    longer[whole.length + 2] = 0x55;
    assertArrayEquals(expected, decode(longer));
  }

  @Test
  void anyBitThatFlipsInAPngIsSeen() throws Exception {
    byte[] whole = image("png");
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      assertThrows(BadImage.class, () -> decode(damaged), "byte " + at);
    }
  }

  @Test
  void aPngWithRightChecksumsAndAbsurdSizeIsRefusedNotFatal() throws Exception {
    byte[] absurd = image("png");
    ByteBuffer bytes = ByteBuffer.wrap(absurd);
    bytes.putInt(16, 0x7fffffff).putInt(20, 0x7fffffff);
    CRC32 checksum = new CRC32();
    checksum.update(absurd, 12, 17);
    bytes.putInt(29, (int) checksum.getValue());
    assertEquals("a PNG of 2147483647x2147483647 pixels", reason(absurd));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, 5, 12, 14})
  void aPngWithoutARightHeaderIsRefused(int bytes) {
    ByteBuffer file = ByteBuffer.allocate(20 + bytes);
    file.putLong(0x89504e470d0a1a0aL).putInt(bytes).putInt(0x49454e44); // "IEND"
    var checksum = new CRC32();
    checksum.update(file.array(), 12, 4 + bytes);
    file.putInt(16 + bytes, (int) checksum.getValue());
    assertEquals("damaged PNG", reason(file.array()));
  }

  @Test
  void otherFormatsAndTextAreNamedAsSuch() throws Exception {
    assertEquals("not a PNG, JPEG or BMP file", reason(image("gif")));
    assertEquals("not a PNG, JPEG or BMP file", reason("hello".getBytes("UTF-8")));
  }

  @Test
  void sixteenBitsAChannelAreRefusedRatherThanCut() throws Exception {
    var deep = new BufferedImage(6, 5, BufferedImage.TYPE_USHORT_GRAY);
    ImageIO.write(deep, "png", folder.resolve("deep.png").toFile());
    assertEquals("not 8 bits a channel", reason(Files.readAllBytes(folder.resolve("deep.png"))));
  }

  @ParameterizedTest
  @CsvSource({"10,png", "10,jpg", "10,bmp", "12,png", "13,png", "13,bmp"})
  void greyPackedAndPalettePixelsComeThrough(int type, String format) throws Exception {
    var image = new BufferedImage(6, 5, type); // 10 grey, 12 one bit a pixel, 13 palette
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 6; x++) {
        image.setRGB(x, y, x > 2 ? 0xffffffff : 0xff000000);
      }
    }
    Path file = folder.resolve("image." + format);
    assertTrue(ImageIO.write(image, format, file.toFile()));
    byte[] pixels = decode(Files.readAllBytes(file));
    for (int i = 0; i < pixels.length; i++) {
      int wanted = i / 3 % 6 > 2 ? 255 : 0;
      int tolerance = format.equals("jpg") ? 40 : 0; // ringing beside the edge
      assertEquals(wanted, pixels[i] & 0xff, tolerance, "pixel " + i / 3);
    }
  }
}
