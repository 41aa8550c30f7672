package dev.verbatim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program on CUDA, each call a process of its own: on the GPU where there is one, else on the
 * stand-in for its driver that framework/cuda builds for tests.
 */
class CudaTest {
  private static final Path STAND_IN =
      Command.HOME.resolve("framework/cuda/target/standin").toAbsolutePath();

  private static final List<String> SMALL =
      List.of(
          "--set", "dataset.images=120", "--set", "train.batch_size=16", "--set", "train.epochs=2");

  @TempDir Path folder;

  private Command call(Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Dverbatim.home=" + Command.HOME,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
    command.addAll(List.of(words));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    var builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("CI", "true");
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Command(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private Command run(
      String device, Path results, Map<String, String> environment, String... settings)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of("run", "quickstart", "--device", device, "--results", results.toString()));
    words.addAll(SMALL);
    for (String setting : settings) {
      words.addAll(List.of("--set", setting));
    }
    return call(environment, words.toArray(String[]::new));
  }

  private static Map<String, String> withDevice() {
    boolean gpu = Files.exists(Path.of("/dev/nvidiactl"));
    assumeTrue(
        gpu || Files.exists(STAND_IN.resolve("libcuda.so.1")),
        "there is no GPU, and no stand-in for its driver was built (no g++?)");
    return gpu ? Map.of() : Map.of("LD_LIBRARY_PATH", STAND_IN.toString());
  }

  private static Map<String, String> standIn(String name, String value) {
    Map<String, String> environment = withDevice();
    assumeFalse(environment.isEmpty(), "a GPU cannot be told to fail");
    return Map.of("LD_LIBRARY_PATH", STAND_IN.toString(), name, value);
  }

  @Test
  void aRunHasTheSameBitsOnBothDevicesAndEachVerifiesTheOther()
      throws IOException, InterruptedException {
    Map<String, String> device = withDevice();
    String[] settings = {
      "augment=[{random_crop: {padding: 2}}, {rotation: {degrees: 10}}, {color_jitter: {contrast: 0.2}}, {cutout: {size: 4}}]"
    };
    Command onCpu = run("cpu", folder.resolve("cpu"), Map.of(), settings);
    assertEquals(0, onCpu.code(), onCpu.err());
    Command onCuda = run("cuda", folder.resolve("cuda"), device, settings);
    assertEquals(0, onCuda.code(), onCuda.err());
    assertTrue(onCuda.err().contains("CUDA, "), onCuda.err());
    Path cpu = onlyRun(folder.resolve("cpu"));
    Path cuda = onlyRun(folder.resolve("cuda"));
    assertEquals(cpu.getFileName(), cuda.getFileName());
    assertEquals(Files.readString(cpu.resolve("DONE")), Files.readString(cuda.resolve("DONE")));
    Command cpuOnCuda = call(device, "verify", cpu.toString(), "--device", "cuda");
    assertEquals(0, cpuOnCuda.code(), cpuOnCuda.err());
    Command cudaOnCpu = call(Map.of(), "verify", cuda.toString(), "--device", "cpu");
    assertEquals(0, cudaOnCpu.code(), cudaOnCpu.err());
  }

  @Test
  void aRunDivergesInTheSameStepThoughTheDeviceWasAhead() throws IOException, InterruptedException {
    Map<String, String> device = withDevice();
    for (String then : List.of("stop", "continue")) {
      List<String> done = new ArrayList<>();
      for (String name : List.of("cpu", "cuda")) {
        Path results = folder.resolve(then + name);
        Command run =
            run(
                name,
                results,
                device,
                "optimizer.learning_rate=1000",
                "optimizer.weight_decay=1",
                "train.epochs=4",
                "train.on_divergence=" + then);
        assertEquals(then.equals("stop") ? 4 : 0, run.code(), run.err());
        done.add(Files.readString(onlyRun(results).resolve("DONE")));
        done.add(Files.readString(onlyRun(results).resolve("status.json")));
      }
      assertEquals(done.subList(0, 2), done.subList(2, 4));
    }
  }

  @Test
  void inBfloat16ARunHasItsBitsAgainOnTheSameGpuTypeAndIsRefusedOnAnother()
      throws IOException, InterruptedException {
    Map<String, String> device = withDevice();
    String[] small = {"train.precision=bf16", "dataset.images=60", "train.epochs=1"};
    Command run = run("cuda", folder.resolve("bf16"), device, small);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.err().contains(", bf16\n"), run.err());
    Path done = onlyRun(folder.resolve("bf16"));
    Command again = call(device, "verify", done.toString(), "--device", "cuda");
    assertEquals(0, again.code(), again.err());
    Command onCpu = call(Map.of(), "verify", done.toString(), "--device", "cpu");
    assertEquals(2, onCpu.code(), onCpu.err());
    assertTrue(
        onCpu
            .err()
            .endsWith(
                "verbatim: train.precision bf16: the GPU's type is part of a run's id; cpu: does not compute in bf16, which needs a GPU of compute capability 8.0 or newer\n"),
        onCpu.err());
    Command evaluatedOnCpu = call(Map.of(), "evaluate", done.toString(), "--device", "cpu");
    assertEquals(0, evaluatedOnCpu.code(), evaluatedOnCpu.err());
    assertTrue(
        evaluatedOnCpu
            .err()
            .endsWith(
                "evaluated in fp32, the run is bf16: cpu: does not compute in bf16, which needs a GPU of compute capability 8.0 or newer\n"),
        evaluatedOnCpu.err());
    Command evaluated = call(device, "evaluate", done.toString(), "--device", "cuda");
    assertEquals(0, evaluated.code(), evaluated.err());
    assertFalse(evaluated.err().contains("fp32"), evaluated.err());
    Command full = run("cpu", folder.resolve("fp32"), Map.of(), small[1], small[2]);
    assertEquals(0, full.code(), full.err());
    double loss = trainLoss(onlyRun(folder.resolve("fp32")));
    // one epoch of four steps: a hundred times less than what a wrong gradient makes
    assertEquals(loss, trainLoss(done), 0.01 * loss);
  }

  @Test
  void bfloat16NeedsItsGpuType() throws IOException, InterruptedException {
    Map<String, String> other = standIn("STANDIN_NAME", "another GPU");
    String[] small = {"train.precision=bf16", "dataset.images=60", "train.epochs=1"};
    Command run = run("cuda", folder.resolve("bf16"), withDevice(), small);
    assertEquals(0, run.code(), run.err());
    Path done = onlyRun(folder.resolve("bf16"));
    Command elsewhere = call(other, "verify", done.toString(), "--device", "cuda");
    assertEquals(2, elsewhere.code(), elsewhere.err());
    assertTrue(
        elsewhere
            .err()
            .endsWith(
                ": made in bf16 on stand-in on the CPU, whose bits no other GPU type promises; here is another GPU\n"),
        elsewhere.err());
    Command old = run("cuda", folder.resolve("old"), standIn("STANDIN_CAPABILITY", "7.5"), small);
    assertEquals(2, old.code(), old.err());
    assertTrue(
        old.err()
            .endsWith(
                "train.precision bf16: the GPU's type is part of a run's id; cuda: bf16 needs a GPU of compute capability 8.0 or newer, stand-in on the CPU has 7.5\n"),
        old.err());
  }

  private static double trainLoss(Path run) throws IOException {
    String row = Files.readAllLines(run.resolve("metrics.csv")).getLast();
    return Double.parseDouble(row.split(",", -1)[3]);
  }

  private static Path onlyRun(Path results) throws IOException {
    try (var runs = Files.list(results.resolve("runs/quickstart/baseline"))) {
      return runs.findFirst().orElseThrow();
    }
  }

  @Test
  void whatIsMissingIsSaidInOneLine() throws IOException, InterruptedException {
    fails(standIn("STANDIN_DEVICES", "0"), "cuda: the driver finds no GPU");
    fails(
        standIn("STANDIN_DRIVER", "11080"),
        "cuda: needs a driver for CUDA 12.0 or newer (525 and on), the one here is for CUDA 11.8");
    fails(
        standIn("STANDIN_CAPABILITY", "7.0"),
        "cuda: needs a GPU of compute capability 7.5 or newer, stand-in on the CPU has 7.0");
  }

  @Test
  void withoutADriverAutoRunsOnTheCpuAndSaysSo() throws IOException, InterruptedException {
    assumeFalse(Files.exists(Path.of("/dev/nvidiactl")), "there is a GPU");
    String missing = "cuda: no NVIDIA driver here: libcuda.so.1 cannot be loaded";
    fails(Map.of(), missing);
    Command auto = run("auto", folder.resolve("auto"), Map.of());
    assertEquals(0, auto.code(), auto.err());
    assertTrue(auto.err().contains("on the CPU: " + missing + "\n"), auto.err());
    Command evaluated = call(Map.of(), "evaluate", onlyRun(folder.resolve("auto")).toString());
    assertTrue(evaluated.err().contains("on the CPU: " + missing + "\n"), evaluated.err());
    Command sweep =
        call(Map.of(), "sweep", "quickstart", "--set", "train.precision=bf16", "--dry-run");
    assertEquals(2, sweep.code(), sweep.err());
    assertTrue(
        sweep
            .err()
            .endsWith(
                "verbatim: train.precision bf16: the GPU's type is part of a run's id; "
                    + missing
                    + "\n"),
        sweep.err());
  }

  @Test
  void autoTakesTheGpu() throws IOException, InterruptedException {
    Map<String, String> device = withDevice();
    Command doctor = call(device, "doctor");
    assertTrue(doctor.out().matches("(?s).*CUDA +ok +CUDA, .*"), doctor.out());
    Command auto = call(device, "bench", "quickstart", "--steps", "1", "--json");
    assertTrue(auto.out().contains("\"device\":\"CUDA, "), auto.out() + auto.err());
  }

  /**
   * A step that nobody waits for is over in a thousandth of what an inference takes that somebody
   * waits for; one twentieth leaves room for what else this machine does.
   */
  @Test
  void benchWaitsForTheDevice() throws IOException, InterruptedException {
    Command bench = call(withDevice(), "bench", "quickstart", "--steps", "3", "--json");
    assertEquals(0, bench.code(), bench.err());
    String milliseconds = "\"milliseconds\":([0-9.]+).*";
    var times = Pattern.compile(milliseconds + milliseconds).matcher(bench.out());
    assertTrue(times.find(), bench.out());
    double training = Double.parseDouble(times.group(1));
    assertTrue(training > Double.parseDouble(times.group(2)) / 20, bench.out());
  }

  @Test
  void memoryThatIsNotThereIsNamedWithABatchThatFits() throws IOException, InterruptedException {
    Map<String, String> little = standIn("STANDIN_MEMORY", String.valueOf(16 << 20));
    Command failed = onLargeBatches(little, "512");
    assertEquals(1, failed.code(), failed.out());
    assertTrue(
        failed
            .err()
            .matches(
                "(?s).*verbatim: cuda: out of memory: asked for \\d+ MiB, \\d+ of 16 MiB are free; train.batch_size (256|128|64|32) would fit\n"),
        failed.err());
    String batch = failed.err().replaceAll("(?s).*batch_size (\\d+).*", "$1");
    Command fits = onLargeBatches(little, batch);
    assertEquals(0, fits.code(), fits.err());
  }

  /**
   * Kernels keep weights of convolutions in tiles transformed, and gradients by them until they are
   * added up.
   */
  @Test
  void theBatchThatFitsLeavesRoomForTransformedWeights() throws IOException, InterruptedException {
    Map<String, String> little = standIn("STANDIN_MEMORY", "48000000");
    Command failed = call(little, manyWeights("60"));
    assertEquals(1, failed.code(), failed.out());
    assertTrue(failed.err().matches("(?s).*train.batch_size \\d+ would fit\n"), failed.err());
    String batch = failed.err().replaceAll("(?s).*batch_size (\\d+).*", "$1");
    Command fits = call(little, manyWeights(batch));
    assertEquals(0, fits.code(), batch + ": " + fits.err());
  }

  private String[] manyWeights(String batch) {
    String layers =
        "{conv2d: {out: 256, kernel: 3, padding: 1}}, {max_pool: 2}, relu, "
            + "{conv2d: {out: 256, kernel: 3, padding: 1}}, relu, flatten, {linear: 10}";
    return new String[] {
      "run",
      "quickstart",
      "--device",
      "cuda",
      "--results",
      folder.resolve("weights" + batch).toString(),
      "--set",
      "dataset.images=80",
      "--set",
      "dataset.image=[8, 8, 1]",
      "--set",
      "dataset.validation.fraction=0.2",
      "--set",
      "architecture={kind: sequential, layers: [" + layers + "]}",
      "--set",
      "train.epochs=1",
      "--set",
      "train.batch_size=" + batch
    };
  }

  private Command onLargeBatches(Map<String, String> environment, String batch)
      throws IOException, InterruptedException {
    return call(environment, largeBatches("run", "cuda", batch));
  }

  private String[] largeBatches(String verb, String device, String batch) {
    String results = folder.resolve(verb + device + batch).toString();
    return new String[] {
      verb,
      "quickstart",
      "--device",
      device,
      "--results",
      results,
      "--set",
      "dataset.images=600",
      "--set",
      "train.epochs=1",
      "--set",
      "train.batch_size=" + batch
    };
  }

  @Test
  void aBenchAndASweepNameABatchThatFitsToo() throws IOException, InterruptedException {
    Map<String, String> little = standIn("STANDIN_MEMORY", String.valueOf(16 << 20));
    String line =
        "cuda: out of memory: asked for \\d+ MiB, \\d+ of 16 MiB are free; train.batch_size (\\d+) would fit\n";
    String[] bench = {
      "bench", "quickstart", "--device", "cuda", "--steps", "1", "--set", "train.batch_size=512"
    };
    Command timed = call(little, bench);
    assertEquals(1, timed.code(), timed.out());
    assertTrue(timed.err().matches("(?s).*verbatim: " + line), timed.err());
    bench[bench.length - 1] =
        "train.batch_size=" + timed.err().replaceAll("(?s).*batch_size (\\d+).*", "$1");
    Command fits = call(little, bench);
    assertEquals(0, fits.code(), fits.err());
    Command sweep = call(little, largeBatches("sweep", "cuda", "512"));
    assertEquals(1, sweep.code(), sweep.out());
    assertTrue((sweep.out() + sweep.err()).matches("(?s).*" + line + ".*"), sweep.toString());
  }

  @Test
  void anEvaluationTakesABatchThatFitsToTheSameResult() throws IOException, InterruptedException {
    Map<String, String> little = standIn("STANDIN_MEMORY", String.valueOf(6 << 20));
    Command run = call(Map.of(), largeBatches("run", "cpu", "512"));
    assertEquals(0, run.code(), run.err());
    Path done = onlyRun(folder.resolve("runcpu512"));
    Path onCpu = folder.resolve("cpu");
    Path onCuda = folder.resolve("cuda");
    for (String split : List.of("train", "validation")) {
      Command expected =
          call(Map.of(), "evaluate", done.toString(), "--split", split, "--out", onCpu.toString());
      assertEquals(0, expected.code(), expected.err());
      Command evaluated =
          call(
              little,
              "evaluate",
              done.toString(),
              "--split",
              split,
              "--device",
              "cuda",
              "--out",
              onCuda.toString());
      assertEquals(0, evaluated.code(), evaluated.err());
      assertEquals(
          split.equals("train"),
          evaluated.err().matches("(?s).* MiB are free; evaluated in batches of \\d+\n"),
          evaluated.err());
      for (String file : List.of("evaluation.csv", "confusion.csv", "misclassified.csv")) {
        assertEquals(
            Files.readString(onCpu.resolve(file)), Files.readString(onCuda.resolve(file)), file);
      }
    }
  }

  @Test
  void aFaultOfAKernelEndsTheRunInOneLineAndItGoesOnLater()
      throws IOException, InterruptedException {
    Command failed = run("cuda", folder.resolve("faulty"), standIn("STANDIN_FAULT", "200"));
    assertEquals(1, failed.code(), failed.err());
    assertTrue(
        failed
            .err()
            .endsWith(
                "cuda: a kernel failed: CUDA_ERROR_ILLEGAL_ADDRESS (an illegal memory access was encountered)\n"),
        failed.err());
    assertFalse(failed.err().contains("\tat "), failed.err());
    Command again = run("cuda", folder.resolve("faulty"), withDevice());
    assertEquals(0, again.code(), again.err());
  }

  private void fails(Map<String, String> environment, String line)
      throws IOException, InterruptedException {
    Command failed = run("cuda", folder.resolve("none"), environment);
    assertEquals(1, failed.code(), failed.err());
    assertTrue(failed.err().endsWith("verbatim: " + line + "\n"), failed.err());
    Command doctor = call(environment, "doctor");
    assertTrue(doctor.out().contains(line), doctor.out());
  }
}
