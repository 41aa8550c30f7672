package dev.verbatim.report.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A titled table. Columns without a single figure are not shown. */
public final class Table {
  /**
   * A row.
   *
   * @param sources the folders of the runs that its figures come from, or files, relative to the
   *     results; may be empty
   */
  public record Row(List<Cell> cells, List<String> sources) {
    /** Takes copies. */
    public Row {
      cells = List.copyOf(cells);
      sources = List.copyOf(sources);
    }
  }

  private final String id;
  private final String title;
  private final List<Column> columns;
  private final List<Row> rows = new ArrayList<>();

  /** A table without rows; the id is part of file names. */
  public Table(String id, String title, Column... columns) {
    this(id, title, List.of(columns));
  }

  /** A table without rows; the id is part of file names. */
  public Table(String id, String title, List<Column> columns) {
    this.id = id;
    this.title = title;
    this.columns = List.copyOf(columns);
  }

  /** Adds a row whose figures come from these runs or files. */
  public void row(List<String> sources, Cell... cells) {
    row(sources, List.of(cells));
  }

  /** Adds a row whose figures come from these runs or files. */
  public void row(List<String> sources, List<Cell> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          "table " + id + " needs " + columns.size() + " cells, got " + cells.size());
    }
    rows.add(new Row(cells, sources));
  }

  /** Part of its file's name. */
  public String id() {
    return id;
  }

  /** For people. */
  public String title() {
    return title;
  }

  /** The columns. */
  public List<Column> columns() {
    return columns;
  }

  /** The rows. */
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /** What its rows come from, in the order in which it is first named. */
  public List<String> sources() {
    return rows.stream().flatMap(row -> row.sources().stream()).distinct().toList();
  }

  /** Whether all rows come from the same, which is then said once. */
  boolean hasOneSource() {
    return rows.stream().map(Row::sources).distinct().count() == 1;
  }

  /** Whether it has no rows. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The same without columns of nothing; the first column stays. */
  public Table shown() {
    int[] kept =
        IntStream.range(0, columns.size())
            .filter(c -> c == 0 || rows.stream().anyMatch(row -> !row.cells().get(c).isEmpty()))
            .toArray();
    var table = new Table(id, title, IntStream.of(kept).mapToObj(columns::get).toList());
    for (Row row : rows) {
      table.row(row.sources(), IntStream.of(kept).mapToObj(row.cells()::get).toList());
    }
    return table;
  }
}
