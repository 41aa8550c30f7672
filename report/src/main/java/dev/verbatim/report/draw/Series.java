package dev.verbatim.report.draw;

import java.util.List;

/**
 * Points of a chart under one name, in the order in which a line joins them.
 *
 * @param style by number: colour, dashes and markers, so that they are told apart without colour
 *     too; no two of the first 36 have the same colour and dashes
 * @param line whether a line joins the points
 * @param marked whether each point has a marker
 */
public record Series(String name, int style, boolean line, boolean marked, List<Point> points) {
  private static final double[][] DASHES = {{}, {7, 3}, {2, 2.5}, {9, 3, 2, 3}, {4, 2}, {12, 3}};

  /**
   * One point.
   *
   * @param low of a band around it; the value itself where there is none
   * @param high of the band
   * @param label beside it; may be empty
   */
  public record Point(double x, double y, double low, double high, String label) {
    /** A point without a band or a label. */
    public static Point of(double x, double y) {
      return new Point(x, y, y, y, "");
    }
  }

  /** Takes a copy of the points. */
  public Series {
    points = List.copyOf(points);
  }

  Ink ink() {
    return Ink.ofSeries(style);
  }

  double[] dash() {
    return line ? DASHES[dashing(style) % DASHES.length] : new double[0];
  }

  /**
   * The number of a style's dashes, which come in as many kinds as colours: those of later styles
   * are moved on, so that no two look the same.
   */
  public static int dashing(int style) {
    return style + style / DASHES.length;
  }

  boolean hasBand() {
    return points.stream().anyMatch(point -> point.high() > point.low());
  }
}
