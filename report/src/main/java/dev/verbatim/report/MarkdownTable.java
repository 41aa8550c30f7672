package dev.verbatim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A table of a page. The first column is text; the others are aligned as given. */
final class MarkdownTable {
  private final List<String> lines = new ArrayList<>();

  /** Starts a table; a title that starts with '>' is that of a column of numbers. */
  MarkdownTable(String... titles) {
    List<String> plain = new ArrayList<>();
    List<String> rules = new ArrayList<>();
    for (String title : titles) {
      boolean number = title.startsWith(">");
      plain.add(number ? title.substring(1) : title);
      rules.add(number ? "---:" : "---");
    }
    lines.add(line(plain));
    lines.add(line(rules));
  }

  MarkdownTable row(String... cells) {
    lines.add(line(List.of(cells)));
    return this;
  }

  boolean isEmpty() {
    return lines.size() == 2;
  }

  static String escape(String text) {
    return text.replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static String line(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }

  @Override
  public String toString() {
    return String.join("\n", lines) + "\n";
  }
}
