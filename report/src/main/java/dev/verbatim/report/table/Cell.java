package dev.verbatim.report.table;

/**
 * A field of a table.
 *
 * @param text for people
 * @param exact for CSV and for sorting: a number with all its digits, or the text itself
 * @param deviation for CSV, of a measured figure; may be empty
 * @param link where the text leads to in Markdown and HTML; may be empty
 */
public record Cell(String text, String exact, String deviation, String link) {
  /** What stands where there is nothing to say. */
  public static final String NONE = "–";

  /** Nothing to say. */
  public static final Cell EMPTY = new Cell(NONE, "", "", "");

  /** Text. */
  public static Cell of(String text) {
    return text.isEmpty() ? new Cell("", "", "", "") : new Cell(text, text, "", "");
  }

  /** A whole number without marks between thousands. */
  public static Cell of(long number) {
    return of(String.valueOf(number));
  }

  /** A number: as people read it, and with all its digits. */
  public static Cell of(String text, String exact) {
    return new Cell(text, exact, "", "");
  }

  /** The same, leading somewhere. */
  public Cell linking(String target) {
    return new Cell(text, exact, deviation, target);
  }

  boolean isEmpty() {
    return text.isEmpty() || text.equals(NONE);
  }
}
