package dev.verbatim.report.draw;

import dev.verbatim.report.draw.Drawing.Anchor;
import java.util.List;

/**
 * How often what was taken for what: a row is the true class, a column the one it was taken for.
 * Shades are shares of the row.
 *
 * @param counts as many rows and columns as there are names
 */
public record Heatmap(String title, List<String> names, List<List<Long>> counts) {
  private static final int SIDE = 340;
  private static final int FEW = 12;
  private static final int SOME = 30;
  private static final double DARK = 0.5;
  private static final int[] FROM = {0xf7, 0xfa, 0xfd};
  private static final int[] TO = {0x08, 0x30, 0x6b};

  /** Takes copies. */
  public Heatmap {
    names = List.copyOf(names);
    counts = counts.stream().map(List::copyOf).toList();
  }

  /** Draws it; classes are named where there are few enough, and so are counts. */
  public Drawing draw() {
    int n = names.size();
    boolean named = n <= SOME;
    double size = n <= FEW ? Frame.LABEL : 9;
    double labels =
        named
            ? names.stream().mapToDouble(s -> Glyphs.get().width(s, size, false)).max().orElse(0)
            : 0;
    double left = 30 + labels + 4;
    var drawing = new Drawing(title, (int) Math.ceil(left + SIDE + 16), (int) (SIDE + 72 + labels));
    double top = Frame.title(drawing);
    drawing.add(new Drawing.Picture(left, top, SIDE, SIDE, shades()));
    double cell = SIDE / (double) n;
    for (int i = 0; i < n && named; i++) {
      double middle = (i + 0.5) * cell + size * 0.36;
      drawing.text(names.get(i), left - 4, top + middle, size, Anchor.END, Ink.TEXT);
      drawing.add(
          new Drawing.Text(
              names.get(i),
              left + middle,
              top + SIDE + 4,
              size,
              false,
              Anchor.END,
              Ink.TEXT,
              true));
    }
    for (int row = 0; row < n && n <= FEW; row++) {
      for (int column = 0; column < n; column++) {
        long count = counts.get(row).get(column);
        if (count > 0) {
          drawing.add(
              new Drawing.Text(
                  String.valueOf(count),
                  left + (column + 0.5) * cell,
                  top + (row + 0.5) * cell + 3.5,
                  10,
                  false,
                  Anchor.MIDDLE,
                  share(row, column) > DARK ? Ink.WHITE : Ink.BLACK,
                  false));
        }
      }
    }
    drawing.text(
        "taken for", left + SIDE / 2.0, drawing.height() - 10, 11, Anchor.MIDDLE, Ink.TEXT);
    drawing.add(
        new Drawing.Text(
            "true class", 18, top + SIDE / 2.0, 11, false, Anchor.MIDDLE, Ink.TEXT, true));
    return drawing;
  }

  private double share(int row, int column) {
    long sum = counts.get(row).stream().mapToLong(count -> count).sum();
    return sum == 0 ? 0 : counts.get(row).get(column) / (double) sum;
  }

  private Raster shades() {
    int n = names.size();
    int[] rgb = new int[n * n];
    for (int row = 0; row < n; row++) {
      for (int column = 0; column < n; column++) {
        double share = share(row, column);
        int value = 0;
        for (int c = 0; c < 3; c++) {
          value = value << 8 | (int) Math.round(FROM[c] + (TO[c] - FROM[c]) * share);
        }
        rgb[row * n + column] = value;
      }
    }
    return new Raster(n, n, rgb);
  }
}
