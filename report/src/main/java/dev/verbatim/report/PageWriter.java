package dev.verbatim.report;

import static dev.verbatim.report.table.Html.escape;

import dev.verbatim.report.draw.Drawing;
import dev.verbatim.report.draw.SvgWriter;
import dev.verbatim.report.table.Html;
import dev.verbatim.report.table.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page: one HTML file that needs nothing beside it. */
final class PageWriter {
  private static final String CHARTS =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private PageWriter() {}

  /**
   * The page.
   *
   * @param sections of the experiments, by name
   * @param links from the page to a run's folder or to a file, see {@link #addressOf}
   * @param leftOut what is unfinished or could not be read, a line each
   */
  static String html(
      List<ExperimentReport> experiments,
      Map<String, String> sections,
      Benchmarks benchmarks,
      UnaryOperator<String> links,
      List<String> leftOut) {
    var overview = new Overview(experiments);
    Map<String, String> parts = new TreeMap<>();
    parts.put("css", resource("page/page.css"));
    parts.put("js", resource("page/page.js"));
    parts.put("chartjs", resource(CHARTS).replaceAll("(?m)^//# sourceMappingURL=.*$", ""));
    parts.put("lead", lead(experiments));
    parts.put("overview", Html.of(overview.table(report -> address(report.info().name())), links));
    parts.put("figures", cards(overview.figures().values(), links));
    parts.put("benchmarks", benchmarks(benchmarks, links));
    parts.put("leftOutCount", String.valueOf(leftOut.size()));
    parts.put("leftOut", leftOut.isEmpty() ? "<p>Nothing.</p>" : list(leftOut));
    parts.put("data", data(experiments, sections));
    return PLACE
        .matcher(resource("page/page.html"))
        .replaceAll(place -> Matcher.quoteReplacement(parts.getOrDefault(place.group(1), "")));
  }

  private static String lead(List<ExperimentReport> experiments) {
    int runs = experiments.stream().mapToInt(e -> e.results().runs().size()).sum();
    return experiments.size()
        + (experiments.size() == 1 ? " experiment, " : " experiments, ")
        + runs
        + (runs == 1 ? " finished run." : " finished runs.")
        + " Every figure is made from results/ and can be made again to the byte; accuracies are"
        + " means ± standard deviations over seeds.";
  }

  /** Figures, each with what it was drawn from. */
  static String cards(Iterable<Drawing> drawings, UnaryOperator<String> links) {
    var html = new StringBuilder();
    for (Drawing drawing : drawings) {
      html.append("<figure class=\"card\">").append(SvgWriter.element(drawing));
      html.append("<figcaption>").append(Html.from(drawing.sources(), links));
      html.append("</figcaption></figure>\n");
    }
    return html.toString();
  }

  private static String benchmarks(Benchmarks benchmarks, UnaryOperator<String> links) {
    if (benchmarks.tables().isEmpty()) {
      return "<p>None: <code>make bench</code> writes some.</p>";
    }
    var html =
        new StringBuilder("<div class=\"grid\">")
            .append(cards(benchmarks.figures().values(), links));
    html.append("</div>\n");
    for (Table table : benchmarks.tables()) {
      String[] title = table.title().split(": ", 2);
      html.append("<h2>").append(escape(title[0])).append("</h2>\n");
      if (title.length > 1) {
        html.append("<p class=\"lead\">").append(escape(title[1])).append("</p>\n");
      }
      html.append(Html.of(table, links));
    }
    return html.toString();
  }

  private static String data(List<ExperimentReport> experiments, Map<String, String> sections) {
    var html = new StringBuilder("<script type=\"application/json\" id=\"run-index\">");
    html.append(PageData.index(experiments)).append("</script>\n");
    for (ExperimentReport report : experiments) {
      html.append("<script type=\"text/plain\" data-experiment=\"")
          .append(escape(report.info().name()))
          .append("\">")
          .append(sections.getOrDefault(report.info().name(), ""))
          .append("</script>\n");
    }
    return html.toString();
  }

  /** Where the page shows an experiment. */
  static String address(String experiment) {
    return "#/experiment/" + encoded(experiment);
  }

  /**
   * Where the page leads to from a source of a table or a figure: a run's entry on the page of its
   * experiment, or the file.
   *
   * @param source relative to the results
   */
  static String addressOf(String source, String resultsLink) {
    String[] parts = source.split("/", -1);
    return parts.length == 4 && RunReader.NAME.matcher(parts[3]).matches()
        ? address(parts[1]) + "/" + encoded(parts[2]) + "/" + parts[3]
        : file(resultsLink, source);
  }

  /** The address of a file among the results. */
  static String file(String resultsLink, String path) {
    return Stream.of((resultsLink + "/" + path).split("/", -1))
        .map(PageWriter::encoded)
        .collect(Collectors.joining("/"));
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("%7E", "~");
  }

  static String list(List<String> items) {
    var html = new StringBuilder("<ul>");
    items.forEach(item -> html.append("<li>").append(escape(item)).append("</li>"));
    return html.append("</ul>\n").toString();
  }

  private static String resource(String name) {
    try (InputStream in = PageWriter.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
