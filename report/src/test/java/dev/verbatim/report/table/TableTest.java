package dev.verbatim.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
  private static Table table() {
    var table =
        new Table(
            "t",
            "Odd & ends",
            Column.text("name_1"),
            Column.measured("accuracy (%)"),
            Column.number("never"),
            Column.text("verdict"));
    table.row(
        List.of("runs/a"),
        Cell.of("a|b <i>\\x"),
        new Cell("95.0 ± 0.1", "95.04", "0.1", ""),
        Cell.EMPTY,
        Cell.of("inconclusive: within seed noise"));
    table.row(List.of(), Cell.of("50 % of $1, ~#^{}"), Cell.EMPTY, Cell.EMPTY, Cell.of("match"));
    return table;
  }

  @Test
  void markdownLeavesOutWhatIsEmptyAndEscapes() {
    assertEquals(
        """
        | name_1 | accuracy (%) | verdict | from |
        | --- | ---: | --- | --- |
        | a\\|b &lt;i>\\\\x | 95.0 ± 0.1 | inconclusive: within seed noise | a |
        | 50 % of $1, ~#^{} | – | match |  |
        """,
        Markdown.of(table()));
  }

  @Test
  void csvHasEveryColumnAndDigit() {
    assertEquals(
        """
        name_1,accuracy (%),"accuracy (%), std",never,verdict,from
        a|b <i>\\x,95.04,0.1,,inconclusive: within seed noise,runs/a
        "50 % of $1, ~#^{}",,,,match,
        """,
        Csv.of(table()));
  }

  @Test
  void latexIsEscapedAndTellsTheRunsInComments() {
    assertEquals(
        """
        % Odd & ends. Needs \\usepackage{booktabs}
        \\begin{tabular}{lrl}
        \\toprule
        name\\_1 & accuracy (\\%) & verdict \\\\
        \\midrule
        a\\textbar{}b \\textless{}i\\textgreater{}\\textbackslash{}x & 95.0 $\\pm$ 0.1 & inconclusive: within seed noise \\\\
        % from runs/a
        50 \\% of \\$1, \\textasciitilde{}\\#\\textasciicircum{}\\{\\} & -- & match \\\\
        \\bottomrule
        \\end{tabular}
        """,
        Latex.of(table()));
  }

  @Test
  void htmlEscapesAndSortsByTheExactValue() {
    String html = Html.of(table(), source -> "#" + source);

    assertEquals(1, html.split("a\\|b &lt;i&gt;\\\\x", -1).length - 1, html);
    assertEquals(1, html.split("data-sort=\"95.04\">95.0 ± 0.1<", -1).length - 1, html);
    assertTrue(html.endsWith("<p class=\"from\">From <a href=\"#runs/a\">runs/a</a></p>\n"), html);
    assertEquals(
        1,
        html.split("class=\"chip inconclusive\" data-kind=\"inconclusive\"", -1).length - 1,
        html);
  }

  @Test
  void aColumnOfRunsLeadsToThem() {
    var table = new Table("t", "T", Column.text("name"), Column.runs("n"));
    table.row(List.of("runs/e/v/seed-1-a", "runs/e/v/seed-2-b"), Cell.of("two"), Cell.of(2));
    table.row(List.of("runs/e/v/seed-1-a"), Cell.of("one"), Cell.of(1));
    table.row(List.of(), Cell.of("none"), Cell.of(0));

    String html = Html.of(table, source -> "#" + source);
    assertTrue(
        html.contains(
            "<details class=\"runs\"><summary>2</summary><ul>"
                + "<li><a href=\"#runs/e/v/seed-1-a\">v/seed-1-a</a></li>"
                + "<li><a href=\"#runs/e/v/seed-2-b\">v/seed-2-b</a></li></ul></details>"),
        html);
    assertTrue(html.contains("><a href=\"#runs/e/v/seed-1-a\">1</a></td>"), html);
    assertTrue(html.contains(" data-sort=\"0\">0</td>"), html);
    assertTrue(
        Markdown.of(table).endsWith("| one | 1 | seed-1-a |\n| none | 0 |  |\n"),
        Markdown.of(table));
  }

  @Test
  void whatAllRowsComeFromIsSaidOnce() {
    var table = new Table("t", "T", Column.text("name"));
    table.row(List.of("benchmarks/a.csv"), Cell.of("x"));
    table.row(List.of("benchmarks/a.csv"), Cell.of("y"));

    assertEquals("| name |\n| --- |\n| x |\n| y |\n\nFrom a.csv\n", Markdown.of(table));
    assertEquals(1, Latex.of(table).split("% from benchmarks/a.csv", -1).length - 1);
    assertEquals("name,from\nx,benchmarks/a.csv\ny,benchmarks/a.csv\n", Csv.of(table));
  }

  @Test
  void latexBreaksLongTitlesAndTexts() {
    var table =
        new Table("t", "T", Column.text("name"), Column.number("smallest p of so many pairs"));
    table.row(List.of(), Cell.of("the published counts are those of another network"), Cell.of(1));
    assertEquals(
        """
        % T. Needs \\usepackage{booktabs}
        \\begin{tabular}{lr}
        \\toprule
        name & \\begin{tabular}[b]{@{}r@{}}smallest p of\\\\so many pairs\\end{tabular} \\\\
        \\midrule
        \\begin{tabular}[t]{@{}l@{}}the published counts are those of another\\\\network\\end{tabular} & 1 \\\\
        \\bottomrule
        \\end{tabular}
        """,
        Latex.of(table));
  }

  @Test
  void everyCharacterOfLatexCompiles(@TempDir Path folder) throws Exception {
    var table = new Table("t", "T", Column.text("name"));
    StringBuilder all = new StringBuilder();
    for (int c = 0x20; c < 0x250; c += c == 0x7e ? 0x23 : 1) {
      all.appendCodePoint(c).append(c % 8 == 0 ? " " : "");
    }
    table.row(List.of(), Cell.of(all + " ± × · − – — …"));
    Files.writeString(folder.resolve("t.tex"), Latex.of(table));
    var longer = new Table("u", "U", Column.text("name"), Column.number("length in pages"));
    for (int row = 0; row < 100; row++) {
      longer.row(List.of(), Cell.of("row " + row), Cell.of(row));
    }
    Files.writeString(folder.resolve("u.tex"), Latex.of(longer));
    List<Latex.Part> parts =
        List.of(new Latex.Part("t", "50 % & more", table), new Latex.Part("u", "long", longer));
    Files.writeString(folder.resolve("all.tex"), Latex.document(parts));
    Pdflatex.compile(folder.resolve("all.tex"));
    String said = Files.readString(folder.resolve("said"), StandardCharsets.ISO_8859_1);
    assertTrue(
        said.contains("(3 pages"), "a hundred rows take two and begin on the first: " + said);
  }
}
