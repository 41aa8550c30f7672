package dev.verbatim.cli;

import static dev.verbatim.cli.Command.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.store.RunFolder;
import dev.verbatim.sweep.Bundle;
import dev.verbatim.sweep.Point;
import dev.verbatim.sweep.PointState;
import dev.verbatim.sweep.PointState.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps on this machine, from the outside. */
class SweepTest {
  private static final String TINY =
      """
      name: tiny
      dataset: {kind: glyphs, images: 100, validation: {fraction: 0.2}}
      architecture: {kind: mlp, hidden: [8], classes: 10}
      optimizer: {kind: sgd, learning_rate: 0.1}
      train: {epochs: 2, batch_size: 20, seeds: [1, 2, 3]}
      ablations:
        wide: {architecture.hidden: [32]}
        same: {optimizer.momentum: 0}
      """;

  @TempDir Path folder;

  private Path experiment(String text) throws IOException {
    return Files.writeString(folder.resolve("tiny.yaml"), text);
  }

  private Path results() {
    return folder.resolve("results");
  }

  private String[] words(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "sweep",
                folder.resolve("tiny.yaml").toString(),
                "--results",
                results().toString(),
                "--no-cache"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private Bundle bundle() throws IOException {
    return Bundle.read(Bundle.of(results(), "tiny").getFirst());
  }

  private List<Kind> kinds() throws IOException {
    List<Kind> kinds = new ArrayList<>();
    for (Point point : bundle().distinct()) {
      kinds.add(PointState.of(bundle().run(point, results())).kind());
    }
    return kinds;
  }

  @Test
  void aSweepRunsEachRunOnceComparesThemAndIsNotRunAgain() throws IOException {
    experiment(TINY);
    Command dry = run(words("--dry-run"));
    assertEquals(0, dry.code(), dry.err());
    assertTrue(dry.out().contains("9 points, 6 runs: 0 done, 6 to run, about "), dry.out());
    assertTrue(dry.out().contains("(from a few steps of baseline)"), dry.out());
    assertTrue(dry.out().matches("(?s).* 7 +same +1 +[0-9a-f]{12} +the run of point 1\n.*"));
    assertFalse(Files.exists(results()), "a dry run writes nothing");
    Command swept = run(words("--jobs", "2"));
    assertEquals(0, swept.code(), swept.err());
    assertTrue(swept.err().contains("6 of 6 done, 0 running, 0 failed"), swept.err());
    assertEquals(List.of("baseline", "wide"), folders(results().resolve("runs/tiny")));
    String baseline = line(swept.out(), "baseline ");
    assertTrue(baseline.matches("baseline +3 .*"), baseline);
    assertEquals(
        baseline.replaceFirst("baseline +", "").replaceAll(" {2,}.*", ""),
        line(swept.out(), "same ").replaceFirst("same +", "").replaceAll(" {2,}.*", ""));
    assertTrue(line(swept.out(), "same ").matches(".* 0\\.00 to 0\\.00 +1\\.000 .*"), swept.out());
    assertTrue(line(swept.out(), "wide ").matches(".* 0\\.250 .*"), "the least p of 3 seeds");
    var before = Files.getLastModifiedTime(results().resolve("runs/tiny/wide"));
    Command again = run(words());
    assertEquals(0, again.code(), again.err());
    assertEquals(swept.out(), again.out());
    assertEquals(before, Files.getLastModifiedTime(results().resolve("runs/tiny/wide")));
    Command shown = run("show", "tiny", "--results", results().toString());
    assertTrue(shown.out().startsWith("tiny: 9 points, 6 runs: 6 done\n\n"), shown.out());
    assertTrue(shown.out().contains(baseline), shown.out());
    Command dryAgain = run(words("--dry-run"));
    assertTrue(dryAgain.out().endsWith("9 points, 6 runs: 6 done, 0 to run\n"), dryAgain.out());
  }

  private static String line(String text, String start) {
    return text.lines().filter(l -> l.startsWith(start)).findFirst().orElseThrow();
  }

  private static List<String> folders(Path parent) throws IOException {
    try (var paths = Files.list(parent)) {
      return paths.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aSweepGivesTheBytesOfSingleRuns() throws IOException {
    experiment(TINY);
    assertEquals(0, run(words("--jobs", "2", "--seeds", "1")).code());
    Path single = folder.resolve("single");
    assertEquals(
        0,
        run(
                "run",
                folder.resolve("tiny.yaml").toString(),
                "--variant",
                "wide",
                "--seeds",
                "1",
                "--no-cache",
                "--results",
                single.toString())
            .code());
    Point wide = bundle().point(2);
    Path one = bundle().run(wide, single);
    Path other = bundle().run(wide, results());
    for (String name : RunFolder.DETERMINISTIC) {
      assertArrayEquals(
          Files.readAllBytes(one.resolve(name)), Files.readAllBytes(other.resolve(name)), name);
    }
    assertEquals(files(one), files(other));
    assertTrue(Files.isDirectory(results().resolve("sweeps/jars")), "jars are kept");
  }

  @Test
  void whatIsQueuedIsNotChangedByWhatIsEditedAfterwards() throws IOException {
    experiment(TINY);
    assertEquals(0, run(words("--jobs", "1", "--seeds", "1")).code());
    Path wide = bundle().run(bundle().point(2), results());
    String done = Files.readString(wide.resolve("DONE"));
    Files.move(wide, folder.resolve("aside"));
    experiment(TINY.replace("hidden: [32]", "hidden: [64]"));
    String[] point = {
      "run",
      "--bundle",
      bundle().path().toString(),
      "--point",
      "2",
      "--no-cache",
      "--results",
      results().toString()
    };
    assertEquals(0, run(point).code());
    assertEquals(done, Files.readString(wide.resolve("DONE")));
    Command edited = run(words("--seeds", "1", "--dry-run"));
    assertTrue(edited.out().contains("3 points, 2 runs: 1 done, 1 to run"), edited.out());
    Path config = bundle().path().resolve("configs/2.yaml");
    Files.writeString(config, Files.readString(config).replace("hidden: [32]", "hidden: [16]"));
    Files.move(wide, folder.resolve("aside too"));
    Command tampered = run(point);
    assertEquals(1, tampered.code());
    assertTrue(tampered.err().contains("are not those that the sweep was planned with"));
  }

  private static List<String> files(Path run) throws IOException {
    return folders(run).stream().filter(f -> !f.equals("dirty.patch")).toList();
  }

  @Test
  void whatDivergedOrCannotRunIsNotTriedAgainAndTheRestGoesOn() throws IOException {
    experiment(
        TINY.replace(
                "same: {optimizer.momentum: 0}",
                "steep: {optimizer.learning_rate: 1000, optimizer.weight_decay: 1000, train.epochs: 5}")
            .replace("hidden: [32]}", "hidden: [32], train.batch_size: 100, train.drop_last: true}")
            .replace("seeds: [1, 2, 3]", "seeds: [1]"));
    Command swept = run(words("--jobs", "1"));
    assertEquals(1, swept.code(), swept.out());
    assertTrue(swept.err().contains("wide seed 1: train.batch_size 100 with drop_last"));
    assertTrue(swept.err().contains("steep seed 1 "), swept.err());
    assertEquals(List.of(Kind.DONE, Kind.FAILED, Kind.DIVERGED), kinds());
    assertTrue(line(swept.out(), "steep").startsWith("steep     0 (1 diverged) "), swept.out());
    Command shown = run("show", bundle().path().toString());
    assertTrue(shown.out().startsWith("tiny: 3 points, 3 runs: 1 failed, 1 diverged, 1 done"));
    assertTrue(shown.err().contains("wide seed 1: train.batch_size 100"), shown.err());
  }

  @Test
  void aWorkerThatIsKilledIsReplacedAndWhatItTrainedGoesOn() throws Exception {
    experiment(TINY.replace("epochs: 2", "epochs: 100").replace("seeds: [1, 2, 3]", "seeds: [1]"));
    Process sweep = Command.start(List.of(words("--jobs", "1")), Map.of(), log());
    Path metrics = await(sweep, "baseline");
    long worker = sweep.descendants().findFirst().orElseThrow().pid();
    kill("KILL", worker);
    assertTrue(sweep.waitFor(120, TimeUnit.SECONDS));
    String log = Files.readString(log());
    assertEquals(0, sweep.exitValue(), log);
    assertTrue(
        log.contains("baseline seed 1: a worker ended with 137, killed or out of memory ("), log);
    assertTrue(log.contains("), is tried again"), log);
    assertEquals(List.of(Kind.DONE, Kind.DONE), kinds());
    assertFalse(Files.exists(metrics.resolveSibling("attempts.json")));
    assertTrue(Files.readString(metrics.resolveSibling("log.txt")).contains("goes on in epoch "));
  }

  @Test
  void whatCrashesEachTimeIsGivenUpAfterThreeRetries() throws Exception {
    experiment(TINY.replace("epochs: 2", "epochs: 3000").replace("seeds: [1, 2, 3]", "seeds: [1]"));
    Process sweep = Command.start(List.of(words("--jobs", "1", "--fail-fast")), Map.of(), log());
    List<Long> killed = new ArrayList<>();
    while (sweep.isAlive()) {
      for (ProcessHandle worker : sweep.descendants().toList()) {
        if (!killed.contains(worker.pid()) && training(worker.pid())) {
          kill("KILL", worker.pid());
          killed.add(worker.pid());
        }
      }
      Thread.sleep(50);
    }
    String log = Files.readString(log());
    assertEquals(1, sweep.exitValue(), log);
    assertEquals(4, killed.size(), log);
    assertTrue(log.contains("the 4th time: not tried again"), log);
    assertEquals(List.of(Kind.FAILED, Kind.WAITING), kinds());
  }

  /** Whether a process holds a run's folder. */
  private boolean training(long pid) throws IOException {
    Path baseline = results().resolve("runs/tiny/baseline");
    if (!Files.isDirectory(baseline)) {
      return false;
    }
    for (String run : folders(baseline)) {
      Path lock = baseline.resolve(run).resolve(".lock");
      if (Files.exists(lock) && Files.readString(lock).contains("\"pid\":" + pid + ",")) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aSignalStopsAllWithCheckpointsAndTheSameCommandGoesOn() throws Exception {
    experiment(TINY.replace("epochs: 2", "epochs: 120").replace("seeds: [1, 2, 3]", "seeds: [1]"));
    Process sweep = Command.start(List.of(words("--jobs", "2")), Map.of(), log());
    Path metrics = await(sweep, "baseline");
    kill("TERM", sweep.pid());
    assertTrue(sweep.waitFor(60, TimeUnit.SECONDS));
    String log = Files.readString(log());
    assertEquals(75, sweep.exitValue(), log);
    assertTrue(log.contains("next: the same command, which goes on"), log);
    assertEquals(Kind.STOPPED, kinds().getFirst(), log);
    assertEquals(List.of("worker-1.log", "worker-2.log"), folders(bundle().path().resolve("logs")));
    assertFalse(Files.exists(metrics.resolveSibling("attempts.json")));
    assertTrue(Files.isDirectory(metrics.resolveSibling("checkpoint")));
    assertEquals(0, run(words()).code());
    assertEquals(List.of(Kind.DONE, Kind.DONE), kinds());
  }

  private Path log() {
    return folder.resolve("sweep.log");
  }

  /** Waits until a variant's first run has two epochs; its metrics.csv. */
  private Path await(Process sweep, String variant) throws Exception {
    Path parent = results().resolve("runs/tiny").resolve(variant);
    while (true) {
      assertTrue(sweep.isAlive(), Files.readString(log()));
      if (Files.isDirectory(parent) && !folders(parent).isEmpty()) {
        Path metrics = parent.resolve(folders(parent).getFirst()).resolve("metrics.csv");
        if (Files.exists(metrics) && Files.readAllLines(metrics).size() > 2) {
          return metrics;
        }
      }
      Thread.sleep(20);
    }
  }

  private static void kill(String signal, long pid) throws Exception {
    new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
  }

  @Test
  void whatIsAskedForWronglyIsToldInOneLine() throws IOException {
    experiment(TINY.replace("hidden: [32]", "hidden: [0]"));
    Command wrong = run(words());
    assertEquals(2, wrong.code());
    assertTrue(wrong.err().contains("(in wide)"), wrong.err());
    assertEquals(2, run("show", "tinyy", "--results", results().toString()).code());
    assertEquals(2, run("run", "--bundle", folder.toString(), "--point", "1").code());
  }
}
