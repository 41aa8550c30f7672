package dev.verbatim.peers;

import dev.verbatim.tensor.HostProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Rows for a terminal and for a CSV file, which names machine, JDK and date in each. */
final class Table {
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... header) {
    this.header = List.of(header);
  }

  void add(Object... cells) {
    rows.add(
        Arrays.stream(cells)
            .map(c -> c instanceof Double d ? number(d) : String.valueOf(c))
            .toList());
  }

  /** Four significant digits of what was measured. */
  private static String number(double value) {
    return dev.verbatim.store.Numbers.measured(value);
  }

  void print() {
    dev.verbatim.cli.Table.print(System.out, header, rows);
  }

  /** Writes the file, if there is anything to write. */
  void write(Path file) throws IOException {
    if (rows.isEmpty()) {
      return;
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    List<String> here =
        List.of(
            machine(),
            System.getProperty("java.runtime.version"),
            LocalDate.now(ZoneOffset.UTC).toString());
    try (var printer =
        new CSVPrinter(
            Files.newBufferedWriter(file),
            CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get())) {
      printer.printRecord(joined(header, List.of("machine", "jdk", "date")));
      for (List<String> row : rows) {
        printer.printRecord(joined(row, here));
      }
    }
  }

  private static List<String> joined(List<String> a, List<String> b) {
    List<String> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private static String machine() {
    return Runtime.getRuntime().availableProcessors() + " cores of " + HostProcessor.model();
  }
}
