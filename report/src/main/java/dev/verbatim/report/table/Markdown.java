package dev.verbatim.report.table;

import dev.verbatim.report.table.Column.Kind;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tables in GitHub's Markdown. */
public final class Markdown {
  private Markdown() {}

  /** The table without its title. */
  public static String of(Table whole) {
    Table table = whole.shown();
    var text = new StringBuilder();
    boolean rowByRow = !table.sources().isEmpty() && !table.hasOneSource();
    List<String> last = rowByRow ? List.of("from") : List.of();
    text.append(line(table.columns().stream().map(column -> escape(column.title())), last));
    text.append(
        line(
            table.columns().stream().map(column -> column.kind() == Kind.TEXT ? "---" : "---:"),
            rowByRow ? List.of("---") : List.of()));
    for (Table.Row row : table.rows()) {
      text.append(
          line(
              row.cells().stream().map(Markdown::cell),
              rowByRow ? List.of(names(row.sources())) : List.of()));
    }
    return rowByRow ? text.toString() : text + from(table.sources());
  }

  /** A paragraph that says what something comes from; none where there is nothing to say. */
  public static String from(List<String> sources) {
    return sources.isEmpty() ? "" : "\nFrom " + names(sources) + "\n";
  }

  /** The last parts of paths, which for runs are seed and id. */
  private static String names(List<String> sources) {
    return sources.stream()
        .map(source -> escape(source.substring(source.lastIndexOf('/') + 1)))
        .collect(Collectors.joining(" "));
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

  private static String line(Stream<String> cells, List<String> last) {
    return Stream.concat(cells, last.stream()).collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
