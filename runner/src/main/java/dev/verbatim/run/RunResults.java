package dev.verbatim.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.apache.commons.csv.CSVRecord;

/** What a stored run came to, in one row. */
public final class RunResults {
  /** Names of the columns of {@link #row}. */
  public static final List<String> HEADER =
      List.of(
          "variant",
          "run",
          "epochs",
          "train loss",
          "train acc",
          "val loss",
          "val acc",
          "best val acc",
          "top-5",
          "parameters",
          "MACs",
          "seconds",
          "images/s");

  private RunResults() {}

  /**
   * The row of a run's folder.
   *
   * @throws IOException if its tables are missing or damaged
   */
  public static List<String> row(Path folder) throws IOException {
    try {
      return rowOf(folder);
    } catch (IllegalArgumentException | NoSuchElementException e) {
      throw new IOException(folder + ": a damaged table: " + e.getMessage(), e);
    }
  }

  private static List<String> rowOf(Path folder) throws IOException {
    StoredRun run = StoredRun.load(folder);
    List<CSVRecord> metrics = run.folder().readCsv("metrics.csv");
    List<CSVRecord> timing = run.folder().readCsv("timing.csv");
    CSVRecord total = run.folder().readCsv("model.csv").getLast();
    String variant = folder.getName(folder.getNameCount() - 2).toString();
    String parameters = String.format(Locale.ROOT, "%,d", Long.parseLong(total.get("parameters")));
    String macs = String.format(Locale.ROOT, "%,d", Long.parseLong(total.get("macs")));
    String diverged = run.divergence().map(d -> ", diverged in " + d.epoch()).orElse("");
    if (metrics.isEmpty()) {
      return List.of(
          variant,
          folder.getFileName().toString(),
          "0" + diverged,
          "",
          "",
          "",
          "",
          "",
          "",
          parameters,
          macs,
          "",
          "");
    }
    CSVRecord last = metrics.getLast();
    double best =
        metrics.stream()
            .mapToDouble(r -> Double.parseDouble(r.get("val_accuracy")))
            .max()
            .orElseThrow();
    double seconds =
        timing.stream()
            .mapToDouble(
                r ->
                    Double.parseDouble(r.get("train_seconds"))
                        + Double.parseDouble(r.get("eval_seconds")))
            .sum();
    return List.of(
        variant,
        folder.getFileName().toString(),
        last.get("epoch") + diverged,
        fixed(last, "train_loss", 4),
        fixed(last, "train_accuracy", 2),
        fixed(last, "val_loss", 4),
        fixed(last, "val_accuracy", 2),
        String.format(Locale.ROOT, "%.2f", best),
        fixed(last, "val_top5", 2),
        parameters,
        macs,
        String.format(Locale.ROOT, "%.1f", seconds),
        String.format(
            Locale.ROOT, "%.0f", Double.parseDouble(timing.getLast().get("images_per_second"))));
  }

  private static String fixed(CSVRecord row, String column, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", Double.parseDouble(row.get(column)));
  }
}
