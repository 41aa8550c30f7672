package dev.verbatim.report;

import dev.verbatim.report.draw.Drawing;
import dev.verbatim.report.draw.PngWriter;
import dev.verbatim.report.draw.SvgWriter;
import dev.verbatim.report.table.Csv;
import dev.verbatim.report.table.Latex;
import dev.verbatim.report.table.Markdown;
import dev.verbatim.report.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns results into a report: a page for the browser, and each table and figure as files of its
 * own.
 *
 * <p>The same results give the same bytes: everything is sorted, lines end in LF, and neither a
 * date nor a machine has a part in it.
 */
public final class ReportWriter {
  private static final String COMMITTED = "report";
  private static final String VERDICTS = "verdicts.csv";

  private ReportWriter() {}

  /**
   * What a report is made from.
   *
   * @param results holds {@code runs/} and {@code reference/}, each with {@code
   *     <experiment>/<variant>/seed-<n>-<id>/}, and {@code benchmarks/}; may be empty or missing
   * @param home the project's folder, in which the commands that it shows are typed
   * @param experiments what is known of them; an experiment that has results but is not here is
   *     shown without published figures
   * @param numerics the newest version of the numerics that this program has; runs of a newer one
   *     are left out
   */
  public record Input(Path results, Path home, List<ExperimentInfo> experiments, int numerics) {
    /** Takes a copy. */
    public Input {
      experiments = List.copyOf(experiments);
    }
  }

  /**
   * What was written.
   *
   * @param experiments with a page
   * @param finishedRuns that the pages show
   * @param unfinished folders of runs without DONE, from the results on; with the reason where one
   *     cannot be shown
   * @param leftOut what could not be read, each with its reason, for people to see
   * @param worse published figures that must be met exactly and are not, and those whose verdict is
   *     worse than the committed one, for people to see
   * @param unchecked what there is no committed verdict for, for people to see
   */
  public record Summary(
      int experiments,
      int finishedRuns,
      List<String> unfinished,
      List<String> leftOut,
      List<String> worse,
      List<String> unchecked) {}

  /**
   * Writes {@code index.html}; {@code index.md}, {@code benchmarks.md} and {@code <experiment>.md};
   * {@code tables/} as CSV and LaTeX, with {@code all.tex} that holds all of them; {@code figures/}
   * as SVG and PNG, with {@code sources.csv} that says what each is drawn from; {@code SHA256SUMS}.
   *
   * @param out is created where it is missing; what an earlier report left there is replaced
   * @throws IOException if a folder cannot be listed or a file not be written; a broken run is no
   *     reason
   */
  public static Summary write(Input input, Path out) throws IOException {
    Report report = Report.read(input);
    Verdicts verdicts = new Verdicts(report.experiments());
    files(report, verdicts, link(out, input.results())).write(out);
    var findings = verdicts.compare(input.results().resolve(COMMITTED).resolve(VERDICTS));
    return new Summary(
        report.experiments().size(),
        report.finishedRuns(),
        report.unfinished(),
        report.leftOut(),
        findings.problems(),
        findings.unchecked());
  }

  /**
   * Takes a report that was written for the one to be committed: its verdicts, below which later
   * ones must not fall, and its checksums, go to {@code report/} among the results.
   *
   * @param out the folder of the report
   * @throws IOException if the report is not there or the files cannot be written
   */
  public static Path accept(Path out, Path results) throws IOException {
    Path committed = results.resolve(COMMITTED);
    Files.createDirectories(committed);
    Files.copy(
        out.resolve("tables").resolve(VERDICTS),
        committed.resolve(VERDICTS),
        StandardCopyOption.REPLACE_EXISTING);
    Files.copy(
        out.resolve(GeneratedFiles.SUMS),
        committed.resolve(GeneratedFiles.SUMS),
        StandardCopyOption.REPLACE_EXISTING);
    return committed;
  }

  private static GeneratedFiles files(Report report, Verdicts verdicts, String resultsLink) {
    var files = new GeneratedFiles();
    report.experiments().parallelStream().forEach(e -> add(files, e, report.commands()));
    var overview = new Overview(report.experiments());
    files.add("index.md", index(overview, report.leftOut()));
    Table experiments = overview.table(experiment -> experiment.fileName() + ".md");
    addTable(files, "", experiments);
    overview.figures().forEach((id, drawing) -> addFigure(files, id, drawing));
    addTable(files, "", verdicts.table());
    Benchmarks benchmarks = report.benchmarks();
    files.add("benchmarks.md", benchmarks(benchmarks));
    benchmarks.tables().forEach(table -> addTable(files, "", table));
    benchmarks.figures().forEach((id, drawing) -> addFigure(files, "benchmark-" + id, drawing));
    List<Table> general = new ArrayList<>(List.of(experiments, verdicts.table()));
    general.addAll(benchmarks.tables());
    files.add("figures/sources.csv", sources(report, overview));
    files.add("tables/all.tex", latex(general, report.experiments()));
    files.add(GeneratedFiles.PAGE, report.page(resultsLink));
    return files;
  }

  private static String latex(List<Table> general, List<ExperimentReport> experiments) {
    List<Latex.Part> parts = new ArrayList<>();
    general.forEach(table -> parts.add(new Latex.Part(table.id(), table.title(), table)));
    for (ExperimentReport report : experiments) {
      for (Table table : report.tables()) {
        String title = report.info().name() + ": " + table.title();
        parts.add(new Latex.Part(report.fileName() + "-" + table.id(), title, table));
      }
    }
    return Latex.document(parts);
  }

  private static void add(GeneratedFiles files, ExperimentReport report, Commands commands) {
    files.add(report.fileName() + ".md", report.markdown(commands));
    report.tables().forEach(table -> addTable(files, report.fileName() + "-", table));
    report
        .figures()
        .forEach((id, drawing) -> addFigure(files, report.fileName() + "-" + id, drawing));
  }

  private static void addTable(GeneratedFiles files, String prefix, Table table) {
    files.add("tables/" + prefix + table.id() + ".csv", Csv.of(table));
    files.add("tables/" + prefix + table.id() + ".tex", Latex.of(table));
  }

  private static void addFigure(GeneratedFiles files, String name, Drawing drawing) {
    files.add("figures/" + name + ".svg", SvgWriter.file(drawing));
    files.add("figures/" + name + ".png", PngWriter.file(drawing));
  }

  /** What each figure was drawn from. */
  private static String sources(Report report, Overview overview) {
    Map<String, Drawing> all = new TreeMap<>(overview.figures());
    report.benchmarks().figures().forEach((id, drawing) -> all.put("benchmark-" + id, drawing));
    for (ExperimentReport experiment : report.experiments()) {
      experiment
          .figures()
          .forEach((id, drawing) -> all.put(experiment.fileName() + "-" + id, drawing));
    }
    List<List<String>> rows = new ArrayList<>(List.of(List.of("figure", "title", "from")));
    all.forEach(
        (name, drawing) ->
            rows.add(List.of(name, drawing.title(), String.join(" ", drawing.sources()))));
    return Csv.of(rows);
  }

  private static String index(Overview overview, List<String> leftOut) {
    Table table = overview.table(report -> PageWriter.encoded(report.fileName()) + ".md");
    var text = new StringBuilder("# Results\n\n");
    text.append(table.isEmpty() ? "No experiment yet.\n" : Markdown.of(table));
    overview
        .figures()
        .forEach(
            (id, drawing) ->
                text.append("\n![")
                    .append(drawing.title())
                    .append("](figures/")
                    .append(id)
                    .append(".svg)\n")
                    .append(Markdown.from(drawing.sources())));
    if (!leftOut.isEmpty()) {
      text.append("\n## Left out\n\n");
      leftOut.forEach(item -> text.append("- ").append(Markdown.escape(item)).append('\n'));
    }
    return text.toString();
  }

  private static String benchmarks(Benchmarks benchmarks) {
    var text = new StringBuilder("# Benchmarks\n");
    for (Table table : benchmarks.tables()) {
      text.append("\n## ").append(Markdown.escape(table.title())).append("\n\n");
      text.append(Markdown.of(table));
    }
    return text.toString();
  }

  /** From the page to the results. */
  static String link(Path out, Path results) {
    Path from = out.toAbsolutePath().normalize();
    return from.relativize(results.toAbsolutePath().normalize()).toString().replace('\\', '/');
  }
}
