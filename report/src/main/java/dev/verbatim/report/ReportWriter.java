package dev.verbatim.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Turns results into tables: for each experiment a page in Markdown and its numbers in CSV, and an
 * index of all.
 *
 * <p>The same results give the same bytes: everything is sorted, lines end in LF, and no date is
 * written.
 */
public final class ReportWriter {
  private static final CSVFormat CSV = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private ReportWriter() {}

  /**
   * What was written.
   *
   * @param experiments with a page
   * @param finishedRuns that the pages show
   * @param unfinished folders of runs without DONE, from results/runs on
   * @param leftOut what could not be read, each with its reason, for people to see
   */
  public record Summary(
      int experiments, int finishedRuns, List<String> unfinished, List<String> leftOut) {}

  /**
   * Writes {@code <experiment>.md} and {@code <experiment>.csv} for every experiment that is given
   * or has results, and {@code index.md}.
   *
   * @param resultsDir holds {@code runs/<experiment>/<variant>/seed-<n>-<id>/}; may be empty or
   *     missing
   * @param experiments what is known of them; an experiment that has results but is not here is
   *     shown without published figures
   * @param outDir is created where it is missing
   * @throws IOException if a folder cannot be listed or a page not be written; a broken run is no
   *     reason
   */
  public static Summary write(Path resultsDir, List<ExperimentInfo> experiments, Path outDir)
      throws IOException {
    Map<String, ExperimentInfo> byName = new TreeMap<>();
    for (String name : Results.experiments(resultsDir)) {
      byName.put(name, new ExperimentInfo(name, "", List.of()));
    }
    experiments.forEach(info -> byName.put(info.name(), info));
    Files.createDirectories(outDir);
    var index = new IndexPage();
    int runs = 0;
    List<String> unfinished = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (ExperimentInfo info : byName.values()) {
      Results results = Results.read(resultsDir, info);
      var page = new ExperimentPage(info, results);
      Files.writeString(outDir.resolve(info.name() + ".md"), page.markdown());
      Files.writeString(
          outDir.resolve(info.name() + ".csv"), csv(ExperimentCsv.rows(page, results)));
      index.add(info, results, page.comparisons());
      runs += results.runs().size();
      results.unfinished().forEach(run -> unfinished.add(info.name() + "/" + run));
      results.leftOut().forEach(problem -> leftOut.add(info.name() + "/" + problem));
    }
    Files.writeString(outDir.resolve("index.md"), index.markdown());
    return new Summary(byName.size(), runs, List.copyOf(unfinished), List.copyOf(leftOut));
  }

  /**
   * The table of one experiment as it stands, for a terminal: results by variant, then ours beside
   * published.
   *
   * @throws IOException if a folder cannot be listed
   */
  public static String table(Path resultsDir, ExperimentInfo info) throws IOException {
    var page = new ExperimentPage(info, Results.read(resultsDir, info));
    MarkdownTable published = page.published();
    return page.results() + (published.isEmpty() ? "" : "\n" + published);
  }

  private static String csv(List<List<String>> rows) throws IOException {
    var text = new StringBuilder();
    try (var printer = new CSVPrinter(text, CSV)) {
      for (List<String> row : rows) {
        printer.printRecord(row);
      }
    }
    return text.toString();
  }
}
