package dev.verbatim.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A run's weights on images, as {@code evaluate} left it.
 *
 * @param on what they were: {@code validation}, {@code train}, {@code test}, or {@code other}
 *     images; whatever stands in the folder's name
 * @param accuracy in per cent
 */
record Evaluation(String on, long images, double loss, double accuracy, double top5) {
  /** The images that metrics.csv has after each epoch, too. */
  static final String VALIDATION = "validation";

  private static final String PREFIX = "evaluation-";
  private static final Comparator<Path> VALIDATION_FIRST =
      Comparator.comparing((Path path) -> !path.endsWith(PREFIX + VALIDATION))
          .thenComparing(path -> path);

  /** How often what was taken for what: a row is the true class. */
  record Confusion(List<String> classes, List<List<Long>> counts) {}

  /** Whether it is on as many images of the same name. */
  boolean isOnTheSame(Evaluation other) {
    return on.equals(other.on) && images == other.images;
  }

  /** The images, as people call them. */
  String shownImages() {
    return on.equals("train") ? "training" : on;
  }

  /**
   * All of a run, those of validation first; those that cannot be read are added to the problems.
   */
  static List<Evaluation> readAll(Path run, List<String> problems) {
    List<Evaluation> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(run)) {
      for (Path child : children.sorted(VALIDATION_FIRST).toList()) {
        String name = String.valueOf(child.getFileName());
        if (name.startsWith(PREFIX)) {
          try {
            found.add(read(child, name.substring(PREFIX.length())));
          } catch (BrokenFileException e) {
            problems.add(name + ": " + e.getMessage() + "; the run is shown without it");
          }
        }
      }
    } catch (IOException e) {
      problems.add("the folder cannot be listed");
    }
    return found;
  }

  private static Evaluation read(Path folder, String on) throws BrokenFileException {
    CsvTable table =
        CsvTable.read(
            folder.resolve("evaluation.csv"), List.of("images", "loss", "accuracy", "top5"));
    if (table.rows() != 1) {
      throw new BrokenFileException("evaluation.csv needs one row, got " + table.rows());
    }
    return new Evaluation(
        on,
        table.whole(0, "images"),
        table.number(0, "loss"),
        table.finite(0, "accuracy"),
        table.finite(0, "top5"));
  }

  /** Its folder, in that of the run. */
  Path folder(Path run) {
    return run.resolve(PREFIX + on);
  }

  /** The confusion matrix in the folder of an evaluation. */
  static Confusion confusion(Path folder) throws BrokenFileException {
    CsvTable table = CsvTable.read(folder.resolve("confusion.csv"), List.of("class"));
    List<String> classes = new ArrayList<>();
    List<List<Long>> counts = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      classes.add(table.text(row, "class"));
    }
    for (int row = 0; row < table.rows(); row++) {
      counts.add(table.wholeNumbers(row, 1));
      if (counts.get(row).size() != classes.size()) {
        throw new BrokenFileException(
            "confusion.csv needs as many columns as rows, got "
                + counts.get(row).size()
                + " and "
                + classes.size());
      }
    }
    return new Confusion(classes, counts);
  }
}
