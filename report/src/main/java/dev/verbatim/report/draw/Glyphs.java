package dev.verbatim.report.draw;

import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The outlines of letters, which come with the program: no font of the machine has a part in a
 * chart.
 */
final class Glyphs {
  /** Units of an outline for an em. */
  static final double EM = 1000;

  private static final int UNKNOWN = '?';

  /** A letter: how far the next one is from it, and its outline as SVG writes a path, y upwards. */
  record Glyph(int codePoint, double advance, String path) {}

  private final Map<Integer, Glyph> regular = new HashMap<>();
  private final Map<Integer, Glyph> bold = new HashMap<>();

  private Glyphs() {}

  private static final class Loaded {
    static final Glyphs GLYPHS = read();
  }

  static Glyphs get() {
    return Loaded.GLYPHS;
  }

  private static Glyphs read() {
    var glyphs = new Glyphs();
    try (InputStream in =
            Objects.requireNonNull(Glyphs.class.getResourceAsStream("glyphs.txt"), "glyphs.txt");
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", 4))
          .forEach(
              part -> {
                int codePoint = Integer.parseInt(part[1], 16);
                (part[0].equals("bold") ? glyphs.bold : glyphs.regular)
                    .put(codePoint, new Glyph(codePoint, Double.parseDouble(part[2]), part[3]));
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return glyphs;
  }

  /** The glyph of a code point, or that of a question mark. */
  Glyph of(int codePoint, boolean isBold) {
    Map<Integer, Glyph> weight = isBold ? bold : regular;
    Glyph found = weight.get(codePoint);
    return found != null ? found : Objects.requireNonNull(weight.get(UNKNOWN));
  }

  double width(String text, double size, boolean isBold) {
    return text.codePoints().mapToDouble(c -> of(c, isBold).advance()).sum() * size / EM;
  }

  /** The text's outline where it stands. */
  Path2D outline(Drawing.Text text) {
    Path2D all = new Path2D.Double(Path2D.WIND_NON_ZERO);
    double at = 0;
    for (int codePoint : text.text().codePoints().toArray()) {
      Glyph glyph = of(codePoint, text.bold());
      Path2D path = path(glyph.path());
      path.transform(AffineTransform.getTranslateInstance(at, 0));
      all.append(path, false);
      at += glyph.advance();
    }
    all.transform(placed(text));
    return all;
  }

  /** From units of outlines to where the text stands. */
  AffineTransform placed(Drawing.Text text) {
    double scale = text.size() / EM;
    double width = width(text.text(), text.size(), text.bold());
    double before =
        switch (text.anchor()) {
          case START -> 0;
          case MIDDLE -> width / 2;
          case END -> width;
        };
    return text.upwards()
        ? new AffineTransform(0, -scale, -scale, 0, text.x(), text.y() + before)
        : new AffineTransform(scale, 0, 0, -scale, text.x() - before, text.y());
  }

  /** Reads {@code M}, {@code L}, {@code C} and {@code Z} with absolute coordinates. */
  private static Path2D path(String text) {
    Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO);
    int at = 0;
    while (at < text.length()) {
      char command = text.charAt(at++);
      int end = at;
      while (end < text.length() && !Character.isLetter(text.charAt(end))) {
        end++;
      }
      String[] words = end == at ? new String[0] : text.substring(at, end).split(" ", -1);
      double[] n = new double[words.length];
      for (int i = 0; i < n.length; i++) {
        n[i] = Double.parseDouble(words[i]);
      }
      switch (command) {
        case 'M' -> path.moveTo(n[0], n[1]);
        case 'L' -> path.lineTo(n[0], n[1]);
        case 'C' -> path.curveTo(n[0], n[1], n[2], n[3], n[4], n[5]);
        default -> path.closePath();
      }
      at = end;
    }
    return path;
  }
}
