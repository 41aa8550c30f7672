package dev.verbatim.report.table;

import dev.verbatim.report.table.Column.Kind;
import java.util.List;
import java.util.stream.Collectors;

/** Tables in GitHub's Markdown. */
public final class Markdown {
  private Markdown() {}

  /** The table without its title. */
  public static String of(Table whole) {
    Table table = whole.shown();
    var text = new StringBuilder();
    text.append(line(table.columns().stream().map(column -> escape(column.title())).toList()));
    text.append(
        line(
            table.columns().stream()
                .map(column -> column.kind() == Kind.TEXT ? "---" : "---:")
                .toList()));
    for (Table.Row row : table.rows()) {
      text.append(line(row.cells().stream().map(Markdown::cell).toList()));
    }
    return text.toString();
  }

  private static String cell(Cell cell) {
    String text = escape(cell.text());
    return cell.link().isEmpty() ? text : "[" + text + "](" + cell.link() + ")";
  }

  /** Text that stands for itself. */
  public static String escape(String text) {
    return text.replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static String line(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
