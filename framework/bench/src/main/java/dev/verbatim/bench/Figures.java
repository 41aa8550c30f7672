package dev.verbatim.bench;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Figures as CSV; what does not apply is an empty field. */
final class Figures {
  private static final String UNIT = "ns/op";
  private static final String[] COLUMNS = {
    "date",
    "mode",
    "machine",
    "cores",
    "jdk",
    "vector_bits",
    "threads",
    "benchmark",
    "shape",
    "batch",
    "unit",
    "median",
    "best",
    "images_per_second",
    "gflops",
    "share_of_fma_peak",
    "gbytes_per_second",
    "share_of_bandwidth",
    "fma_peak_gflops",
    "triad_gbytes_per_second",
    "bytes_allocated_per_op",
    "gc_alloc_rate_norm"
  };
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
  private static final CSVFormat WITH_HEADER =
      FORMAT.builder().setHeader().setSkipHeaderRecord(true).get();

  private Figures() {}

  /** Makes a file with the header alone, and its folders. */
  static void begin(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, FORMAT.format((Object[]) COLUMNS) + "\n");
  }

  /** Adds a line. */
  static void append(Path file, Figure f) throws IOException {
    Object[] fields = {
      f.date(),
      f.mode(),
      f.machine().cpu(),
      f.machine().cores(),
      f.machine().jdk(),
      f.machine().vectorBits(),
      f.threads(),
      f.benchmark(),
      f.shape(),
      f.batch() == 0 ? "" : f.batch(),
      UNIT,
      number(f.median()),
      number(f.best()),
      whereItApplies(f.imagesPerSecond()),
      whereItApplies(f.gflops()),
      whereItApplies(f.shareOfFmaPeak()),
      whereItApplies(f.gbytesPerSecond()),
      whereItApplies(f.shareOfBandwidth()),
      number(f.fmaPeakGflops()),
      number(f.triadGbytesPerSecond()),
      number(f.allocatedBytes()),
      number(f.profiledBytes())
    };
    Files.writeString(file, FORMAT.format(fields) + "\n", StandardOpenOption.APPEND);
  }

  private static String whereItApplies(double value) {
    return value == 0 ? "" : number(value);
  }

  /** Four significant digits say all there is to say. */
  private static String number(double value) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4));
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  /**
   * Reads a file of {@link #append}.
   *
   * @throws IOException naming the file and what is wrong with it
   */
  static List<Figure> read(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        CSVParser parser = WITH_HEADER.parse(reader)) {
      for (String column : COLUMNS) {
        if (!parser.getHeaderNames().contains(column)) {
          throw new IOException(file + ": has no column " + column);
        }
      }
      List<Figure> figures = new ArrayList<>();
      for (CSVRecord row : parser) {
        figures.add(figure(file, row));
      }
      return figures;
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": is not there", e);
    } catch (CharacterCodingException
        | UncheckedIOException
        | IllegalArgumentException
        | IllegalStateException e) {
      throw new IOException(file + ": is no CSV: " + e.getMessage(), e);
    }
  }

  private static Figure figure(Path file, CSVRecord row) throws IOException {
    if (row.size() != COLUMNS.length) {
      throw new IOException(
          file
              + ", row "
              + row.getRecordNumber()
              + ": needs "
              + COLUMNS.length
              + " fields, got "
              + row.size());
    }
    return new Figure(
        row.get("date"),
        row.get("mode"),
        new Machine(
            row.get("machine"),
            (int) number(file, row, "cores"),
            row.get("jdk"),
            (int) number(file, row, "vector_bits")),
        (int) number(file, row, "threads"),
        row.get("benchmark"),
        row.get("shape"),
        (int) number(file, row, "batch"),
        number(file, row, "median"),
        number(file, row, "best"),
        number(file, row, "images_per_second"),
        number(file, row, "gflops"),
        number(file, row, "share_of_fma_peak"),
        number(file, row, "gbytes_per_second"),
        number(file, row, "share_of_bandwidth"),
        number(file, row, "fma_peak_gflops"),
        number(file, row, "triad_gbytes_per_second"),
        number(file, row, "bytes_allocated_per_op"),
        number(file, row, "gc_alloc_rate_norm"));
  }

  private static double number(Path file, CSVRecord row, String column) throws IOException {
    String text = row.get(column);
    double value;
    try {
      value = text.isEmpty() ? 0 : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!Double.isFinite(value)) {
      throw new IOException(
          file
              + ", row "
              + row.getRecordNumber()
              + ": "
              + column
              + " is '"
              + text
              + "', not a number");
    }
    return value;
  }
}
