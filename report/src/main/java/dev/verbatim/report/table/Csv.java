package dev.verbatim.report.table;

import dev.verbatim.report.table.Column.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Tables as CSV: every digit, and the runs that each row comes from. */
public final class Csv {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private Csv() {}

  /** The table with all its columns. */
  public static String of(Table table) {
    List<List<String>> rows = new ArrayList<>();
    boolean traced = !table.sources().isEmpty();
    List<String> header = new ArrayList<>();
    for (Column column : table.columns()) {
      header.add(column.title());
      if (column.kind() == Kind.MEASURED) {
        header.add(column.title() + ", std");
      }
    }
    if (traced) {
      header.add("from");
    }
    rows.add(header);
    for (Table.Row row : table.rows()) {
      List<String> fields = new ArrayList<>();
      for (int c = 0; c < table.columns().size(); c++) {
        fields.add(row.cells().get(c).exact());
        if (table.columns().get(c).kind() == Kind.MEASURED) {
          fields.add(row.cells().get(c).deviation());
        }
      }
      if (traced) {
        fields.add(String.join(" ", row.sources()));
      }
      rows.add(fields);
    }
    return of(rows);
  }

  /** Rows as they are, a line each. */
  public static String of(List<List<String>> rows) {
    var text = new StringBuilder();
    try (var printer = new CSVPrinter(text, FORMAT)) {
      for (List<String> row : rows) {
        printer.printRecord(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail so
    }
    return text.toString();
  }
}
