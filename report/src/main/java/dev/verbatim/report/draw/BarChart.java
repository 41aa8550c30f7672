package dev.verbatim.report.draw;

import dev.verbatim.report.draw.Drawing.Anchor;
import java.util.ArrayList;
import java.util.List;

/** Bars to either side of zero, each with the interval that its value is known to. */
public record BarChart(String title, String xTitle, List<Bar> bars) {
  private static final int WIDTH = 480;
  private static final int ROW = 26;
  private static final double THICK = 14;
  private static final double CAP = 4;

  /**
   * One bar.
   *
   * @param low of its interval; the value itself where it has none
   */
  public record Bar(String name, double value, double low, double high, String label) {}

  /** Takes a copy of the bars. */
  public BarChart {
    bars = List.copyOf(bars);
  }

  /** Draws it. */
  public Drawing draw() {
    var drawing = new Drawing(title, WIDTH, 84 + ROW * bars.size());
    double top = Frame.title(drawing);
    List<Double> values = new ArrayList<>(List.of(0.0));
    bars.forEach(bar -> values.addAll(List.of(bar.value(), bar.low(), bar.high())));
    Axis x =
        Axis.linear(
            xTitle,
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            values.stream().mapToDouble(v -> v).toArray());
    List<Axis.Tick> names = new ArrayList<>();
    for (int i = 0; i < bars.size(); i++) {
      names.add(new Axis.Tick(bars.size() - 1 - i, bars.get(i).name()));
    }
    Axis y = new Axis("", -0.5, bars.size() - 0.5, false, names);
    double labels =
        bars.stream().mapToDouble(b -> Glyphs.get().width(b.label(), 11, false)).max().orElse(0);
    var frame = new Frame(drawing, x, y, top, 16 + labels, 42);
    frame.draw();
    for (int i = 0; i < bars.size(); i++) {
      bar(drawing, frame, bars.get(i), frame.y(bars.size() - 1 - i));
    }
    drawing.line(frame.x(0), frame.top(), frame.x(0), frame.bottom(), Ink.TEXT, 1);
    return drawing;
  }

  private static void bar(Drawing drawing, Frame frame, Bar bar, double y) {
    if (!Double.isFinite(bar.value())) {
      drawing.text(bar.label(), frame.x(0) + 6, y + 4, 11, Anchor.START, Ink.MUTED);
      return;
    }
    double from = Math.min(frame.x(0), frame.x(bar.value()));
    double to = Math.max(frame.x(0), frame.x(bar.value()));
    drawing.rectangle(from, y - THICK / 2, to - from, THICK, Ink.BLUE, 0.75);
    if (bar.high() > bar.low()) {
      double low = frame.x(bar.low());
      double high = frame.x(bar.high());
      drawing.line(low, y, high, y, Ink.TEXT, 1.4);
      drawing.line(low, y - CAP, low, y + CAP, Ink.TEXT, 1.4);
      drawing.line(high, y - CAP, high, y + CAP, Ink.TEXT, 1.4);
    }
    drawing.text(bar.label(), frame.right() + 8, y + 4, 11, Anchor.START, Ink.TEXT);
  }
}
