package dev.verbatim.report.draw;

import dev.verbatim.report.draw.Drawing.Fill;
import dev.verbatim.report.draw.Drawing.Picture;
import dev.verbatim.report.draw.Drawing.Stroke;
import dev.verbatim.report.draw.Drawing.Text;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes drawings as SVG 1.1: shapes alone, no fonts. */
public final class SvgWriter {
  private static final int DECIMALS = 2;

  private final Drawing drawing;
  private final boolean inPage;
  private final Map<String, Glyphs.Glyph> used = new TreeMap<>();

  private SvgWriter(Drawing drawing, boolean inPage) {
    this.drawing = drawing;
    this.inPage = inPage;
  }

  /** A file of its own, on white. */
  public static String file(Drawing drawing) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + new SvgWriter(drawing, false).write();
  }

  /**
   * An element for an HTML page, whose text, grid and background take the page's colours: {@code
   * currentColor}, {@code --muted}, {@code --grid} and none.
   */
  public static String element(Drawing drawing) {
    return new SvgWriter(drawing, true).write();
  }

  private String write() {
    var body = new StringBuilder();
    for (Drawing.Mark mark : drawing.marks()) {
      switch (mark) {
        case Fill fill -> fill(body, fill);
        case Stroke stroke -> stroke(body, stroke);
        case Text text -> text(body, text);
        case Picture picture -> picture(body, picture);
      }
    }
    var svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""
                + " width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\""
                + " aria-label=\"%s\">\n",
            drawing.width(),
            drawing.height(),
            drawing.width(),
            drawing.height(),
            escape(drawing.title())));
    svg.append("<title>").append(escape(drawing.title())).append("</title>\n");
    if (!inPage && !drawing.sources().isEmpty()) {
      svg.append("<desc>From ").append(escape(String.join(", ", drawing.sources())));
      svg.append("</desc>\n");
    }
    svg.append("<defs>\n");
    used.forEach(
        (id, glyph) ->
            svg.append("<path id=\"")
                .append(id)
                .append("\" d=\"")
                .append(glyph.path())
                .append("\"/>\n"));
    svg.append("</defs>\n");
    if (!inPage) {
      svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    }
    return svg.append(body).append("</svg>\n").toString();
  }

  private void fill(StringBuilder body, Fill fill) {
    body.append("<path d=\"").append(path(fill.shape())).append("\" fill=\"");
    body.append(colour(fill.ink())).append('"');
    if (fill.opacity() < 1) {
      body.append(" fill-opacity=\"").append(number(fill.opacity())).append('"');
    }
    body.append("/>\n");
  }

  private void stroke(StringBuilder body, Stroke stroke) {
    body.append("<path d=\"").append(path(stroke.shape())).append("\" fill=\"none\" stroke=\"");
    body.append(colour(stroke.ink())).append("\" stroke-width=\"").append(number(stroke.width()));
    body.append("\" stroke-linejoin=\"round\"");
    if (stroke.dash().length > 0) {
      body.append(" stroke-dasharray=\"");
      for (double length : stroke.dash()) {
        body.append(number(length)).append(' ');
      }
      body.setCharAt(body.length() - 1, '"');
    }
    body.append("/>\n");
  }

  private void text(StringBuilder body, Text text) {
    AffineTransform placed = Glyphs.get().placed(text);
    body.append("<g fill=\"").append(colour(text.ink())).append("\" transform=\"matrix(");
    double[] matrix = new double[6];
    placed.getMatrix(matrix);
    for (int i = 0; i < 6; i++) {
      body.append(decimal(matrix[i], i < 4 ? 5 : DECIMALS)).append(i < 5 ? " " : ")\">");
    }
    double at = 0;
    for (int codePoint : text.text().codePoints().toArray()) {
      Glyphs.Glyph glyph = Glyphs.get().of(codePoint, text.bold());
      if (!glyph.path().isEmpty()) {
        String id = (text.bold() ? "b" : "r") + Integer.toHexString(glyph.codePoint());
        used.put(id, glyph);
        body.append("<use xlink:href=\"#").append(id).append("\" x=\"").append(number(at));
        body.append("\"/>");
      }
      at += glyph.advance();
    }
    body.append("</g>\n");
  }

  private static void picture(StringBuilder body, Picture picture) {
    body.append(
        String.format(
            Locale.ROOT,
            "<image x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" preserveAspectRatio=\"none\""
                + " style=\"image-rendering:pixelated\""
                + " xlink:href=\"data:image/png;base64,%s\"/>\n",
            number(picture.x()),
            number(picture.y()),
            number(picture.width()),
            number(picture.height()),
            Base64.getEncoder().encodeToString(Png.encode(picture.pixels()))));
  }

  private String colour(Ink ink) {
    if (inPage) {
      switch (ink) {
        case TEXT -> {
          return "currentColor";
        }
        case MUTED -> {
          return "var(--muted)";
        }
        case GRID -> {
          return "var(--grid)";
        }
        case PAPER -> {
          return "var(--paper)";
        }
        default -> {}
      }
    }
    return String.format(Locale.ROOT, "#%06x", ink.rgb());
  }

  private static String path(Path2D shape) {
    var text = new StringBuilder();
    double[] c = new double[6];
    for (PathIterator it = shape.getPathIterator(null); !it.isDone(); it.next()) {
      switch (it.currentSegment(c)) {
        case PathIterator.SEG_MOVETO -> text.append('M').append(pair(c, 0));
        case PathIterator.SEG_LINETO -> text.append('L').append(pair(c, 0));
        case PathIterator.SEG_CUBICTO ->
            text.append('C')
                .append(pair(c, 0))
                .append(' ')
                .append(pair(c, 2))
                .append(' ')
                .append(pair(c, 4));
        case PathIterator.SEG_CLOSE -> text.append('Z');
        default -> throw new IllegalStateException("charts have no quadratic curves");
      }
    }
    return text.toString();
  }

  private static String pair(double[] c, int at) {
    return number(c[at]) + " " + number(c[at + 1]);
  }

  private static String number(double value) {
    return decimal(value, DECIMALS);
  }

  private static String decimal(double value, int decimals) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
