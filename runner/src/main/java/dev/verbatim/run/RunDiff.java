package dev.verbatim.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVRecord;

/**
 * Where two runs part.
 *
 * @param settings key, value of the first and of the second, for each key that differs
 * @param metrics the first epoch at which they differ and how, if they do
 * @param epochs that both have
 * @param results name, value of the first and of the second
 */
public record RunDiff(
    List<List<String>> settings, Optional<String> metrics, int epochs, List<List<String>> results) {
  /**
   * Compares two stored runs.
   *
   * @throws IOException if their files cannot be read
   */
  public static RunDiff of(StoredRun a, StoredRun b) throws IOException {
    List<CSVRecord> left = a.folder().readCsv("metrics.csv");
    List<CSVRecord> right = b.folder().readCsv("metrics.csv");
    return new RunDiff(
        settings(a, b),
        firstDifference(left, right),
        Math.min(left.size(), right.size()),
        results(a, b));
  }

  private static List<List<String>> settings(StoredRun a, StoredRun b) {
    Map<String, String> left = a.config().settings();
    Map<String, String> right = b.config().settings();
    Set<String> keys = new LinkedHashSet<>(left.keySet());
    keys.addAll(right.keySet());
    List<List<String>> differing = new ArrayList<>();
    for (String key : keys) {
      String one = left.getOrDefault(key, "-");
      String two = right.getOrDefault(key, "-");
      if (!one.equals(two)) {
        differing.add(List.of(key, one, two));
      }
    }
    return differing;
  }

  private static Optional<String> firstDifference(List<CSVRecord> left, List<CSVRecord> right) {
    int common = Math.min(left.size(), right.size());
    for (int i = 0; i < common; i++) {
      List<String> differing = new ArrayList<>();
      for (String column : EpochResult.METRICS) {
        if (!value(left.get(i), column).equals(value(right.get(i), column))) {
          differing.add(column);
        }
      }
      if (!differing.isEmpty()) {
        return Optional.of("from epoch " + (i + 1) + " on: " + String.join(", ", differing));
      }
    }
    return left.size() == right.size()
        ? Optional.empty()
        : Optional.of(
            "the first has "
                + left.size()
                + " epochs, the second "
                + right.size()
                + "; the "
                + common
                + " that both have are the same");
  }

  private static String value(CSVRecord row, String column) {
    return row.isSet(column) ? row.get(column) : "";
  }

  private static List<List<String>> results(StoredRun a, StoredRun b) throws IOException {
    List<String> left = RunResults.row(a.folder().path());
    List<String> right = RunResults.row(b.folder().path());
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      rows.add(List.of(RunResults.HEADER.get(i), left.get(i), right.get(i)));
    }
    return rows;
  }
}
