package dev.verbatim.report.draw;

import dev.verbatim.report.draw.Drawing.Anchor;
import java.util.List;

/**
 * How often what was taken for what: a row is the true class, a column the one it was taken for.
 * Shades are shares of the row, and a scale says which.
 *
 * @param counts as many rows and columns as there are names
 */
public record Heatmap(String title, List<String> names, List<List<Long>> counts) {
  private static final int SIDE = 340;
  private static final int LARGE_SIDE = 440;
  private static final int FEW = 12;
  private static final int SOME = 30;
  private static final double SMALL = 9;
  private static final double DARK = 0.5;
  private static final int TICK = 4;
  private static final int BAR = 12;
  private static final int BAR_STEPS = 64;
  private static final int[] FROM = {0xf7, 0xfa, 0xfd};
  private static final int[] TO = {0x08, 0x30, 0x6b};

  /** Takes copies. */
  public Heatmap {
    names = List.copyOf(names);
    counts = counts.stream().map(List::copyOf).toList();
  }

  /**
   * Draws it: every class is named, or of many as many as there is room for; counts stand where
   * there are few.
   */
  public Drawing draw() {
    int side = names.size() > SOME ? LARGE_SIDE : SIDE;
    double size = names.size() <= FEW ? Frame.LABEL : SMALL;
    double labels =
        names.stream().mapToDouble(s -> Glyphs.get().width(s, size, false)).max().orElse(0);
    double left = 30 + labels + TICK + 2;
    double scale = BAR + 16 + 40;
    var drawing =
        new Drawing(title, (int) Math.ceil(left + side + scale), (int) (side + 74 + labels));
    double top = Frame.title(drawing);
    drawing.add(new Drawing.Picture(left, top, side, side, shades()));
    names(drawing, left, top, side, size);
    counts(drawing, left, top, side);
    scale(drawing, left + side + 16, top, side);
    int every = every(side, size);
    String note = every == 1 ? "" : " (one class in " + every + " is named)";
    drawing.text(
        "taken for" + note, left + side / 2.0, drawing.height() - 10, 11, Anchor.MIDDLE, Ink.TEXT);
    drawing.add(
        new Drawing.Text(
            "true class", 18, top + side / 2.0, 11, false, Anchor.MIDDLE, Ink.TEXT, true));
    return drawing;
  }

  private void names(Drawing drawing, double left, double top, int side, double size) {
    double cell = side / (double) names.size();
    int every = every(side, size);
    for (int i = 0; i < names.size(); i += every) {
      double middle = (i + 0.5) * cell;
      double base = middle + size * 0.36;
      drawing.line(left - TICK, top + middle, left - 1, top + middle, Ink.MUTED, 0.8);
      drawing.line(left + middle, top + side + 1, left + middle, top + side + TICK, Ink.MUTED, 0.8);
      drawing.text(names.get(i), left - TICK - 2, top + base, size, Anchor.END, Ink.TEXT);
      drawing.add(
          new Drawing.Text(
              names.get(i),
              left + base,
              top + side + TICK + 2,
              size,
              false,
              Anchor.END,
              Ink.TEXT,
              true));
    }
  }

  /** Of how many classes one is named, so that names do not touch. */
  private int every(int side, double size) {
    return (int) Math.ceil((size + 1) * names.size() / side);
  }

  private void counts(Drawing drawing, double left, double top, int side) {
    int n = names.size();
    double cell = side / (double) n;
    for (int row = 0; row < n && n <= FEW; row++) {
      for (int column = 0; column < n; column++) {
        long count = counts.get(row).get(column);
        if (count > 0) {
          Ink ink = share(row, column) > DARK ? Ink.WHITE : Ink.BLACK;
          double x = left + (column + 0.5) * cell;
          double y = top + (row + 0.5) * cell + 3.5;
          drawing.text(String.valueOf(count), x, y, 10, Anchor.MIDDLE, ink);
        }
      }
    }
  }

  /** What the shades mean. */
  private static void scale(Drawing drawing, double left, double top, int side) {
    int[] rgb = new int[BAR_STEPS];
    for (int i = 0; i < BAR_STEPS; i++) {
      rgb[i] = shade(1 - i / (BAR_STEPS - 1.0));
    }
    double height = side / 2.0;
    double above = top + side / 4.0;
    drawing.add(new Drawing.Picture(left, above, BAR, height, new Raster(1, BAR_STEPS, rgb)));
    for (int percent = 0; percent <= 100; percent += 25) {
      double y = above + height * (1 - percent / 100.0);
      drawing.line(left + BAR, y, left + BAR + 3, y, Ink.MUTED, 0.8);
      drawing.text(percent + " %", left + BAR + 5, y + 3.3, SMALL, Anchor.START, Ink.MUTED);
    }
    drawing.text("of the class", left - 4, above - 10, SMALL, Anchor.START, Ink.MUTED);
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
        rgb[row * n + column] = shade(share(row, column));
      }
    }
    return new Raster(n, n, rgb);
  }

  private static int shade(double share) {
    int value = 0;
    for (int c = 0; c < 3; c++) {
      value = value << 8 | (int) Math.round(FROM[c] + (TO[c] - FROM[c]) * share);
    }
    return value;
  }
}
