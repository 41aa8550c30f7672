package dev.verbatim.report.draw;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** Pixels as PNG files, without AWT: the same bytes on every machine, and in a Java without it. */
public final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int PALETTE = 256;
  private static final byte INDEXED = 3;
  private static final byte TRUECOLOUR = 2;

  private Png() {}

  /** Pixels as a PNG: with a palette where there are few colours. */
  public static byte[] encode(Raster raster) {
    Map<Integer, Integer> palette = new HashMap<>();
    byte[] colours = new byte[3 * PALETTE];
    byte[] indexed = new byte[(raster.width() + 1) * raster.height()];
    byte[] full = new byte[(3 * raster.width() + 1) * raster.height()];
    int i = 0;
    int f = 0;
    for (int at = 0; at < raster.rgb().length; at++) {
      if (at % raster.width() == 0) {
        i++; // the row's filter: none
        f++;
      }
      int rgb = raster.rgb()[at] & 0xffffff;
      Integer known = palette.get(rgb);
      int index = known == null ? palette.size() : known;
      if (known == null && index < PALETTE) {
        put(colours, 3 * index, rgb);
      }
      palette.putIfAbsent(rgb, index);
      indexed[i++] = (byte) index;
      put(full, f, rgb);
      f += 3;
    }
    boolean few = palette.size() <= PALETTE;
    var file = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(file)) {
      out.write(SIGNATURE);
      chunk(out, "IHDR", header(raster, few ? INDEXED : TRUECOLOUR));
      if (few) {
        chunk(out, "PLTE", Arrays.copyOf(colours, 3 * palette.size()));
      }
      chunk(out, "IDAT", Deflate.zlib(few ? indexed : full));
      chunk(out, "IEND", new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail so
    }
    return file.toByteArray();
  }

  private static void put(byte[] bytes, int at, int rgb) {
    bytes[at] = (byte) (rgb >> 16);
    bytes[at + 1] = (byte) (rgb >> 8);
    bytes[at + 2] = (byte) rgb;
  }

  private static byte[] header(Raster raster, byte type) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(raster.width());
    out.writeInt(raster.height());
    out.write(new byte[] {8, type, 0, 0, 0});
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    out.writeInt(data.length);
    out.write(name);
    out.write(data);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.writeInt((int) crc.getValue());
  }
}
