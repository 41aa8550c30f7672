package dev.verbatim.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
        Cell.of("inconclusive: too few seeds"));
    table.row(List.of(), Cell.of("50 % of $1, ~#^{}"), Cell.EMPTY, Cell.EMPTY, Cell.of("match"));
    return table;
  }

  @Test
  void markdownLeavesOutWhatIsEmptyAndEscapes() {
    assertEquals(
        """
        | name_1 | accuracy (%) | verdict |
        | --- | ---: | --- |
        | a\\|b &lt;i>\\\\x | 95.0 ± 0.1 | inconclusive: too few seeds |
        | 50 % of $1, ~#^{} | – | match |
        """,
        Markdown.of(table()));
  }

  @Test
  void csvHasEveryColumnAndDigit() {
    assertEquals(
        """
        name_1,accuracy (%),"accuracy (%), std",never,verdict,run folders
        a|b <i>\\x,95.04,0.1,,inconclusive: too few seeds,runs/a
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
        a\\textbar{}b \\textless{}i\\textgreater{}\\textbackslash{}x & 95.0 $\\pm$ 0.1 & inconclusive: too few seeds \\\\
        % from runs/a
        50 \\% of \\$1, \\textasciitilde{}\\#\\textasciicircum{}\\{\\} & -- & match \\\\
        \\bottomrule
        \\end{tabular}
        """,
        Latex.of(table()));
  }

  @Test
  void htmlEscapesAndSortsByTheExactValue() {
    String html = Html.of(table());

    assertEquals(1, html.split("a\\|b &lt;i&gt;\\\\x", -1).length - 1, html);
    assertEquals(1, html.split("data-sort=\"95.04\" title=\"runs/a\"", -1).length - 1, html);
    assertEquals(
        1,
        html.split("class=\"chip inconclusive\" data-kind=\"inconclusive\"", -1).length - 1,
        html);
  }

  @Test
  void latexCompiles(@TempDir Path folder) throws Exception {
    boolean found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "pdflatex")));
    assumeTrue(found, "no pdflatex on the path: the LaTeX is not compiled");
    Files.writeString(
        folder.resolve("t.tex"),
        "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{booktabs}\\begin{document}\n"
            + Latex.of(table())
            + "\\end{document}\n");
    Process process =
        new ProcessBuilder("pdflatex", "-halt-on-error", "t.tex")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    process.waitFor(2, TimeUnit.MINUTES);
    assertEquals(0, process.exitValue(), Files.readString(folder.resolve("out")));
  }
}
