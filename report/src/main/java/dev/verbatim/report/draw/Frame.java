package dev.verbatim.report.draw;

import dev.verbatim.report.draw.Drawing.Anchor;

/** The place between two axes, and what is drawn around it. */
final class Frame {
  static final double LABEL = 11;
  private static final double TITLE = 13;
  private static final int TICK = 4;
  private static final int ROOM = 8;

  private final Drawing drawing;
  private final Axis x;
  private final Axis y;
  private final double left;
  private final double top;
  private final double width;
  private final double height;

  Frame(Drawing drawing, Axis x, Axis y, double top, double right, double bottom) {
    this.drawing = drawing;
    this.x = x;
    this.y = y;
    double labels = 0;
    for (Axis.Tick tick : y.ticks()) {
      labels = Math.max(labels, Glyphs.get().width(tick.label(), LABEL, false));
    }
    this.left = ROOM + (y.title().isEmpty() ? 0 : LABEL + ROOM) + labels + TICK + ROOM / 2.0;
    this.top = top;
    this.width = drawing.width() - left - right;
    this.height = drawing.height() - top - bottom;
  }

  /**
   * The chart's title, in smaller letters where it would not fit; what is below starts at the
   * answer.
   */
  static double title(Drawing drawing) {
    double room = drawing.width() - 2 * ROOM;
    double size = TITLE * Math.min(1, room / Glyphs.get().width(drawing.title(), TITLE, true));
    drawing.add(
        new Drawing.Text(
            drawing.title(), ROOM, ROOM + TITLE, size, true, Anchor.START, Ink.TEXT, false));
    return ROOM + TITLE + ROOM;
  }

  double x(double value) {
    return left + x.at(value) * width;
  }

  double y(double value) {
    return top + (1 - y.at(value)) * height;
  }

  double left() {
    return left;
  }

  double right() {
    return left + width;
  }

  double top() {
    return top;
  }

  double bottom() {
    return top + height;
  }

  void draw() {
    for (Axis.Tick tick : y.ticks()) {
      double at = y(tick.value());
      drawing.line(left, at, right(), at, Ink.GRID, 0.8);
      drawing.text(tick.label(), left - TICK - 2, at + LABEL * 0.36, LABEL, Anchor.END, Ink.MUTED);
    }
    double until = Double.NEGATIVE_INFINITY;
    for (Axis.Tick tick : x.ticks()) {
      double at = x(tick.value());
      drawing.line(at, bottom(), at, bottom() + TICK, Ink.MUTED, 1);
      double half = Glyphs.get().width(tick.label(), LABEL, false) / 2;
      if (at - half > until + 4) {
        drawing.text(
            tick.label(), at, bottom() + TICK + LABEL + 1, LABEL, Anchor.MIDDLE, Ink.MUTED);
        until = at + half;
      }
    }
    drawing.line(left, bottom(), right(), bottom(), Ink.MUTED, 1);
    double middle = left + width / 2;
    drawing.text(x.title(), middle, drawing.height() - ROOM, LABEL, Anchor.MIDDLE, Ink.TEXT);
    if (!y.title().isEmpty()) {
      drawing.add(
          new Drawing.Text(
              y.title(),
              ROOM + LABEL * 0.8,
              top + height / 2,
              LABEL,
              false,
              Anchor.MIDDLE,
              Ink.TEXT,
              true));
    }
  }
}
