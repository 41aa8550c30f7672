package dev.verbatim.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Rows in columns for a terminal; columns of numbers are flush right. */
public final class Table {
  private Table() {}

  /** Prints a header and its rows. */
  public static void print(PrintStream out, List<String> header, List<List<String>> rows) {
    int columns = header.size();
    int[] widths = new int[columns];
    boolean[] numbers = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      widths[c] = header.get(c).length();
      numbers[c] = !rows.isEmpty();
      for (List<String> row : rows) {
        widths[c] = Math.max(widths[c], row.get(c).length());
        numbers[c] &= row.get(c).isEmpty() || row.get(c).matches("[+-]?[\\d,.]+(e-\\d+)?( %| s)?");
      }
    }
    line(out, header, widths, numbers);
    for (List<String> row : rows) {
      line(out, row, widths, numbers);
    }
  }

  private static void line(PrintStream out, List<String> cells, int[] widths, boolean[] right) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < cells.size(); c++) {
      String pad = " ".repeat(widths[c] - cells.get(c).length());
      line.append(c > 0 ? "  " : "").append(right[c] ? pad + cells.get(c) : cells.get(c) + pad);
    }
    out.println(line.toString().stripTrailing());
  }

  /** A whole number with commas. */
  public static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
