package dev.verbatim.report.draw;

import dev.verbatim.report.draw.Drawing.Fill;
import dev.verbatim.report.draw.Drawing.Picture;
import dev.verbatim.report.draw.Drawing.Stroke;
import dev.verbatim.report.draw.Drawing.Text;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** Writes drawings as PNG, two pixels for a unit, on white. */
public final class PngWriter {
  private static final int SCALE = 2;
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int PALETTE = 256;
  private static final byte INDEXED = 3;
  private static final byte TRUECOLOUR = 2;

  private PngWriter() {}

  /** The file. */
  public static byte[] file(Drawing drawing) {
    int width = drawing.width() * SCALE;
    int height = drawing.height() * SCALE;
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.scale(SCALE, SCALE);
    for (Drawing.Mark mark : drawing.marks()) {
      switch (mark) {
        case Fill fill -> {
          graphics.setColor(colour(fill.ink(), fill.opacity()));
          graphics.fill(fill.shape());
        }
        case Stroke stroke -> {
          graphics.setColor(colour(stroke.ink(), 1));
          graphics.setStroke(pen(stroke));
          graphics.draw(stroke.shape());
        }
        case Text text -> {
          graphics.setColor(colour(text.ink(), 1));
          graphics.fill(Glyphs.get().outline(text));
        }
        case Picture picture -> paint(image, picture);
      }
    }
    graphics.dispose();
    return encode(new Raster(width, height, image.getRGB(0, 0, width, height, null, 0, width)));
  }

  private static Color colour(Ink ink, double opacity) {
    return new Color((ink.rgb() & 0xffffff) | (int) Math.round(opacity * 255) << 24, true);
  }

  private static BasicStroke pen(Stroke stroke) {
    float[] dash = new float[stroke.dash().length];
    for (int i = 0; i < dash.length; i++) {
      dash[i] = (float) stroke.dash()[i];
    }
    return new BasicStroke(
        (float) stroke.width(),
        BasicStroke.CAP_BUTT,
        BasicStroke.JOIN_ROUND,
        10,
        dash.length == 0 ? null : dash,
        0);
  }

  private static void paint(BufferedImage image, Picture picture) {
    Raster pixels = picture.pixels();
    int left = (int) Math.round(picture.x() * SCALE);
    int top = (int) Math.round(picture.y() * SCALE);
    int width = (int) Math.round(picture.width() * SCALE);
    int height = (int) Math.round(picture.height() * SCALE);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = y * pixels.height() / height * pixels.width() + x * pixels.width() / width;
        image.setRGB(left + x, top + y, pixels.rgb()[from]);
      }
    }
  }

  /** Pixels as a PNG: with a palette where there are few colours. */
  static byte[] encode(Raster raster) {
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
