package dev.verbatim.report.draw;

import dev.verbatim.report.draw.Drawing.Anchor;
import java.util.List;

/**
 * Pictures row by row, each with lines below it.
 *
 * @param note what is to be known of all of them; may be empty
 * @param columns pictures in a row
 * @param headings above the columns; may be none
 */
public record Gallery(
    String title, String note, int columns, List<String> headings, List<Item> items) {
  private static final int WIDTH = 480;
  private static final int MARGIN = 8;
  private static final int GAP = 6;
  private static final double LINE = 11;
  private static final double TEXT = 8.5;

  /**
   * A picture.
   *
   * @param lines below it; may be none
   */
  public record Item(Raster picture, List<String> lines) {
    /** Takes a copy of the lines. */
    public Item {
      lines = List.copyOf(lines);
    }
  }

  /** Takes copies. */
  public Gallery {
    headings = List.copyOf(headings);
    items = List.copyOf(items);
  }

  /** Draws it. */
  public Drawing draw() {
    double cell = (WIDTH - 2.0 * MARGIN - (columns - 1) * GAP) / columns;
    Raster first = items.getFirst().picture();
    double width = enlarged(first.width(), cell);
    double height = width * first.height() / first.width();
    int lines = items.stream().mapToInt(item -> item.lines().size()).max().orElse(0);
    double row = height + lines * LINE + GAP + (lines > 0 ? 4 : 0);
    double top = MARGIN + 21 + (note.isEmpty() ? 0 : 18) + (headings.isEmpty() ? 0 : LINE + 3);
    int rows = Math.ceilDiv(items.size(), columns);
    var drawing = new Drawing(title, WIDTH, (int) Math.ceil(top + rows * row + MARGIN - GAP));
    double below = Frame.title(drawing);
    if (!note.isEmpty()) {
      drawing.text(note, MARGIN, below + 9, Frame.LABEL, Anchor.START, Ink.MUTED);
    }
    for (int i = 0; i < headings.size(); i++) {
      double middle = MARGIN + i * (cell + GAP) + cell / 2;
      drawing.text(headings.get(i), middle, top - 5, TEXT, Anchor.MIDDLE, Ink.MUTED);
    }
    for (int i = 0; i < items.size(); i++) {
      int above = i / columns;
      double left = MARGIN + i % columns * (cell + GAP);
      double y = top + above * row;
      drawing.add(
          new Drawing.Picture(left + (cell - width) / 2, y, width, height, items.get(i).picture()));
      lines(drawing, items.get(i).lines(), left + cell / 2, y + height, cell);
    }
    return drawing;
  }

  /** A multiple of half the pixels, which keeps their edges sharp, where there is room for it. */
  private static double enlarged(int pixels, double room) {
    return pixels <= 2 * room ? Math.floor(2 * room / pixels) / 2 * pixels : room;
  }

  /** In smaller letters where a line would not fit. */
  private static void lines(
      Drawing drawing, List<String> lines, double middle, double top, double room) {
    for (int i = 0; i < lines.size(); i++) {
      double width = Glyphs.get().width(lines.get(i), TEXT, false);
      double size = width > room ? TEXT * room / width : TEXT;
      drawing.text(
          lines.get(i),
          middle,
          top + (i + 1) * LINE,
          size,
          Anchor.MIDDLE,
          i == 0 ? Ink.MUTED : Ink.TEXT);
    }
  }
}
