package dev.verbatim.report.table;

/** A column of a table. */
public record Column(String title, Kind kind) {
  /** What it holds. */
  public enum Kind {
    /** Words, aligned left. */
    TEXT,
    /** Numbers, aligned right. */
    NUMBER,
    /** A mean and a standard deviation, which are two columns in CSV. */
    MEASURED,
    /** How many runs a row comes from, or which one: leads to them where that is possible. */
    RUNS
  }

  /** A column of words. */
  public static Column text(String title) {
    return new Column(title, Kind.TEXT);
  }

  /** A column of numbers. */
  public static Column number(String title) {
    return new Column(title, Kind.NUMBER);
  }

  /** A column that leads to the runs of its rows. */
  public static Column runs(String title) {
    return new Column(title, Kind.RUNS);
  }

  /** A column of means with their standard deviations. */
  public static Column measured(String title) {
    return new Column(title, Kind.MEASURED);
  }
}
