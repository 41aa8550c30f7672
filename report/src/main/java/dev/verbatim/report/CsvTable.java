package dev.verbatim.report;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A CSV file of a run, read whole. Every problem becomes a {@link BrokenFileException} that says
 * which line.
 */
final class CsvTable {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();

  private final String file;
  private final List<String> columns;
  private final List<CSVRecord> records;

  private CsvTable(String file, List<String> columns, List<CSVRecord> records) {
    this.file = file;
    this.columns = columns;
    this.records = records;
  }

  /** Reads a file that has these columns at least, to its end. */
  static CsvTable read(Path path, List<String> columns) throws BrokenFileException {
    String file = String.valueOf(path.getFileName());
    String text = text(path, file);
    if (!text.isEmpty() && !text.endsWith("\n")) {
      throw new BrokenFileException(file + " is half-written: its last line does not end");
    }
    return parse(file, text, columns);
  }

  /** Reads the lines that are whole, of a file that is being written. */
  static CsvTable readSoFar(Path path, List<String> columns) throws BrokenFileException {
    String file = String.valueOf(path.getFileName());
    String text = text(path, file);
    return parse(file, text.substring(0, text.lastIndexOf('\n') + 1), columns);
  }

  private static String text(Path path, String file) throws BrokenFileException {
    try {
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw new BrokenFileException(file + " is missing");
    } catch (IOException e) {
      throw new BrokenFileException(file + " cannot be read as CSV");
    }
  }

  private static CsvTable parse(String file, String text, List<String> columns)
      throws BrokenFileException {
    try (CSVParser parser = FORMAT.parse(new StringReader(text))) {
      List<String> header = parser.getHeaderNames();
      for (String column : columns) {
        if (!header.contains(column)) {
          throw new BrokenFileException(file + " has no column " + column);
        }
      }
      List<CSVRecord> records = new ArrayList<>();
      for (CSVRecord row : parser) {
        if (row.size() != header.size()) {
          throw new BrokenFileException(
              String.format(
                  Locale.ROOT,
                  "%s, row %d: %d fields, the header has %d",
                  file,
                  row.getRecordNumber(),
                  row.size(),
                  header.size()));
        }
        records.add(row);
      }
      return new CsvTable(file, List.copyOf(header), records);
    } catch (IOException
        | UncheckedIOException
        | IllegalArgumentException
        | IllegalStateException e) {
      throw new BrokenFileException(file + " cannot be read as CSV");
    }
  }

  List<String> columns() {
    return columns;
  }

  List<String> column(String name) {
    return records.stream().map(row -> row.get(name)).toList();
  }

  int rows() {
    return records.size();
  }

  String text(int row, String column) {
    return records.get(row).get(column);
  }

  long whole(int row, String column) throws BrokenFileException {
    try {
      return Long.parseLong(text(row, column));
    } catch (NumberFormatException e) {
      throw notANumber(row, column);
    }
  }

  /** The whole numbers of a row from a column on, counted from 0. */
  List<Long> wholeNumbers(int row, int from) throws BrokenFileException {
    List<Long> numbers = new ArrayList<>();
    for (String column : columns.subList(from, columns.size())) {
      numbers.add(whole(row, column));
    }
    return numbers;
  }

  /**
   * A number; NaN where the field is empty, which is how a figure that could not be measured is
   * written.
   */
  double number(int row, String column) throws BrokenFileException {
    String text = text(row, column);
    try {
      return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw notANumber(row, column);
    }
  }

  /** A number that is neither infinite nor NaN, or NaN where the field is empty. */
  double finite(int row, String column) throws BrokenFileException {
    double value = number(row, column);
    if (!text(row, column).isEmpty() && !Double.isFinite(value)) {
      throw notANumber(row, column);
    }
    return value;
  }

  private BrokenFileException notANumber(int row, String column) {
    return new BrokenFileException(
        String.format(
            Locale.ROOT,
            "%s, row %d: %s is \"%s\", not a number",
            file,
            row + 1,
            column,
            text(row, column)));
  }
}
