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

/** Writes drawings as PNG, two pixels for a unit, on white. */
public final class PngWriter {
  private static final int SCALE = 2;

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
    return Png.encode(new Raster(width, height, image.getRGB(0, 0, width, height, null, 0, width)));
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
}
