package dev.verbatim.report;

import static dev.verbatim.report.table.Html.escape;

import dev.verbatim.report.Metric.Unit;
import dev.verbatim.report.draw.Drawing;
import dev.verbatim.report.table.Html;
import dev.verbatim.report.table.Table;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What the page shows of one experiment: everything but the curves, which its script draws. */
final class ExperimentSection {
  /** Figures that the page has as charts. */
  private static final Set<String> INTERACTIVE = Set.of("loss", "accuracy", "variants");

  private static final List<String> FILES =
      List.of(
          "config.yaml",
          "metrics.csv",
          "model.csv",
          "timing.csv",
          "loading.csv",
          "provenance.json",
          "DONE");

  private final ExperimentReport report;
  private final ResultFolders folders;
  private final Commands commands;
  private final String resultsLink;
  private final UnaryOperator<String> links;

  /**
   * A section.
   *
   * @param resultsLink from the page to the results
   */
  ExperimentSection(
      ExperimentReport report, ResultFolders folders, Commands commands, String resultsLink) {
    this.report = report;
    this.folders = folders;
    this.commands = commands;
    this.resultsLink = resultsLink;
    this.links = source -> PageWriter.addressOf(source, resultsLink);
  }

  String html() {
    var html = new StringBuilder("<h1>").append(escape(report.info().name())).append("</h1>\n");
    if (!report.info().origin().isEmpty()) {
      html.append("<p class=\"lead\">").append(escape(report.info().origin())).append("</p>\n");
    }
    facts(html);
    if (report.info().isKnown()) {
      command(html, "Run", commands.run(report.info(), report.seeds()));
    }
    if (!report.results().runs().isEmpty()) {
      command(html, "Verify all", commands.verify(report.info()));
    }
    contents(html);
    if (!report.results().hasRuns()) {
      html.append("<p class=\"notice\">Not run yet.</p>\n");
    }
    if (!report.notice().isEmpty()) {
      html.append("<p class=\"notice\">").append(report.notice()).append("</p>\n");
    }
    if (report.figures().containsKey("loss")) {
      html.append("<h2>Curves</h2>\n");
    }
    html.append("<div class=\"grid charts\"></div>\n").append(Html.from(charted(), links));
    for (Table table : report.tables()) {
      html.append("<h2 id=\"").append(escape(table.id())).append("\">");
      html.append(escape(heading(table))).append("</h2>\n").append(Html.of(table, links));
    }
    figures(html);
    runs(html);
    downloads(html);
    list(html, "Unfinished", report.results().unfinished());
    list(html, "Left out", report.leftOut());
    return html.toString();
  }

  private static String heading(Table table) {
    return table.title().replaceAll(":.*", "");
  }

  private void facts(StringBuilder html) {
    Group baseline = report.baseline();
    List<List<String>> facts = new ArrayList<>();
    facts.add(List.of("dataset", report.info().dataset()));
    facts.add(List.of("architecture", report.info().architecture()));
    facts.add(List.of("finished runs", String.valueOf(report.results().runs().size())));
    facts.add(List.of("parameters", shown(baseline.best(Metric.PARAMETERS), Unit.COUNT)));
    facts.add(List.of("MACs per image", shown(baseline.best(Metric.MACS), Unit.COUNT)));
    String accuracy = shown(baseline.best(Metric.VAL_ACCURACY), Unit.PERCENT);
    facts.add(List.of("best validation accuracy", accuracy.isEmpty() ? "" : accuracy + " %"));
    html.append("<dl class=\"facts\">");
    for (List<String> fact : facts) {
      if (!fact.getLast().isEmpty()) {
        html.append("<div><dt>").append(escape(fact.getFirst())).append("</dt><dd>");
        html.append(escape(fact.getLast())).append("</dd></div>");
      }
    }
    html.append("</dl>\n");
  }

  private static String shown(Measured measured, Unit unit) {
    return measured.exists() ? Numbers.show(measured, unit) : "";
  }

  private static void command(StringBuilder html, String what, String command) {
    html.append("<div class=\"command\"><span>")
        .append(what)
        .append("</span><code tabindex=\"0\">");
    html.append(escape(command)).append("</code></div>\n");
  }

  private void contents(StringBuilder html) {
    html.append("<ul class=\"toc\" aria-label=\"On this page\">");
    String base = PageWriter.address(report.info().name()) + "/";
    report.tables().forEach(t -> link(html, base + PageWriter.encoded(t.id()), heading(t)));
    if (report.figures().keySet().stream().anyMatch(id -> !INTERACTIVE.contains(id))) {
      link(html, base + "figures", "Figures");
    }
    if (report.results().hasRuns()) {
      link(html, base + "commands", "Commands and files of each run");
    }
    if (hasFiles()) {
      link(html, base + "files", "Tables and figures as files");
    }
    html.append("</ul>\n");
  }

  private void figures(StringBuilder html) {
    List<Drawing> drawings =
        report.figures().entrySet().stream()
            .filter(figure -> !INTERACTIVE.contains(figure.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    if (!drawings.isEmpty()) {
      html.append("<h2 id=\"figures\">Figures</h2>\n<div class=\"grid\">");
      html.append(PageWriter.cards(drawings, links)).append("</div>\n");
    }
  }

  /** Folders of the runs whose curves are charts of the page. */
  private List<String> charted() {
    Results results = report.results();
    return Stream.concat(results.runs().stream(), results.running().stream())
        .map(Run::folder)
        .toList();
  }

  private void runs(StringBuilder html) {
    List<Run> runs = new ArrayList<>(report.results().runs());
    runs.addAll(report.results().running());
    if (runs.isEmpty()) {
      return;
    }
    html.append("<h2 id=\"commands\">Commands and files of each run</h2>\n<p>")
        .append(Commands.WHERE_DATA_IS)
        .append("</p>\n");
    for (Run run : runs) {
      html.append("<details class=\"run\" id=\"")
          .append(escape(run.variant() + "/" + run.name()))
          .append("\"><summary>")
          .append(escape(run.title()))
          .append(run.done() ? "" : " (unfinished)")
          .append("</summary>\n");
      command(html, "Reproduce", commands.reproduce(report.info(), run));
      if (run.done()) {
        command(html, "Verify", commands.verify(run));
      }
      html.append("<ul class=\"links\">");
      for (String file : FILES) {
        if (Files.exists(folders.path(run).resolve(file))) {
          link(html, PageWriter.file(resultsLink, run.folder() + "/" + file), file);
        }
      }
      link(
          html,
          "#/compare/" + PageWriter.encoded(report.info().name() + "|" + run.folder()) + "/",
          "compare");
      html.append("</ul></details>\n");
    }
  }

  private static void link(StringBuilder html, String target, String text) {
    html.append("<li><a href=\"").append(escape(target)).append("\">").append(escape(text));
    html.append("</a></li>");
  }

  private boolean hasFiles() {
    return !report.tables().isEmpty() || !report.figures().isEmpty();
  }

  private void downloads(StringBuilder html) {
    if (!hasFiles()) {
      return;
    }
    html.append("<h2 id=\"files\">Tables and figures as files</h2>\n<ul class=\"links\">");
    for (Table table : report.tables()) {
      for (String type : List.of("csv", "tex")) {
        String file = report.fileName() + "-" + table.id() + "." + type;
        link(html, "tables/" + file, file);
      }
    }
    for (String id : report.figures().keySet()) {
      for (String type : List.of("svg", "png")) {
        String file = report.fileName() + "-" + id + "." + type;
        link(html, "figures/" + file, file);
      }
    }
    html.append("</ul>\n");
  }

  private static void list(StringBuilder html, String title, List<String> items) {
    if (!items.isEmpty()) {
      html.append("<h2>").append(title).append("</h2>\n").append(PageWriter.list(items));
    }
  }
}
