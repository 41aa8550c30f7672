package dev.verbatim.report;

import dev.verbatim.report.draw.Drawing;
import dev.verbatim.report.table.Cell;
import dev.verbatim.report.table.Column;
import dev.verbatim.report.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The tables under {@code benchmarks/}, on whatever device and of whatever columns: those with one
 * value in all rows stand in the title.
 *
 * @param leftOut files that could not be read, each with its reason
 */
record Benchmarks(List<Table> tables, Map<String, Drawing> figures, List<String> leftOut) {
  private static final String FOLDER = "benchmarks";

  static Benchmarks read(Path results) throws IOException {
    List<Table> tables = new ArrayList<>();
    Map<String, Drawing> figures = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    Path folder = results.resolve(FOLDER);
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
          List<String> from = List.of(FOLDER + "/" + name);
          Speeds.read(csv)
              .charts()
              .forEach((network, chart) -> figures.put(id + "-" + network, chart.from(from)));
          tables.add(table(id, csv, from));
        } catch (BrokenFileException e) {
          leftOut.add(FOLDER + "/" + name + ": " + e.getMessage());
        }
      }
    }
    return new Benchmarks(tables, figures, leftOut);
  }

  private static Table table(String id, CsvTable csv, List<String> from) {
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
      table.row(from, cells);
    }
    return table;
  }

  /** What people call it, where it is one of ours. */
  private static String title(String id, CsvTable csv) {
    if (csv.columns().containsAll(Speeds.OF_BENCHMARKS)) {
      return "Kernels and whole steps";
    }
    if (csv.columns().containsAll(Speeds.OF_STEPS)) {
      return "Training steps and inference";
    }
    if (csv.columns().containsAll(List.of("kernel", "limited_by", "share_of_limit"))) {
      return "Kernels of a step beside their limits";
    }
    return switch (id) {
      case "peers-speed" -> "Speed beside other libraries";
      case "peers-losses" -> "Losses of the first steps beside other libraries";
      case "peers-epochs" -> "Epochs beside other libraries";
      default -> id;
    };
  }
}
