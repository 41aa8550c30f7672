package dev.verbatim.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed PTX: that of the sources beside it, for old drivers, and with nothing inexact. */
class PtxTest {
  /**
   * What rounds otherwise than the numerics say: approximations, flushes to zero, and products and
   * sums that ptxas may join because they carry no rounding mode. (Atomic additions never do.)
   */
  private static final Pattern INEXACT =
      Pattern.compile(
          "\\.approx|\\.ftz|\\.full|(?<!global\\.)\\b(?:mul|add|sub)(?:\\.sat)?\\.f(?:32|64)|\\bmad\\.\\w*\\.?f");

  @TempDir Path folder;

  private static String ptx(String family) {
    return new String(Modules.ptx(family), StandardCharsets.US_ASCII);
  }

  @Test
  void everySourceIsAFamily() throws IOException {
    try (var files = Files.list(Path.of("src/main/cuda"))) {
      List<String> sources =
          files
              .map(f -> f.getFileName().toString())
              .filter(n -> n.endsWith(".cu"))
              .map(n -> n.substring(0, n.length() - 3))
              .sorted()
              .toList();
      assertEquals(Modules.FAMILIES, sources);
    }
  }

  @Test
  void isWhatDriversFrom525OnTakeAndNothingInItIsInexact() {
    for (String family : Modules.FAMILIES) {
      String text = ptx(family);
      String target = family.endsWith("16") ? "sm_80" : "sm_75";
      assertTrue(text.contains(".version 8.0\n.target " + target + "\n"), family);
      assertTrue(text.contains(".entry "), family);
      var inexact = INEXACT.matcher(text);
      assertFalse(inexact.find(), () -> family + " has " + inexact.group());
    }
  }

  @Test
  void isThatOfTheSources() throws IOException, InterruptedException {
    String version = run(List.of("nvcc", "--version"));
    assumeTrue(!version.isEmpty(), "not compared: there is no nvcc here");
    assumeTrue(version.contains("V13.0."), "not compared: the PTX is that of nvcc 13.0");
    run(List.of("bin/ptx", folder.toString()));
    for (String family : Modules.FAMILIES) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve(family + ".ptx")),
          Modules.ptx(family),
          family + ".ptx is not that of its source: make ptx");
    }
  }

  @Test
  void compilesForEveryGeneration() throws IOException, InterruptedException {
    assumeTrue(!run(List.of("ptxas", "--version")).isEmpty(), "there is no ptxas here");
    for (String architecture : List.of("sm_75", "sm_80", "sm_90", "sm_100")) {
      for (String family : Modules.FAMILIES) {
        if (family.endsWith("16") && architecture.equals("sm_75")) {
          continue; // bf16 needs 8.0
        }
        Path source = folder.resolve(family + ".ptx");
        Files.write(source, Modules.ptx(family));
        Path object = folder.resolve("object");
        String said =
            run(
                List.of(
                    "ptxas", "-arch=" + architecture, source.toString(), "-o", object.toString()));
        assertTrue(Files.deleteIfExists(object), family + " for " + architecture + ": " + said);
      }
    }
  }

  /** What a command says; nothing where there is no such command. */
  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true).start();
    } catch (IOException e) {
      return "";
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
