package dev.verbatim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
  @Test
  void allThatTheArchiveIsMadeFromRunsAndStaysInItsFolder(@TempDir Path folder) throws IOException {
    assertEquals(0, Rehearsal.run(Command.HOME, folder));
    try (var entries = Files.list(folder)) {
      assertEquals(
          List.of("report", "results"),
          entries.map(e -> e.getFileName().toString()).sorted().toList());
    }
    assertTrue(Files.isDirectory(folder.resolve("results/runs/suite_tiny/baseline")));
  }
}
