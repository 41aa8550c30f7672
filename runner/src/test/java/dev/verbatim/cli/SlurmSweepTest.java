package dev.verbatim.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import dev.verbatim.sweep.Bundle;
import dev.verbatim.sweep.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep on a real Slurm with two nodes. */
class SlurmSweepTest {
  private static final String EXPERIMENT =
      """
      name: tiny
      dataset: {kind: glyphs, images: 100, validation: {fraction: 0.2}}
      architecture: {kind: mlp, hidden: [8], classes: 10}
      optimizer: {kind: sgd, learning_rate: 0.1}
      train: {epochs: 150, batch_size: 20, seeds: [1, 2]}
      ablations:
        wide: {architecture.hidden: [32]}
      """;

  /** Where, how fast and by whom: no part of a result. */
  private static final Set<String> CIRCUMSTANCES =
      Set.of("timing.csv", "loading.csv", "provenance.json", "dirty.patch", "log.txt", ".lock");

  private static final int SECONDS = 240;

  @TempDir Path folder;

  @Test
  void aTaskThatIsKilledAndOneThatIsPutBackEndInTheBytesOfTheLocalLauncher() throws Exception {
    assumeTrue(
        PrivateSlurm.isInstalled(),
        "no Slurm here (Debian: apt-get install slurm-wlm), so its launcher is not tested");
    Files.writeString(folder.resolve("tiny.yaml"), EXPERIMENT);
    Path local = folder.resolve("local");
    assertEquals(0, Command.run(words(local, "--jobs", "2").toArray(String[]::new)).code());
    Path results = folder.resolve("slurm-results");
    try (PrivateSlurm slurm = PrivateSlurm.start(folder.resolve("slurm"))) {
      Path log = folder.resolve("sweep.log");
      Process sweep =
          Command.start(
              words(results, "--launcher", "slurm", "--wait", "--slurm", "partition=all,nice=0"),
              slurm.environment(),
              log);
      Path killed = training(results, "baseline", sweep, log);
      kill(killed);
      Path putBack = training(results, "wide", sweep, log);
      slurm.call(
          "scancel", "--batch", "--signal=TERM", task(putBack, slurm)); // as near its time limit
      for (int i = 0; !sweep.waitFor(1, TimeUnit.SECONDS); i++) {
        assertTrue(i < SECONDS, () -> log(log) + slurm.logs());
        slurm.doNotWait();
      }
      assertEquals(0, sweep.exitValue(), log(log) + slurm.logs());
      assertTrue(log(log).contains("4 of 4 done, 0 running, 0 failed"), log(log));
      assertEquals(List.of("begins", "goes on"), sessions(killed));
      assertEquals(List.of("begins", "stopped", "goes on"), sessions(putBack));
      Bundle bundle = Bundle.read(Bundle.of(results, "tiny").getFirst());
      for (Point point : bundle.points()) {
        sameBytes(bundle.run(point, local), bundle.run(point, results));
      }
      Path table = table(bundle, slurm);
      assertEquals(
          withoutSeconds(Command.run("show", "tiny", "--results", local.toString()).out()),
          withoutSeconds(Files.readString(table)));
      assertEquals(Set.of("node1", "node2"), nodes(table.getParent()));
    }
  }

  private List<String> words(Path results, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "sweep",
                folder.resolve("tiny.yaml").toString(),
                "--no-cache",
                "--results",
                results.toString()));
    words.addAll(List.of(more));
    return words;
  }

  private static String log(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Waits until a run of a variant has a checkpoint and is being trained. */
  private static Path training(Path results, String variant, Process sweep, Path log)
      throws Exception {
    Path parent = results.resolve("runs/tiny").resolve(variant);
    while (true) {
      assertTrue(sweep.isAlive(), () -> log(log));
      if (Files.isDirectory(parent)) {
        try (var runs = Files.list(parent)) {
          var found =
              runs.filter(SlurmSweepTest::hasCheckpoint)
                  .filter(run -> !Files.exists(run.resolve("DONE")))
                  .findFirst();
          if (found.isPresent()) {
            return found.get();
          }
        }
      }
      Thread.sleep(20);
    }
  }

  private static boolean hasCheckpoint(Path run) {
    String[] files = run.resolve("checkpoint").toFile().list();
    return files != null && Arrays.stream(files).anyMatch(file -> file.startsWith("epoch-"));
  }

  private static void kill(Path run) throws Exception {
    long pid =
        JsonParser.parseString(Files.readString(run.resolve(".lock")))
            .getAsJsonObject()
            .get("pid")
            .getAsLong();
    assertEquals(0, new ProcessBuilder("kill", "-KILL", String.valueOf(pid)).start().waitFor());
  }

  /** The task of one of the variant's two runs, which come after those of the baseline. */
  private static String task(Path run, PrivateSlurm slurm) throws Exception {
    String array =
        slurm.call("squeue", "-h", "-r", "-n", "tiny", "-o", "%F").lines().toList().get(0);
    return array + "_" + (run.getFileName().toString().startsWith("seed-1-") ? 2 : 3);
  }

  private static List<String> sessions(Path run) throws IOException {
    try (var lines = Files.lines(run.resolve("log.txt"))) {
      return lines
          .flatMap(line -> Stream.of("begins", "stopped", "goes on").filter(line::startsWith))
          .toList();
    }
  }

  private static void sameBytes(Path expected, Path actual) throws IOException {
    assertEquals(files(expected), files(actual));
    for (String name : files(expected)) {
      assertArrayEquals(
          Files.readAllBytes(expected.resolve(name)),
          Files.readAllBytes(actual.resolve(name)),
          actual.resolve(name).toString());
    }
  }

  private static Set<String> files(Path run) throws IOException {
    try (var files = Files.walk(run)) {
      Set<String> names =
          new TreeSet<>(
              files.filter(Files::isRegularFile).map(f -> run.relativize(f).toString()).toList());
      names.removeAll(CIRCUMSTANCES);
      assertTrue(names.contains("DONE"), names.toString());
      return names;
    }
  }

  /** The report job comes after all tasks. */
  private static Path table(Bundle bundle, PrivateSlurm slurm) throws Exception {
    Path launches = bundle.path().resolve("slurm");
    for (int i = 0; i < SECONDS; i++) {
      try (var found = Files.walk(launches)) {
        var table = found.filter(f -> f.endsWith("table.txt")).findFirst();
        if (table.isPresent()) {
          return table.get();
        }
      }
      Thread.sleep(1000);
    }
    throw new AssertionError("no table: " + slurm.logs());
  }

  private static List<String> withoutSeconds(String table) {
    return table.lines().map(line -> line.replaceFirst(" +[\\d.]+$", "")).toList();
  }

  private static Set<String> nodes(Path launch) throws IOException {
    Set<String> nodes = new TreeSet<>();
    try (var logs = Files.list(launch)) {
      for (Path log : logs.filter(f -> f.getFileName().toString().startsWith("task-")).toList()) {
        Files.readString(log)
            .lines()
            .filter(line -> line.startsWith("task "))
            .forEach(line -> nodes.add(line.replaceFirst(".* on (\\w+),.*", "$1")));
      }
    }
    return nodes;
  }

  @Test
  void withoutSlurmItIsToldInOneLine() throws Exception {
    Files.writeString(folder.resolve("tiny.yaml"), EXPERIMENT);
    Path log = folder.resolve("log");
    Process sweep =
        Command.start(
            words(folder.resolve("r"), "--launcher", "slurm"), Map.of("PATH", "/nowhere"), log);
    assertTrue(sweep.waitFor(60, TimeUnit.SECONDS));
    assertEquals(2, sweep.exitValue(), log(log));
    assertTrue(
        log(log)
            .contains(
                "verbatim: --launcher slurm needs Slurm's commands; sbatch is not on the PATH"),
        log(log));
  }
}
