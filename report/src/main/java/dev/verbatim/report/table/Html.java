package dev.verbatim.report.table;

import dev.verbatim.report.table.Column.Kind;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tables as elements of a page; the page makes them sortable by {@code data-sort}. */
public final class Html {
  private static final Set<String> VERDICTS = Set.of("verdict", "beside published");

  private Html() {}

  /**
   * The table with its caption, in a region that scrolls by itself where the page is narrow, and
   * with what its rows come from: in their column of runs, or else below.
   *
   * @param address where the page leads to from a folder of a run, or from a file
   */
  public static String of(Table whole, UnaryOperator<String> address) {
    Table table = whole.shown();
    var html = new StringBuilder();
    html.append("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"")
        .append(escape(table.title()))
        .append("\"><table id=\"table-")
        .append(escape(table.id()))
        .append("\"><caption class=\"visually-hidden\">")
        .append(escape(table.title()))
        .append("</caption><thead><tr>");
    for (Column column : table.columns()) {
      html.append(
              column.kind() == Kind.TEXT ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"n\">")
          .append(escape(column.title()))
          .append("</th>");
    }
    html.append("</tr></thead><tbody>\n");
    table.rows().forEach(row -> row(html, table, row, address));
    html.append("</tbody></table></div>\n");
    boolean told = table.columns().stream().anyMatch(column -> column.kind() == Kind.RUNS);
    return told ? html.toString() : html + from(table.sources(), address);
  }

  /** A paragraph, to be unfolded where there are many, of what something comes from. */
  public static String from(List<String> sources, UnaryOperator<String> address) {
    if (sources.isEmpty()) {
      return "";
    }
    return sources.size() == 1
        ? "<p class=\"from\">From " + link(sources.getFirst(), address) + "</p>\n"
        : "<div class=\"from\">"
            + unfolded("From " + sources.size() + " runs", sources, address)
            + "</div>\n";
  }

  private static String unfolded(
      String summary, List<String> sources, UnaryOperator<String> address) {
    return sources.stream()
        .map(source -> "<li>" + link(source, address) + "</li>")
        .collect(
            Collectors.joining(
                "",
                "<details class=\"runs\"><summary>" + escape(summary) + "</summary><ul>",
                "</ul></details>"));
  }

  /** By the last two parts of its path: variant, and seed and id, of a run. */
  private static String link(String source, UnaryOperator<String> address) {
    int last = source.lastIndexOf('/');
    return "<a href=\""
        + escape(address.apply(source))
        + "\">"
        + escape(source.substring(source.lastIndexOf('/', last - 1) + 1))
        + "</a>";
  }

  private static void row(
      StringBuilder html, Table table, Table.Row row, UnaryOperator<String> address) {
    boolean total = row.cells().getFirst().text().equals("total");
    html.append(total ? "<tr class=\"total\">" : "<tr>");
    for (int c = 0; c < table.columns().size(); c++) {
      Column column = table.columns().get(c);
      Cell cell = row.cells().get(c);
      html.append(c == 0 ? "<th scope=\"row\"" : "<td");
      if (column.kind() != Kind.TEXT) {
        html.append(" class=\"n\" data-sort=\"").append(escape(cell.exact())).append('"');
      }
      html.append('>')
          .append(content(column, cell, row, address))
          .append(c == 0 ? "</th>" : "</td>");
    }
    html.append("</tr>\n");
  }

  private static String content(
      Column column, Cell cell, Table.Row row, UnaryOperator<String> address) {
    String text = escape(cell.text());
    if (column.kind() == Kind.RUNS && !row.sources().isEmpty()) {
      return row.sources().size() == 1
          ? "<a href=\"" + escape(address.apply(row.sources().getFirst())) + "\">" + text + "</a>"
          : unfolded(cell.text(), row.sources(), address);
    }
    if (!cell.link().isEmpty()) {
      return "<a href=\"" + escape(cell.link()) + "\">" + text + "</a>";
    }
    if (VERDICTS.contains(column.title()) && !cell.isEmpty()) {
      return Stream.of(cell.text().split(", ", -1)).map(Html::chip).collect(Collectors.joining());
    }
    return text;
  }

  /** A verdict, or how many there are of one: its first word decides on the colour. */
  private static String chip(String text) {
    String kind = text.replaceAll("^[0-9]+ ", "").replaceAll(":.*", "");
    return "<span class=\"chip "
        + escape(kind.replace(' ', '-'))
        + "\" data-kind=\""
        + escape(kind)
        + "\">"
        + escape(text)
        + "</span>";
  }

  /** Text that stands for itself, in an attribute too. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
