package dev.verbatim.report.table;

import dev.verbatim.report.table.Column.Kind;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tables as elements of a page; the page makes them sortable by {@code data-sort}. */
public final class Html {
  private static final Set<String> VERDICTS = Set.of("verdict", "beside published");

  private Html() {}

  /** The table with its caption, in a region that scrolls by itself where the page is narrow. */
  public static String of(Table whole) {
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
    table.rows().forEach(row -> row(html, table, row));
    return html.append("</tbody></table></div>\n").toString();
  }

  private static void row(StringBuilder html, Table table, Table.Row row) {
    boolean total = row.cells().getFirst().text().equals("total");
    html.append(total ? "<tr class=\"total\">" : "<tr>");
    for (int c = 0; c < table.columns().size(); c++) {
      Column column = table.columns().get(c);
      Cell cell = row.cells().get(c);
      html.append(c == 0 ? "<th scope=\"row\"" : "<td");
      if (column.kind() != Kind.TEXT) {
        html.append(" class=\"n\" data-sort=\"").append(escape(cell.exact())).append('"');
        if (c > 0 && column.kind() == Kind.MEASURED && !row.runs().isEmpty() && !cell.isEmpty()) {
          html.append(" title=\"").append(escape(String.join("\n", row.runs()))).append('"');
        }
      }
      html.append('>').append(content(column, cell)).append(c == 0 ? "</th>" : "</td>");
    }
    html.append("</tr>\n");
  }

  private static String content(Column column, Cell cell) {
    String text = escape(cell.text());
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
