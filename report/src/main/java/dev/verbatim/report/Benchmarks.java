package dev.verbatim.report;

import dev.verbatim.report.draw.Drawing;
import dev.verbatim.report.draw.Series;
import dev.verbatim.report.draw.Series.Point;
import dev.verbatim.report.draw.XyChart;
import dev.verbatim.report.draw.XyChart.Kind;
import dev.verbatim.report.table.Cell;
import dev.verbatim.report.table.Column;
import dev.verbatim.report.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The tables under {@code benchmarks/}, on whatever device and of whatever columns: those with one
 * value in all rows stand in the title.
 *
 * @param leftOut files that could not be read, each with its reason
 */
record Benchmarks(List<Table> tables, Map<String, Drawing> figures, List<String> leftOut) {
  private static final List<String> SPEED =
      List.of("benchmark", "shape", "batch", "threads", "images_per_second");
  private static final String STEP = "Step.";

  static Benchmarks read(Path results) throws IOException {
    List<Table> tables = new ArrayList<>();
    Map<String, Drawing> figures = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    Path folder = results.resolve("benchmarks");
    if (!Files.isDirectory(folder)) {
      return new Benchmarks(tables, figures, leftOut);
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith(".")) {
          continue;
        }
        try {
          if (!name.endsWith(".csv")) {
            throw new BrokenFileException("not a CSV file");
          }
          CsvTable csv = CsvTable.read(file, List.of());
          if (csv.rows() == 0) {
            throw new BrokenFileException("has no rows");
          }
          String id = FileNames.of(name.substring(0, name.length() - 4));
          speed(csv).ifPresent(chart -> figures.put(id, chart));
          tables.add(table(id, csv));
        } catch (BrokenFileException e) {
          leftOut.add("benchmarks/" + name + ": " + e.getMessage());
        }
      }
    }
    return new Benchmarks(tables, figures, leftOut);
  }

  private static Table table(String id, CsvTable csv) {
    List<Column> columns = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    List<String> constants = new ArrayList<>();
    for (String column : csv.columns()) {
      List<String> values = csv.column(column);
      boolean constant = values.size() > 1 && values.stream().distinct().count() == 1;
      if (constant && !values.getFirst().isEmpty()) {
        constants.add(column.replace('_', ' ') + " " + values.getFirst());
      } else if (values.stream().anyMatch(value -> !value.isEmpty())) {
        boolean numbers = values.stream().allMatch(value -> value.matches("-?[0-9.]*"));
        String title = column.replace('_', ' ');
        columns.add(numbers ? Column.number(title) : Column.text(title));
        shown.add(column);
      }
    }
    String about = constants.isEmpty() ? "" : ": " + String.join(", ", constants);
    var table = new Table("benchmark-" + id, title(id, csv) + about, columns);
    for (int row = 0; row < csv.rows(); row++) {
      List<Cell> cells = new ArrayList<>();
      for (String column : shown) {
        cells.add(Numbers.asWritten(csv.text(row, column)));
      }
      table.row(List.of(), cells);
    }
    return table;
  }

  /** What people call it, where it is one of ours. */
  private static String title(String id, CsvTable csv) {
    if (csv.columns().containsAll(SPEED)) {
      return "Kernels and whole steps";
    }
    return switch (id) {
      case "peers-speed" -> "Speed beside other libraries";
      case "peers-losses" -> "Losses of the first steps beside other libraries";
      case "peers-epochs" -> "Epochs beside other libraries";
      default -> id;
    };
  }

  private static double positive(CsvTable csv, int row, String column) throws BrokenFileException {
    double value = csv.number(row, column);
    if (!(value > 0 && Double.isFinite(value))) {
      throw new BrokenFileException(
          "row "
              + (row + 1)
              + ": "
              + column
              + " needs to be positive, got "
              + csv.text(row, column));
    }
    return value;
  }

  /** Images a second of whole steps by batch, a series for each network and number of threads. */
  private static Optional<Drawing> speed(CsvTable csv) throws BrokenFileException {
    if (!csv.columns().containsAll(SPEED)) {
      return Optional.empty();
    }
    Map<String, List<Point>> points = new TreeMap<>();
    for (int row = 0; row < csv.rows(); row++) {
      String benchmark = csv.text(row, "benchmark");
      if (benchmark.startsWith(STEP)) {
        String name =
            String.join(
                " ",
                csv.text(row, "shape"),
                benchmark.substring(STEP.length()),
                "×" + csv.text(row, "threads"));
        points
            .computeIfAbsent(name, n -> new ArrayList<>())
            .add(Point.of(positive(csv, row, "batch"), positive(csv, row, "images_per_second")));
      }
    }
    List<Series> series = new ArrayList<>();
    points.forEach(
        (name, list) -> {
          list.sort(Comparator.comparingDouble(Point::x));
          series.add(new Series(name, series.size(), true, true, list));
        });
    return series.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new XyChart(
                    "Images per second by batch and threads",
                    "images in a batch",
                    "images per second",
                    Kind.LOGARITHMIC,
                    true,
                    series)
                .draw());
  }
}
