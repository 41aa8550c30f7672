package dev.verbatim.cli;

import static dev.verbatim.cli.Command.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.verbatim.store.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line from the outside: words in, streams, files and an exit code out. */
class MainTest {
  @TempDir Path folder;

  private Command quickstart(String results, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "run", "quickstart", "--smoke", "--results", folder.resolve(results).toString()));
    words.addAll(List.of(more));
    return run(words.toArray(String[]::new));
  }

  private Path runFolder(String results) throws IOException {
    try (var runs = Files.list(folder.resolve(results).resolve("runs/quickstart/baseline"))) {
      return runs.findFirst().orElseThrow();
    }
  }

  @Test
  void threadsChangeNoByteOfAResult() throws IOException {
    assertEquals(0, quickstart("one", "--threads", "1").code());
    assertEquals(0, quickstart("three", "--threads", "3").code());
    assertEquals(runFolder("one").getFileName(), runFolder("three").getFileName());
    for (String name :
        List.of(
            "config.yaml",
            "dataset.json",
            "model.csv",
            "metrics.csv",
            "weights.safetensors",
            "DONE")) {
      assertArrayEquals(
          Files.readAllBytes(runFolder("one").resolve(name)),
          Files.readAllBytes(runFolder("three").resolve(name)),
          name);
    }
  }

  @Test
  void aRunLeavesEveryFileOfTheDesignAndIsNotRunAgain() throws IOException {
    Command first = quickstart("results");
    assertEquals(0, first.code(), first.err());
    for (String name :
        List.of(
            "config.yaml",
            "provenance.json",
            "dataset.json",
            "model.csv",
            "loading.csv",
            "metrics.csv",
            "timing.csv",
            "weights.safetensors",
            "log.txt",
            "status.json",
            "DONE")) {
      assertTrue(Files.size(runFolder("results").resolve(name)) > 0, name);
    }
    assertEquals(
        "epoch,step,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy,val_top5,weights_sha256",
        Files.readAllLines(runFolder("results").resolve("metrics.csv")).getFirst());
    var before = Files.getLastModifiedTime(runFolder("results").resolve("metrics.csv"));
    Command second = quickstart("results");
    assertEquals(0, second.code());
    assertTrue(second.err().contains("already done"), second.err());
    assertEquals(before, Files.getLastModifiedTime(runFolder("results").resolve("metrics.csv")));
  }

  @Test
  void evaluateGivesTheAccuracyThatTheRunRecorded() throws IOException {
    assertEquals(0, quickstart("results").code());
    Command result = run("evaluate", runFolder("results").toString());
    assertEquals(0, result.code(), result.err());
    String[] metrics =
        Files.readAllLines(runFolder("results").resolve("metrics.csv")).getLast().split(",", -1);
    String[] evaluation =
        Files.readAllLines(runFolder("results").resolve("evaluation-validation/evaluation.csv"))
            .getLast()
            .split(",", -1);
    assertEquals(
        List.of(metrics[5], metrics[6], metrics[7]),
        List.of(evaluation[1], evaluation[2], evaluation[3]));
    assertEquals(
        11,
        Files.readAllLines(runFolder("results").resolve("evaluation-validation/confusion.csv"))
            .size());
  }

  @Test
  void aRunKeepsWhatItMistookAndEvaluateGivesTheSameBytes() throws IOException {
    String[] command = {"run", "suite_tiny", "--smoke", "-q", "--results", folder.toString()};
    assertEquals(0, run(command).code());
    Path trained;
    try (var runs = Files.list(folder.resolve("runs/suite_tiny/baseline"))) {
      trained = runs.findFirst().orElseThrow();
    }
    List<String> kept =
        List.of(
            "augmented.csv",
            "augmented.png",
            "evaluation-validation/evaluation.csv",
            "evaluation-validation/misclassified.csv",
            "evaluation-validation/misclassified.png");
    List<String> before = new ArrayList<>();
    for (String name : kept) {
      before.add(Hashes.ofFile(trained.resolve(name)));
      Files.delete(trained.resolve(name));
    }
    Command result = run("evaluate", trained.toString());
    assertEquals(0, result.code(), result.err());
    for (int i = 0; i < kept.size(); i++) {
      assertEquals(before.get(i), Hashes.ofFile(trained.resolve(kept.get(i))), kept.get(i));
    }
    Path folder = trained.resolve("evaluation-validation");
    String[] evaluation = Files.readAllLines(folder.resolve("evaluation.csv")).getLast().split(",");
    long right =
        Math.round(Double.parseDouble(evaluation[2]) / 100 * Integer.parseInt(evaluation[0]));
    List<String> mistakes = Files.readAllLines(folder.resolve("misclassified.csv"));
    assertEquals(Integer.parseInt(evaluation[0]) - right, mistakes.size() - 1);
    assertTrue(
        mistakes.get(1).matches("[0-9]+,([0-9]),(?!\\1)[0-9],0\\.[0-9]+,1"), mistakes.get(1));
  }

  @Test
  void evaluateRefusesImagesThatAreNotTheRunsAndOtherClasses() throws IOException {
    Path data = folder.resolve("data");
    assertEquals(0, run("data", "sample", data.toString()).code());
    String[] train = {"run", "mnist_cnn", "--smoke", "--no-cache", "-q"};
    List<String> words = new ArrayList<>(List.of(train));
    words.addAll(List.of("--data", data.toString(), "--results", folder.toString()));
    assertEquals(0, run(words.toArray(String[]::new)).code());
    String trained;
    try (var runs = Files.list(folder.resolve("runs/mnist_cnn/baseline"))) {
      trained = runs.findFirst().orElseThrow().toString();
    }
    String mnist = data.resolve("mnist").toString();
    assertEquals(0, run("evaluate", trained, "--on", mnist).code());
    Path idx = data.resolve("idx/train-images-idx3-ubyte");
    assertEquals(0, run("evaluate", trained, "--on", idx.toString()).code());

    Files.move(data.resolve("mnist/0"), data.resolve("mnist/x"));
    Command other = run("evaluate", trained, "--on", mnist);
    assertEquals(3, other.code(), other.err());
    assertEquals(
        "verbatim: dataset "
            + mnist
            + ": needs the classes of the run [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], has [1, 2, 3, 4, 5, 6, 7, 8, 9, x]\n",
        other.err());
    Command changed = run("evaluate", trained, "--no-cache", "--data", data.toString());
    assertEquals(3, changed.code(), changed.err());
    assertTrue(changed.err().contains(": needs pixels with fingerprint "), changed.err());
  }

  @Test
  void aSplitWithoutImagesIsRefused() {
    Command result = quickstart("r", "--set", "dataset.images=40");
    assertEquals(3, result.code(), result.err());
    assertEquals(
        "verbatim: dataset glyphs: validation.fraction 0.1 of each class leaves 40 images to train on and 0 to validate; both need some\n",
        result.err());
  }

  @Test
  void aLearningRateThatExplodesEndsAsDiverged() {
    Command result =
        quickstart(
            "results",
            "--set",
            "optimizer.learning_rate=1000",
            "--set",
            "optimizer.weight_decay=1000");
    assertEquals(4, result.code(), result.err());
    assertTrue(result.err().contains("diverged in epoch 1, step "), result.err());
  }

  @Test
  void mistakesOnTheCommandLineExitWithTwo() {
    assertEquals(2, run().code());
    assertEquals(
        "verbatim: no verb is called 'rnu'; there are run, sweep, show, resume, verify, diff, evaluate, report, list, describe, validate, data, bench, doctor; did you mean 'run'?\n",
        run("rnu").err());
    assertEquals(
        "verbatim: run has no flag --thread; did you mean '--threads'? (verbatim run --help)\n",
        run("run", "quickstart", "--thread", "2").err());
    assertEquals(
        "verbatim: no experiment is called 'quikstart', nor is it a file; verbatim list shows them; did you mean 'quickstart'?\n",
        run("run", "quikstart").err());
    assertEquals(
        "verbatim: --threads needs a whole number from 1 up, got '0'\n",
        quickstart("r", "--threads", "0").err());
    assertEquals(2, quickstart("r", "--set", "train.epochs=0").code());
    for (String seeds : List.of("1-", "5-3", "1,1", "1-3,2", "1-999999999")) {
      assertEquals(2, quickstart("r", "--dry-run", "--seeds", seeds).code(), seeds);
    }
    for (String verb : List.of("list", "report", "doctor")) {
      assertEquals("verbatim: takes no words but flags, got [x]\n", run(verb, "x").err());
    }
    assertEquals(
        "verbatim: --set needs key=value, as in --set optimizer.learning_rate=0.05, got 'train.epochs='\n",
        quickstart("r", "--set", "train.epochs=").err());
    assertTrue(
        quickstart("r", "--set", "train.seeds=[1").err().contains("\n  train.seeds=[1\n"),
        "the line is shown");
    for (String word : List.of("name=..", "variant=..", "variant=../x")) {
      assertEquals(2, quickstart("r", "--dry-run", "--set", word).code(), word);
    }
  }

  @Test
  void verboseTellsOnceWhenTheFirstStepWasDone() {
    Command result = quickstart("results", "--verbose");
    assertEquals(0, result.code(), result.err());
    assertEquals(2, result.err().split("first step done [0-9.]+ s after the command\n", -1).length);
  }

  @Test
  void missingDataExitsWithThreeAndOneLine() {
    Command result =
        run(
            "run",
            "mnist_cnn",
            "--smoke",
            "--data",
            folder.toString(),
            "--results",
            folder.toString());
    assertEquals(3, result.code());
    assertEquals(
        "verbatim: dataset folder "
            + folder.resolve("mnist")
            + " is not there; --data or VERBATIM_DATA names the folder it is looked for in\n",
        result.err());
  }

  @Test
  void aShapeThatDoesNotFitNamesTheLayer() {
    Command result = run("describe", "mnist_cnn", "--set", "dataset.image=[6, 6, 1]");
    assertEquals(2, result.code());
    assertEquals(
        "verbatim: layer 4 (conv2d_2): conv2d needs images of at least 3 x 3 with padding 0, got x[1,2,2,8]\n",
        result.err());
  }

  @Test
  void benchTimesAnExperimentWhoseDatasetIsNotThere() {
    Command table = run("bench", "cifar_cnn", "--steps", "2", "--set", "train.batch_size=4");
    assertEquals(0, table.code(), table.err());
    assertTrue(table.out().startsWith("cifar_cnn baseline, batch 4, CPU, "), table.out());
    assertTrue(table.out().contains("images/s"), table.out());
    Command json =
        run(
            "bench",
            "cifar_resnet20",
            "--smoke",
            "--variant",
            "no_batchnorm",
            "--steps",
            "2",
            "--threads",
            "1",
            "--json",
            "--set",
            "train.batch_size=2");
    assertEquals(0, json.code(), json.err());
    JsonObject result = JsonParser.parseString(json.out()).getAsJsonObject();
    assertEquals("no_batchnorm", result.get("variant").getAsString());
    assertEquals(2, result.get("batch").getAsInt());
    for (String kind : List.of("training", "inference")) {
      JsonObject times = result.getAsJsonObject(kind);
      assertEquals(2, times.get("steps").getAsInt());
      double median = times.get("milliseconds").getAsDouble();
      assertTrue(median >= times.get("best_milliseconds").getAsDouble(), kind);
      assertEquals(2000 / median, times.get("images_per_second").getAsDouble(), 2 / median);
      assertTrue(times.get("allocated_bytes").getAsLong() >= 0, kind);
    }
    assertTrue(result.get("tensor_bytes").getAsLong() > 1 << 20, "weights, and values of a batch");
  }

  @Test
  void benchRefusesWhatItCannotTime() {
    assertEquals("verbatim: needs one experiment, got none\n", run("bench").err());
    assertEquals(
        "verbatim: --steps needs a whole number from 1 up, got '0'\n",
        run("bench", "quickstart", "--steps", "0").err());
    assertEquals(
        "verbatim: at most 8 steps of 1000000 images can be timed, got 9\n",
        run("bench", "quickstart", "--steps", "9", "--set", "train.batch_size=1000000").err());
    assertEquals(2, run("bench", "quickstart", "--variant", "x").code());
  }

  @Test
  void describeListValidateAndHelpPrintToStdout() {
    assertTrue(
        run("describe", "mnist_cnn")
            .out()
            .contains("total        [10]            53,866     240,544     481,088"));
    assertTrue(
        run("describe", "cifar_resnet20")
            .out()
            .contains("batch of 128                                     278,324  5,224,824,832"),
        run("describe", "cifar_resnet20").out());
    assertTrue(run("list", "--json").out().contains("\"experiment\":\"quickstart\""));
    assertEquals("quickstart: ok, 1 variant(s), 1 run(s)\n", run("validate", "quickstart").out());
    assertTrue(run("validate").out().contains("mnist_cnn: ok"));
    assertTrue(run("run", "--help").out().contains("--threads N"));
    assertEquals(0, run("doctor").code());
  }
}
