package dev.verbatim.report.table;

import dev.verbatim.report.table.Column.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tables for LaTeX with the package {@code booktabs}; {@code \input} one inside a table
 * environment.
 */
public final class Latex {
  private static final Map<Integer, String> SPECIAL =
      Map.ofEntries(
          Map.entry((int) '\\', "\\textbackslash{}"),
          Map.entry((int) '~', "\\textasciitilde{}"),
          Map.entry((int) '^', "\\textasciicircum{}"),
          Map.entry((int) '<', "\\textless{}"),
          Map.entry((int) '>', "\\textgreater{}"),
          Map.entry((int) '|', "\\textbar{}"),
          Map.entry((int) '"', "\\textquotedbl{}"),
          Map.entry((int) '–', "--"),
          Map.entry((int) '—', "---"),
          Map.entry((int) '…', "\\dots{}"),
          Map.entry((int) '±', "$\\pm$"),
          Map.entry((int) '×', "$\\times$"),
          Map.entry((int) '·', "$\\cdot$"),
          Map.entry((int) '−', "$-$"));

  private Latex() {}

  /** The table as a file of its own, with the runs of each row as comments. */
  public static String of(Table whole) {
    Table table = whole.shown();
    var text =
        new StringBuilder("% ").append(table.title()).append(". Needs \\usepackage{booktabs}\n");
    text.append("\\begin{tabular}{");
    table.columns().forEach(column -> text.append(column.kind() == Kind.TEXT ? 'l' : 'r'));
    text.append("}\n\\toprule\n");
    text.append(line(table.columns().stream().map(Column::title).toList())).append("\\midrule\n");
    for (Table.Row row : table.rows()) {
      text.append(line(row.cells().stream().map(Cell::text).toList()));
      if (!row.runs().isEmpty()) {
        text.append("% from ").append(String.join(" ", row.runs())).append('\n');
      }
    }
    return text.append("\\bottomrule\n\\end{tabular}\n").toString();
  }

  private static String line(List<String> cells) {
    return cells.stream().map(Latex::escape).collect(Collectors.joining(" & ", "", " \\\\\n"));
  }

  /** Text that stands for itself; letters that no Latin font has become question marks. */
  static String escape(String text) {
    var escaped = new StringBuilder();
    text.replaceAll("\\s+", " ")
        .strip()
        .codePoints()
        .forEach(
            c -> {
              if ("&%$#_{}".indexOf(c) >= 0) {
                escaped.append('\\').appendCodePoint(c);
              } else if (SPECIAL.containsKey(c)) {
                escaped.append(SPECIAL.get(c));
              } else if (c < 0x250) {
                escaped.appendCodePoint(c);
              } else {
                escaped.append('?');
              }
            });
    return escaped.toString();
  }
}
