package dev.verbatim.report.table;

import dev.verbatim.report.table.Column.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tables for LaTeX with the package {@code booktabs}; {@code \input} one inside a table
 * environment, or outside of any where it is longer than a page and therefore a {@code longtable}.
 * Long titles and texts are broken into lines, so that a page is wide enough for most.
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
          Map.entry((int) '"', "''"),
          Map.entry((int) '–', "--"),
          Map.entry((int) '—', "---"),
          Map.entry((int) '…', "\\dots{}"),
          Map.entry((int) '±', "$\\pm$"),
          Map.entry((int) '×', "$\\times$"),
          Map.entry((int) '·', "$\\cdot$"),
          Map.entry((int) '−', "$-$"));

  private static final String NOT_IN_T1 = "ĦħĸĿŀŉŦŧſ";

  /** Characters in a line of a column's title, and of other text. */
  private static final int TITLE = 14;

  private static final int TEXT = 44;

  /** Rows beyond which a table does not fit on a page. */
  private static final int PAGE = 40;

  private Latex() {}

  /** The table as a file of its own, with the runs of each row as comments. */
  public static String of(Table whole) {
    Table table = whole.shown();
    var text =
        new StringBuilder("% ")
            .append(table.title())
            .append(". Needs \\usepackage{booktabs")
            .append(isLong(whole) ? ",longtable" : "")
            .append("}\n");
    if (table.hasOneSource()) {
      text.append(from(table.sources()));
    }
    String environment = isLong(whole) ? "longtable" : "tabular";
    text.append("\\begin{").append(environment).append("}{");
    table.columns().forEach(column -> text.append(column.kind() == Kind.TEXT ? 'l' : 'r'));
    text.append("}\n\\toprule\n");
    List<String> alignments =
        table.columns().stream().map(c -> c.kind() == Kind.TEXT ? "[b]{@{}l" : "[b]{@{}r").toList();
    List<String> titles = new ArrayList<>();
    for (int i = 0; i < alignments.size(); i++) {
      titles.add(lines(table.columns().get(i).title(), TITLE, alignments.get(i)));
    }
    text.append(row(titles)).append("\\midrule\n").append(isLong(whole) ? "\\endhead\n" : "");
    for (Table.Row row : table.rows()) {
      text.append(row(row.cells().stream().map(c -> lines(c.text(), TEXT, "[t]{@{}l")).toList()));
      if (!table.hasOneSource()) {
        text.append(from(row.sources()));
      }
    }
    return text.append("\\bottomrule\n\\end{").append(environment).append("}\n").toString();
  }

  private static boolean isLong(Table table) {
    return table.rows().size() > PAGE;
  }

  /**
   * A table in a document.
   *
   * @param file the name of its file, without an ending
   */
  public record Part(String file, String title, Table table) {}

  /**
   * A document of its own with many tables, each made smaller where the page is not wide enough, or
   * going on on the next page.
   */
  public static String document(List<Part> parts) {
    var text =
        new StringBuilder(
            """
            % To be compiled twice: the columns of long tables find their widths in the first run.
            \\documentclass{article}
            \\usepackage[T1]{fontenc}
            \\usepackage{booktabs,graphicx,longtable}
            \\usepackage[a4paper,landscape,margin=15mm]{geometry}
            \\setlength{\\parindent}{0pt}
            \\newcommand{\\fitted}[1]{\\sbox0{\\input{#1}}\\sbox0{%
              \\ifdim\\wd0>\\linewidth\\resizebox{\\linewidth}{!}{\\usebox0}\\else\\usebox0\\fi}%
              \\ifdim\\dimexpr\\ht0+\\dp0>.85\\textheight\\resizebox*{!}{.85\\textheight}{\\usebox0}\\else\\usebox0\\fi}
            \\begin{document}
            """);
    for (Part part : parts) {
      text.append("\\subsection*{").append(escape(part.title())).append("}\n");
      text.append(isLong(part.table()) ? "{\\footnotesize\\input{" : "\\fitted{")
          .append(part.file())
          .append(isLong(part.table()) ? "}}\n\n" : "}\n\n");
    }
    return text.append("\\end{document}\n").toString();
  }

  private static String from(List<String> sources) {
    return sources.isEmpty() ? "" : "% from " + String.join(" ", sources) + "\n";
  }

  private static String row(List<String> cells) {
    return String.join(" & ", cells) + " \\\\\n";
  }

  /** One line, or a table of lines where it is longer than {@code most}. */
  private static String lines(String text, int most, String alignment) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (String word : text.strip().split("\\s+", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > most) {
        lines.add(escape(line.toString()));
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(escape(line.toString()));
    return lines.size() == 1
        ? lines.getFirst()
        : "\\begin{tabular}" + alignment + "@{}}" + String.join("\\\\", lines) + "\\end{tabular}";
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
              } else if (c < 0x180 && NOT_IN_T1.indexOf(c) < 0) {
                escaped.appendCodePoint(c);
              } else {
                escaped.append('?');
              }
            });
    return escaped.toString();
  }
}
