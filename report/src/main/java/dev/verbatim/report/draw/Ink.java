package dev.verbatim.report.draw;

import java.util.List;

/**
 * The colours of a chart. Those of data are Okabe and Ito's, which people with any kind of colour
 * vision can tell apart.
 */
public enum Ink {
  /** Titles and labels. */
  TEXT(0x1f2328),
  /** Axes and what is said beside them. */
  MUTED(0x59636e),
  /** Lines of the grid. */
  GRID(0xdfe3e8),
  /** Behind everything. */
  PAPER(0xffffff),
  /** Black in the dark too. */
  BLACK(0x000000),
  /** White in the dark too. */
  WHITE(0xffffff),
  /** Data. */
  BLUE(0x0072b2),
  /** Data. */
  VERMILLION(0xd55e00),
  /** Data. */
  GREEN(0x009e73),
  /** Data. */
  PURPLE(0xcc79a7),
  /** Data. */
  ORANGE(0xe69f00),
  /** Data. */
  SKY(0x56b4e9);

  private static final List<Ink> DATA = List.of(BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY);

  private final int rgb;

  Ink(int rgb) {
    this.rgb = rgb;
  }

  /** The colour of a series, the first ones told apart best. */
  public static Ink ofSeries(int index) {
    return DATA.get(index % DATA.size());
  }

  int rgb() {
    return rgb;
  }
}
