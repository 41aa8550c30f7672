package dev.verbatim.report.draw;

import dev.verbatim.report.draw.Drawing.Anchor;
import dev.verbatim.report.draw.Drawing.Fill;
import dev.verbatim.report.draw.Drawing.Stroke;
import dev.verbatim.report.draw.Series.Point;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Lines, bands and points over two axes; the legend stands above, where it hides nothing.
 *
 * @param kind how values lie on the x axis
 * @param values what those on the y axis are; bands end where the axis may
 */
public record XyChart(
    String title, String xTitle, String yTitle, Kind kind, Values values, List<Series> series) {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 320;
  private static final double BAND = 0.18;
  private static final double LINE = 1.8;
  private static final double MARKER = 3.8;
  private static final int SWATCH = 26;
  private static final int MARKERS = 4;

  /** How values lie on the x axis. */
  public enum Kind {
    /** Whole numbers from 1. */
    COUNTING,
    /** Equal ratios are equally long. */
    LOGARITHMIC,
    /** The same, and just the values that there are have a tick. */
    LISTED
  }

  /** What values on the y axis are, which says where the axis may end. */
  public enum Values {
    /** From 0 to 100. */
    PERCENT,
    /** From 0 up. */
    POSITIVE,
    /** Above 0, and equal ratios are equally long. */
    RATIOS
  }

  /** Takes a copy of the series. */
  public XyChart {
    series = List.copyOf(series);
  }

  /** Draws it. */
  public Drawing draw() {
    var drawing = new Drawing(title, WIDTH, HEIGHT);
    double top = legend(drawing, Frame.title(drawing));
    List<Point> points = series.stream().flatMap(s -> s.points().stream()).toList();
    double[] xs = points.stream().mapToDouble(Point::x).toArray();
    double[] ys = new double[2 * points.size()];
    for (int i = 0; i < points.size(); i++) {
      ys[2 * i] = within(points.get(i).low());
      ys[2 * i + 1] = within(points.get(i).high());
    }
    Axis x =
        switch (kind) {
          case COUNTING -> Axis.counting(xTitle, (int) DoubleStream.of(xs).max().orElse(1));
          case LOGARITHMIC -> Axis.logarithmic(xTitle, xs);
          case LISTED -> Axis.listed(xTitle, xs);
        };
    var frame = new Frame(drawing, x, yAxis(ys), top, 16, 42);
    frame.draw();
    series.forEach(one -> band(drawing, frame, one));
    series.forEach(one -> line(drawing, frame, one));
    labels(drawing, frame);
    return drawing;
  }

  private Axis yAxis(double... ys) {
    return switch (values) {
      case PERCENT -> Axis.linear(yTitle, 0, 100, ys);
      case POSITIVE -> Axis.linear(yTitle, 0, Double.POSITIVE_INFINITY, ys);
      case RATIOS -> Axis.logarithmic(yTitle, ys);
    };
  }

  /** A value as far as the axis may go. */
  private double within(double value) {
    return switch (values) {
      case PERCENT -> Math.clamp(value, 0, 100);
      case POSITIVE -> Math.max(value, 0);
      case RATIOS -> value;
    };
  }

  /** Names from left to right, as many rows as they need; what is below starts at the answer. */
  private double legend(Drawing drawing, double top) {
    if (series.size() < 2) {
      return top + 4;
    }
    double x = 8;
    double y = top + Frame.LABEL;
    for (Series one : series) {
      double width = SWATCH + 5 + Glyphs.get().width(one.name(), Frame.LABEL, false);
      if (x + width > WIDTH - 8 && x > 8) {
        x = 8;
        y += Frame.LABEL + 6;
      }
      double middle = y - Frame.LABEL * 0.36;
      if (one.hasBand()) {
        drawing.rectangle(x, middle - 5, SWATCH, 10, one.ink(), BAND);
      }
      if (one.line()) {
        stroke(drawing, one, List.of(new double[] {x, middle}, new double[] {x + SWATCH, middle}));
      }
      if (one.marked()) {
        marker(drawing, one, x + SWATCH / 2.0, middle);
      }
      drawing.text(one.name(), x + SWATCH + 5, y, Frame.LABEL, Anchor.START, Ink.TEXT);
      x += width + 14;
    }
    return y + 12;
  }

  private static List<List<Point>> stretches(Series one) {
    List<List<Point>> all = new ArrayList<>();
    List<Point> now = new ArrayList<>();
    for (Point point : one.points()) {
      if (Double.isFinite(point.y())) {
        now.add(point);
      } else if (!now.isEmpty()) {
        all.add(now);
        now = new ArrayList<>();
      }
    }
    if (!now.isEmpty()) {
      all.add(now);
    }
    return all;
  }

  private void band(Drawing drawing, Frame frame, Series one) {
    for (List<Point> points : stretches(one)) {
      if (points.size() > 1 && one.hasBand()) {
        Path2D path = new Path2D.Double();
        path.moveTo(frame.x(points.getFirst().x()), frame.y(within(points.getFirst().high())));
        points.forEach(p -> path.lineTo(frame.x(p.x()), frame.y(within(p.high()))));
        points.reversed().forEach(p -> path.lineTo(frame.x(p.x()), frame.y(within(p.low()))));
        path.closePath();
        drawing.add(new Fill(path, one.ink(), BAND));
      }
    }
  }

  private static void line(Drawing drawing, Frame frame, Series one) {
    for (List<Point> points : stretches(one)) {
      List<double[]> at =
          points.stream().map(p -> new double[] {frame.x(p.x()), frame.y(p.y())}).toList();
      if (one.line() && at.size() > 1) {
        stroke(drawing, one, at);
      }
      if (one.marked() || at.size() == 1) {
        at.forEach(p -> marker(drawing, one, p[0], p[1]));
      }
    }
  }

  private static void stroke(Drawing drawing, Series one, List<double[]> points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points.getFirst()[0], points.getFirst()[1]);
    points.stream().skip(1).forEach(p -> path.lineTo(p[0], p[1]));
    drawing.add(new Stroke(path, one.ink(), LINE, one.dash()));
  }

  /** A circle, square, triangle or diamond. */
  private static void marker(Drawing drawing, Series one, double x, double y) {
    Path2D path = new Path2D.Double();
    int corners =
        switch (one.style() % MARKERS) {
          case 0 -> 20;
          case 2 -> 3;
          default -> 4;
        };
    double turn = one.style() % MARKERS == 1 ? StrictMath.PI / 4 : 0;
    for (int i = 0; i < corners; i++) {
      double angle = 2 * StrictMath.PI * i / corners + turn;
      double dx = MARKER * StrictMath.sin(angle);
      double dy = -MARKER * StrictMath.cos(angle);
      if (i == 0) {
        path.moveTo(x + dx, y + dy);
      } else {
        path.lineTo(x + dx, y + dy);
      }
    }
    path.closePath();
    drawing.add(new Fill(path, one.ink(), 1));
    drawing.add(new Stroke(path, Ink.PAPER, 0.8));
  }

  /** Beside the points, moved up or down where they would touch one that is there already. */
  private void labels(Drawing drawing, Frame frame) {
    List<double[]> taken = new ArrayList<>();
    for (Series one : series) {
      for (Point point : one.points()) {
        if (point.label().isEmpty() || !Double.isFinite(point.y())) {
          continue;
        }
        double width = Glyphs.get().width(point.label(), Frame.LABEL, false);
        boolean leftwards = frame.x(point.x()) + 7 + width > WIDTH - 4;
        double left = leftwards ? frame.x(point.x()) - 7 - width : frame.x(point.x()) + 7;
        double y = frame.y(point.y()) + Frame.LABEL * 0.36;
        for (int step = 1; touches(taken, left, y, width) && step < 40; step++) {
          y += (step % 2 == 0 ? 1 : -1) * step * 4;
        }
        taken.add(new double[] {left, y, width});
        drawing.text(point.label(), left, y, Frame.LABEL, Anchor.START, Ink.TEXT);
      }
    }
  }

  private static boolean touches(List<double[]> taken, double x, double y, double width) {
    return taken.stream()
        .anyMatch(
            t -> Math.abs(t[1] - y) < Frame.LABEL && x < t[0] + t[2] + 3 && t[0] < x + width + 3);
  }
}
