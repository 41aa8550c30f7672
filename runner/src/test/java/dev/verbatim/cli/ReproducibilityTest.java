package dev.verbatim.cli;

import static dev.verbatim.cli.Command.HOME;
import static dev.verbatim.cli.Command.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** verify, diff, resume and signals from the outside. */
class ReproducibilityTest {
  @TempDir Path folder;

  private static List<String> words(Path results, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "run",
                "quickstart",
                "--no-cache",
                "--results",
                results.toString(),
                "--set",
                "dataset.images=140",
                "--set",
                "train.epochs=2"));
    words.addAll(List.of(more));
    return words;
  }

  private Path small(String name, String... more) throws IOException {
    Path results = folder.resolve(name);
    Command result = run(words(results, more).toArray(String[]::new));
    assertEquals(0, result.code(), result.err());
    return onlyRun(results);
  }

  private static Path onlyRun(Path results) throws IOException {
    try (var runs = Files.list(results.resolve("runs/quickstart/baseline"))) {
      return runs.findFirst().orElseThrow();
    }
  }

  private static void change(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(from), text);
    Files.writeString(file, text.replace(from, to));
  }

  @Test
  void aRunThatIsAsItWasMadeIsVerified() throws IOException {
    Path run = small("results");
    Command result = run("verify", run.toString());
    assertEquals(0, result.code(), result.err());
    assertTrue(
        result
            .out()
            .matches("(?s).*: verified, 2 of 2 epochs are the same bits, weights [0-9a-f]{64}\n"),
        result.out());
    assertTrue(run("verify", run.toString(), "--epochs", "1").out().contains("1 of 2 epochs"));
    assertEquals(
        0, run("verify", "quickstart", "--results", folder.resolve("results").toString()).code());
  }

  @Test
  void theFirstEpochAndLayerThatDifferAreNamed() throws IOException {
    Path run = small("results");
    String digests = Files.readString(run.resolve("digests.csv"));
    String line =
        digests.lines().filter(l -> l.startsWith("2,conv2d_2.bias")).findFirst().orElseThrow();
    change(run.resolve("digests.csv"), line, "2,conv2d_2.bias,0123456789abcdef");
    Command result = run("verify", run.toString());
    assertEquals(5, result.code(), result.err());
    assertTrue(
        result
            .out()
            .contains("NOT the same: epoch 2: the first layer that differs is conv2d_2.bias: "),
        result.out());
    assertTrue(result.err().contains("digests.csv: changed after the run"), result.err());
    Command spot = run("verify", run.toString(), "--epochs", "1");
    assertEquals(5, spot.code(), "a changed file is told by its hash alone");
  }

  @Test
  void aRunWithoutAnEpochIsNotVerified() throws IOException {
    Path run = small("results");
    Files.delete(run.resolve("DONE"));
    String header = Files.readString(run.resolve("metrics.csv")).lines().findFirst().orElseThrow();
    Files.writeString(run.resolve("metrics.csv"), header + "\n");
    Command result = run("verify", run.toString());
    assertEquals(1, result.code(), result.out());
    String told =
        "verbatim: " + run + ": no epoch of it is finished, so there is nothing to verify\n";
    assertTrue(result.err().endsWith(told), result.err());
  }

  @Test
  void weightsThatWereExchangedAreFound() throws IOException {
    Path run = small("results");
    Files.copy(
        small("other", "--seeds", "2").resolve("weights.safetensors"),
        run.resolve("weights.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    Command result = run("verify", run.toString());
    assertEquals(5, result.code());
    assertTrue(
        result.out().contains("weights.safetensors is not what the last epoch gives"),
        result.out());
  }

  @Test
  void weightsThatWereNotKeptAreComparedByTheirHash() throws IOException {
    Path run = small("results");
    Files.delete(run.resolve("weights.safetensors"));
    assertEquals(0, run("verify", run.toString()).code());
    Command evaluated = run("evaluate", run.toString());
    assertEquals(1, evaluated.code());
    assertEquals(
        "verbatim: " + run + ": it was kept without weights.safetensors\n", evaluated.err());
    String vouched = Files.readString(run.resolve("DONE"));
    String hash = vouched.replaceAll("(?s).*weights.safetensors\": \"([0-9a-f]{64}).*", "$1");
    change(run.resolve("DONE"), hash, "0".repeat(64));
    Command result = run("verify", run.toString());
    assertEquals(5, result.code(), result.err());
    assertTrue(
        result.out().contains("weights.safetensors is not what the last epoch gives"),
        result.out());
  }

  @Test
  void whatIsMissingOrDamagedIsToldInOneLine() throws IOException {
    Path run = small("results");
    byte[] weights = Files.readAllBytes(run.resolve("weights.safetensors"));
    weights[weights.length - 2] ^= 1;
    Files.write(run.resolve("weights.safetensors"), weights);
    Command evaluated = run("evaluate", run.toString());
    assertEquals(1, evaluated.code(), evaluated.out());
    assertTrue(
        evaluated.err().contains(": weights.safetensors: changed after the run: DONE has SHA-256 "),
        evaluated.err());
    Files.writeString(run.resolve("DONE"), "{}");
    Command unvouched = run("verify", run.toString(), "--epochs", "1");
    assertEquals(5, unvouched.code(), unvouched.out());
    assertTrue(unvouched.out().contains("DONE has no SHA-256 of it"), unvouched.out());
    Files.writeString(run.resolve("model.csv"), "");
    Command diff = run("diff", run.toString(), run.toString());
    assertEquals(1, diff.code());
    assertTrue(diff.err().startsWith("verbatim: " + run + ": a damaged table: "), diff.err());
    Files.delete(run.resolve("metrics.csv"));
    Command verified = run("verify", run.toString());
    assertEquals(1, verified.code(), verified.out());
    assertTrue(verified.err().contains("metrics.csv: no such file"), verified.err());
    Files.writeString(run.resolve("dataset.json"), "{}");
    Command noPixels = run("verify", run.toString());
    assertEquals(1, noPixels.code());
    assertTrue(
        noPixels.err().contains("dataset.json: has no text 'pixels_sha256'"), noPixels.err());
  }

  @Test
  void aRunWithOtherSettingsThanItsConfigSaysIsFound() throws IOException {
    Path run = small("results");
    change(run.resolve("config.yaml"), "learning_rate: 0.05", "learning_rate: 0.04");
    Command result = run("verify", run.toString());
    assertEquals(5, result.code());
    assertTrue(
        result.out().contains("epoch 1: the first layer that differs is conv2d_1.weight"),
        result.out());
    assertTrue(result.err().contains("or its config.yaml was changed"), result.err());
  }

  @Test
  void otherPixelsExitWithThreeAndBothFingerprints() throws IOException {
    Path run = small("results");
    change(run.resolve("config.yaml"), "images: 140, seed: 1", "images: 140, seed: 2");
    Command result = run("verify", run.toString());
    assertEquals(3, result.code());
    assertTrue(
        result
            .err()
            .matches(
                "(?s).*needs pixels with fingerprint [0-9a-f]{64}, the dataset here has [0-9a-f]{64}\n"),
        result.err());
  }

  @Test
  void diffTellsSettingsEpochAndResults() throws IOException {
    Path one = small("results");
    Path two = small("other", "--set", "optimizer.momentum=0.8", "--set", "train.epochs=3");
    Command result = run("diff", one.toString(), two.toString());
    assertEquals(0, result.code(), result.err());
    assertTrue(
        result.out().matches("(?s).*optimizer.momentum +0.9 +0.8\ntrain.epochs +2 +3\n.*"),
        result.out());
    assertTrue(result.out().contains("metrics: from epoch 1 on: train_loss, "), result.out());
    assertTrue(result.out().matches("(?s).*\nepochs +2 +3\n.*"), result.out());
    assertTrue(
        run("diff", one.toString(), one.toString())
            .out()
            .startsWith("settings: the same\n\nmetrics: the same in all 2 epochs\n"));
  }

  @Test
  void signalsStopWithACheckpointAndResumeGoesOn() throws Exception {
    Path whole = small("whole", "--set", "train.epochs=150", "--set", "train.batch_size=128");
    for (String signal : List.of("TERM", "INT")) {
      Path results = Files.createDirectories(folder.resolve(signal));
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--add-modules",
                  "jdk.incubator.vector",
                  "--enable-native-access=ALL-UNNAMED",
                  "-Dverbatim.vector.bits=0",
                  "-Dverbatim.home=" + HOME,
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  Main.class.getName()));
      command.addAll(words(results, "--set", "train.epochs=150", "--set", "train.batch_size=128"));
      if (interruptsAreIgnored()) {
        command.addAll(0, List.of("env", "--default-signal=INT"));
      }
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(signal + ".log").toFile())
              .start();
      while (epochs(results) < 2) {
        Thread.sleep(50);
        assertTrue(process.isAlive(), Files.readString(folder.resolve(signal + ".log")));
      }
      new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      String log = Files.readString(folder.resolve(signal + ".log"));
      assertEquals(signal.equals("TERM") ? 75 : 130, process.exitValue(), log);
      assertTrue(log.contains("stopped in epoch "), log);
      assertTrue(log.contains("next: verbatim resume "), log);
      Command resumed = run("resume", onlyRun(results).toString(), "--no-cache");
      assertEquals(0, resumed.code(), resumed.err());
      assertEquals(
          Files.readString(whole.resolve("DONE")),
          Files.readString(onlyRun(results).resolve("DONE")));
      assertEquals(
          "nothing to go on with: every run of it is done\n",
          run("resume", "quickstart", "--results", results.toString()).out());
    }
  }

  /** Whoever is started in the background of a shell ignores SIGINT, and so do its children. */
  private static boolean interruptsAreIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    try (var lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> (Long.parseLong(line.substring(7).strip(), 16) & 0b10) != 0);
    }
  }

  private static int epochs(Path results) throws IOException {
    if (!Files.isDirectory(results.resolve("runs/quickstart/baseline"))) {
      return 0;
    }
    Path metrics = onlyRun(results).resolve("metrics.csv");
    return Files.exists(metrics) ? Files.readAllLines(metrics).size() - 1 : 0;
  }

  @Test
  void aTreeThatIsNotCommittedIsRefusedWhereAsked() {
    List<String> words = words(folder.resolve("results"), "--require-clean");
    words.set(1, HOME.resolve("experiments/quickstart.yaml").toString());
    Command result = Command.runIn(folder, words);
    assertEquals(2, result.code());
    assertTrue(
        result.err().startsWith("verbatim: --require-clean needs a git checkout; "), result.err());
  }
}
