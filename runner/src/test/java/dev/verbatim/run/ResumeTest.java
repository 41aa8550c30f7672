package dev.verbatim.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.verbatim.run.RunOutcome.Status;
import dev.verbatim.spec.SpecException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stopping, going on, and what may be wrong with what was left. */
class ResumeTest {
  @TempDir Path folder;

  private Path results(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private Path whole() throws IOException {
    Path results = results("whole");
    assertEquals(Status.DONE, new SmallRun(results).run().status());
    return KillTest.onlyRun(results);
  }

  /** A run that stopped after the third step of the second epoch; it has two checkpoints. */
  private Path stopped(String name) throws IOException {
    Path results = results(name);
    RunOutcome outcome = new SmallRun(results).stoppingAt(2, 3).run();
    assertEquals(Status.STOPPED, outcome.status());
    assertEquals("stopped in epoch 2 after step 3", outcome.message());
    assertFalse(Files.exists(outcome.folder().resolve("DONE")));
    assertEquals(
        List.of("epoch-2-step-2", "epoch-2-step-3"),
        checkpoints(outcome.folder()).stream()
            .map(f -> f.getFileName().toString().replaceAll("-[0-9a-f]{32}.*", ""))
            .toList());
    return results;
  }

  private static List<Path> checkpoints(Path run) throws IOException {
    try (var files = Files.list(run.resolve("checkpoint"))) {
      return files.sorted(Comparator.comparing(Path::toString)).toList();
    }
  }

  private interface Harm {
    void to(Path file) throws IOException;
  }

  private static void cut(Path file) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) / 2));
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 5] ^= 4;
    Files.write(file, bytes);
  }

  private static void empty(Path file) throws IOException {
    Files.write(file, new byte[0]);
  }

  @Test
  void aStoppedRunGoesOnToTheSameBytes() throws IOException {
    Path results = stopped("results");
    var run = new SmallRun(results);
    assertEquals(Status.DONE, run.run().status());
    assertEquals(List.of(), run.warnings());
    SmallRun.assertSameBytes(whole(), KillTest.onlyRun(results));
    String provenance = Files.readString(KillTest.onlyRun(results).resolve("provenance.json"));
    assertTrue(provenance.contains("\"earlier_sessions\": ["), provenance);
  }

  /** Everything that a checkpoint has to hold, or that must follow from the position alone. */
  @Test
  void optimizersSchedulesNormsDropoutAndAugmentationGoOnToTheSameBytes() throws IOException {
    for (String optimizer : List.of("adam", "adamw", "rmsprop")) {
      String[] settings = {
        "optimizer.kind=" + optimizer,
        "optimizer.momentum=0.5",
        "optimizer.learning_rate=0.001",
        "optimizer.clip_norm=1",
        "schedule={kind: one_cycle, warmup: {epochs: 1}}",
        "augment=[{random_crop: {padding: 4}}, horizontal_flip, {rotation: {degrees: 9}}]",
        "architecture={kind: resnet20, classes: 10, width: 0.25, dropout: 0.3}"
      };
      if (!optimizer.equals("rmsprop")) {
        settings[1] = "optimizer={kind: " + optimizer + ", learning_rate: 0.001}";
      }
      Path whole = results(optimizer);
      assertEquals(Status.DONE, new SmallRun(whole).run(settings).status());
      Path results = results(optimizer + "-stopped");
      assertEquals(Status.STOPPED, new SmallRun(results).stoppingAt(2, 3).run(settings).status());
      assertEquals(Status.DONE, new SmallRun(results).run(settings).status());
      SmallRun.assertSameBytes(KillTest.onlyRun(whole), KillTest.onlyRun(results));
    }
  }

  @Test
  void stoppedWhileEvaluatingItGoesOnWithTheEvaluation() throws IOException {
    Path results = results("results");
    assertEquals(Status.STOPPED, new SmallRun(results).stoppingAt(2, 4).run().status());
    assertEquals(Status.DONE, new SmallRun(results).run().status());
    SmallRun.assertSameBytes(whole(), KillTest.onlyRun(results));
  }

  @Test
  void aDamagedCheckpointIsToldAndTheOneBeforeServes() throws IOException {
    Path whole = whole();
    for (Harm harm : List.<Harm>of(ResumeTest::cut, ResumeTest::flip, ResumeTest::empty)) {
      Path results = stopped("harm" + harm.hashCode());
      Path newest = checkpoints(KillTest.onlyRun(results)).getLast();
      harm.to(newest);
      var run = new SmallRun(results);
      assertEquals(Status.DONE, run.run().status());
      assertEquals(1, run.warnings().size(), run.warnings().toString());
      assertTrue(
          run.warnings().getFirst().startsWith(newest + ": a damaged checkpoint, its SHA-256"),
          run.warnings().toString());
      assertTrue(
          Files.readString(KillTest.onlyRun(results).resolve("log.txt"))
              .contains("goes on in epoch 2 after step 2"));
      SmallRun.assertSameBytes(whole, KillTest.onlyRun(results));
    }
  }

  @Test
  void withEveryCheckpointDamagedTheRunBeginsAnew() throws IOException {
    Path results = stopped("results");
    for (Path checkpoint : checkpoints(KillTest.onlyRun(results))) {
      flip(checkpoint);
    }
    var run = new SmallRun(results);
    assertEquals(Status.DONE, run.run().status());
    assertEquals(2, run.warnings().size(), run.warnings().toString());
    SmallRun.assertSameBytes(whole(), KillTest.onlyRun(results));
  }

  @Test
  void begunAnewItsOwnCheckpointsServeAndTheDamagedOnesGo() throws IOException {
    Path results = stopped("results");
    for (Path checkpoint : checkpoints(KillTest.onlyRun(results))) {
      flip(checkpoint);
    }
    assertEquals(Status.STOPPED, new SmallRun(results).stoppingAt(1, 3).run().status());
    assertEquals(
        List.of("epoch-1-step-2", "epoch-1-step-3"),
        checkpoints(KillTest.onlyRun(results)).stream()
            .map(f -> f.getFileName().toString().replaceAll("-[0-9a-f]{32}.*", ""))
            .toList());
    var run = new SmallRun(results);
    assertEquals(Status.DONE, run.run().status());
    assertEquals(List.of(), run.warnings());
    assertTrue(
        Files.readString(KillTest.onlyRun(results).resolve("log.txt"))
            .contains("goes on in epoch 1 after step 3"));
    SmallRun.assertSameBytes(whole(), KillTest.onlyRun(results));
  }

  @Test
  void withOtherSettingsThanThoseOfItsIdItDoesNotGoOn() throws IOException {
    Path run = KillTest.onlyRun(stopped("results"));
    Path config = run.resolve("config.yaml");
    Files.writeString(config, Files.readString(config).replace("momentum: 0.9", "momentum: 0.8"));
    Runs runs = new Runs(new SmallRun(folder.resolve("results")).settings(), new RunListener() {});
    SpecException e = assertThrows(SpecException.class, () -> runs.resume(StoredRun.load(run)));
    assertTrue(e.getMessage().contains("or its config.yaml was changed"), e.getMessage());
    assertEquals(2, checkpoints(run).size());
  }

  @Test
  void aTableThatWasChangedMeanwhileIsToldAndMadeAnew() throws IOException {
    Path results = stopped("results");
    Path metrics = KillTest.onlyRun(results).resolve("metrics.csv");
    Files.writeString(metrics, Files.readString(metrics).replace("1,", "2,"));
    var run = new SmallRun(results);
    assertEquals(Status.DONE, run.run().status());
    assertTrue(
        run.warnings().getFirst().startsWith(metrics + ": not as it was when epoch-2-step-3-"),
        run.warnings().toString());
    SmallRun.assertSameBytes(whole(), KillTest.onlyRun(results));
  }

  @Test
  void aDamagedProvenanceIsNoReasonNotToGoOn() throws IOException {
    Path results = stopped("results");
    Path provenance = KillTest.onlyRun(results).resolve("provenance.json");
    cut(provenance);
    assertEquals(Status.DONE, new SmallRun(results).run().status());
    assertTrue(Files.readString(provenance).contains("not the JSON that a run leaves"));
  }

  @Test
  void rowsBeyondTheCheckpointAreCutNotDoubled() throws IOException {
    Path results = stopped("results");
    Path metrics = KillTest.onlyRun(results).resolve("metrics.csv");
    Files.writeString(metrics, "2,8,0.05,torn ro", StandardOpenOption.APPEND);
    assertEquals(Status.DONE, new SmallRun(results).run().status());
    SmallRun.assertSameBytes(whole(), KillTest.onlyRun(results));
  }

  @Test
  void forcedItIsRunAgainAndCompared() throws IOException {
    Path run = whole();
    RunOutcome same = new SmallRun(folder.resolve("whole")).forced().run();
    assertEquals(Status.SAME_AGAIN, same.status());
    assertEquals("run again: 7 files, the same bits", same.message());
    String metrics = Files.readString(run.resolve("metrics.csv"));
    Files.writeString(run.resolve("metrics.csv"), metrics.replace("\n2,8,", "\n2,9,"));
    RunOutcome different = new SmallRun(folder.resolve("whole")).forced().run();
    assertEquals(Status.DIFFERENT, different.status());
    assertTrue(
        different.message().startsWith("run again, and metrics.csv differ; the first result is"),
        different.message());
    assertTrue(Files.readString(run.resolve("metrics.csv")).contains("\n2,9,"), "untouched");
    Path second = run.resolveSibling(".again-" + run.getFileName());
    assertEquals(metrics, Files.readString(second.resolve("metrics.csv")));
  }

  @Test
  void aRunThatDivergedIsFinishedAndSaysWhere() throws IOException {
    Path results = results("results");
    String[] wild = {"optimizer.learning_rate=1000", "optimizer.weight_decay=1000"};
    RunOutcome first = new SmallRun(results).run(wild);
    assertEquals(Status.DIVERGED, first.status());
    assertTrue(first.message().matches("diverged in epoch [12], step [1-4]: .*"), first.message());
    assertTrue(Files.exists(first.folder().resolve("DONE")));
    var before = Files.getLastModifiedTime(first.folder().resolve("metrics.csv"));
    assertEquals(first, new SmallRun(results).run(wild));
    RunOutcome again = new SmallRun(results).forced().run(wild);
    assertEquals(Status.DIVERGED, again.status());
    assertTrue(again.message().endsWith("; run again: 7 files, the same bits"), again.message());
    assertEquals(before, Files.getLastModifiedTime(first.folder().resolve("metrics.csv")));
  }

  @Test
  void aRunThatDivergedGoesOnWhereAsked() throws IOException {
    Path results = results("results");
    String[] wild = {
      "optimizer.learning_rate=1000", "optimizer.weight_decay=1000", "train.on_divergence=continue"
    };
    assertEquals(Status.STOPPED, new SmallRun(results).stoppingAt(3, 1).run(wild).status());
    RunOutcome outcome = new SmallRun(results).run(wild);
    assertEquals(Status.DONE, outcome.status());
    assertTrue(outcome.message().startsWith("diverged in epoch "), outcome.message());
    List<String> metrics = Files.readAllLines(outcome.folder().resolve("metrics.csv"));
    assertEquals(4, metrics.size());
    assertTrue(metrics.getLast().contains(",NaN,"), metrics.getLast());
  }

  @Test
  void aFullDiskIsToldAndLeavesWhatWasThere() throws IOException {
    assumeTrue(Files.exists(Path.of("/dev/full")), "needs Linux' device that is always full");
    Path results = stopped("results");
    Path run = KillTest.onlyRun(results);
    Path part = run.resolve(".weights.safetensors.part");
    Files.createSymbolicLink(part, Path.of("/dev/full"));
    IOException e = assertThrows(IOException.class, () -> new SmallRun(results).run());
    assertTrue(
        e.getMessage()
            .startsWith(
                run.resolve("weights.safetensors")
                    + ": cannot be written: No space left on device; "),
        e.getMessage());
    assertFalse(Files.exists(part), "what could not be written is removed");
    assertFalse(Files.exists(run.resolve("DONE")));
    assertEquals(2, checkpoints(run).size());
    assertEquals(4, Files.readAllLines(run.resolve("metrics.csv")).size());
    assertEquals(Status.DONE, new SmallRun(results).run().status());
    SmallRun.assertSameBytes(whole(), run);
  }

  @Test
  void aFolderThatCannotBeWrittenIsTold() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "", StandardCharsets.UTF_8);
    IOException e =
        assertThrows(IOException.class, () -> new SmallRun(file.resolve("results")).run());
    assertTrue(
        e.getMessage().contains(": cannot be written: ") && e.getMessage().contains("results"),
        e.getMessage());
  }

  @Test
  void aSecondProcessIsToldWhoHoldsTheRunAndADeadOwnerIsSucceeded()
      throws IOException, InterruptedException {
    Path results = results("results");
    Process other = KilledRun.start(results, -1);
    Path lock;
    do {
      Thread.sleep(20);
      lock = lockBelow(results);
    } while (!Files.exists(lock) || Files.size(lock) == 0);
    new ProcessBuilder("kill", "-STOP", String.valueOf(other.pid())).start().waitFor();
    try {
      IOException e = assertThrows(IOException.class, () -> new SmallRun(results).run());
      assertTrue(
          e.getMessage().contains(": in use by process " + other.pid() + " on "), e.getMessage());
    } finally {
      other.destroyForcibly().waitFor();
    }
    var run = new SmallRun(results);
    assertEquals(Status.DONE, run.run().status());
    assertTrue(
        run.warnings().getFirst().contains("taken over from process " + other.pid()),
        run.warnings().toString());
    SmallRun.assertSameBytes(whole(), KillTest.onlyRun(results));
  }

  private static Path lockBelow(Path results) throws IOException {
    try (var files = Files.walk(results)) {
      return files.filter(f -> f.endsWith(".lock")).findFirst().orElse(results.resolve("none"));
    }
  }
}
