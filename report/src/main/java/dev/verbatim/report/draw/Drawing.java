package dev.verbatim.report.draw;

import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;

/** Marks on a sheet, in the order in which they are put there; y grows downwards. */
public final class Drawing {
  /** Which point of a text stands where it is put. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  sealed interface Mark {}

  /** A closed shape; an opacity of 1 hides what is below it. */
  record Fill(Path2D shape, Ink ink, double opacity) implements Mark {}

  /** A line; {@code dash} holds lengths of line and gap in turn and may be empty. */
  record Stroke(Path2D shape, Ink ink, double width, double... dash) implements Mark {}

  /** One line of text on its baseline; {@code upwards} is read from below to above. */
  record Text(
      String text,
      double x,
      double y,
      double size,
      boolean bold,
      Anchor anchor,
      Ink ink,
      boolean upwards)
      implements Mark {}

  /** Pixels, each enlarged to a rectangle with sharp edges. */
  record Picture(double x, double y, double width, double height, Raster pixels) implements Mark {}

  private final String title;
  private final int width;
  private final int height;
  private final List<Mark> marks = new ArrayList<>();
  private List<String> sources = List.of();

  Drawing(String title, int width, int height) {
    this.title = title;
    this.width = width;
    this.height = height;
  }

  /** What it shows, in words. */
  public String title() {
    return title;
  }

  /**
   * Says what it was drawn from.
   *
   * @param folders of runs, or files, relative to the results
   */
  public Drawing from(List<String> folders) {
    sources = List.copyOf(folders);
    return this;
  }

  /** What it was drawn from; may be empty. */
  public List<String> sources() {
    return sources;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  List<Mark> marks() {
    return marks;
  }

  void add(Mark mark) {
    marks.add(mark);
  }

  void line(double x1, double y1, double x2, double y2, Ink ink, double lineWidth) {
    Path2D path = new Path2D.Double();
    path.moveTo(x1, y1);
    path.lineTo(x2, y2);
    add(new Stroke(path, ink, lineWidth));
  }

  void rectangle(double x, double y, double w, double h, Ink ink, double opacity) {
    Path2D path = new Path2D.Double();
    path.moveTo(x, y);
    path.lineTo(x + w, y);
    path.lineTo(x + w, y + h);
    path.lineTo(x, y + h);
    path.closePath();
    add(new Fill(path, ink, opacity));
  }

  void text(String text, double x, double y, double size, Anchor anchor, Ink ink) {
    add(new Text(text, x, y, size, false, anchor, ink, false));
  }
}
