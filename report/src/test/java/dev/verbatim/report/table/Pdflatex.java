package dev.verbatim.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Compiles documents where a TeX with {@code booktabs} is installed; elsewhere the test is skipped.
 */
public final class Pdflatex {
  private Pdflatex() {}

  /** Compiles a document in its own folder; the test fails with TeX's own words. */
  public static void compile(Path document) throws IOException, InterruptedException {
    boolean found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "pdflatex")));
    assumeTrue(found, "no pdflatex on the path: the LaTeX is not compiled");
    Path said = document.resolveSibling("said");
    Process process =
        new ProcessBuilder("pdflatex", "-halt-on-error", String.valueOf(document.getFileName()))
            .directory(document.getParent().toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "pdflatex goes on for two minutes");
    String words = Files.readString(said, StandardCharsets.ISO_8859_1);
    assumeTrue(!words.contains(".sty' not found"), "this TeX has no booktabs: not compiled");
    assertEquals(0, process.exitValue(), words);
  }
}
