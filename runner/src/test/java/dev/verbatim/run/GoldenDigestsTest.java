package dev.verbatim.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.nn.Network;
import dev.verbatim.optim.Optimizer;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The weights of each experiment's network after three training steps on random images, as digests
 * that do not change within a numerics version. A difference means that an order of additions, a
 * stream of random numbers or an elementary function has changed: mend it, or raise {@code
 * RunIdentity.NUMERICS_VERSION} as NUMERICS.md says and take the new digests.
 */
class GoldenDigestsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden-digests.txt");

  /** What no experiment uses yet: name, settings over those of quickstart. */
  private static final Map<String, List<String>> EXTRA =
      Map.of(
          "resnet20 adamw clipped",
          List.of(
              "architecture={kind: resnet20, classes: 10, width: 0.25, dropout: 0.3}",
              "optimizer={kind: adamw, learning_rate: 0.001, clip_norm: 1}"),
          "vgg11 rmsprop smoothed",
          List.of(
              "architecture={kind: vgg11, classes: 10, width: 0.125}",
              "dataset.image=[32, 32, 3]",
              "optimizer={kind: rmsprop, learning_rate: 0.001}",
              "train.loss={kind: cross_entropy, label_smoothing: 0.1}"),
          "c5l3 adam focal",
          List.of(
              "architecture={kind: c5l3, classes: 10, width: 0.125}",
              "dataset.image=[32, 32, 3]",
              "optimizer={kind: adam, learning_rate: 0.001}",
              "train.loss={kind: focal}"));

  private static final int BATCH = 8;
  private static final int STEPS = 3;

  @Test
  void weightsAfterThreeStepsAreTheRecordedOnes() throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (var files = Files.list(SmallRun.HOME.resolve("experiments"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        Experiment experiment = Experiment.load(file, List.of(), true);
        for (String variant : experiment.variants()) {
          digests.put(experiment.name() + " " + variant, digest(experiment.resolve(variant, 1)));
        }
      }
    }
    for (var extra : EXTRA.entrySet()) {
      digests.put(extra.getKey(), digest(SmallRun.config(extra.getValue().toArray(String[]::new))));
    }
    StringBuilder text =
        new StringBuilder("numerics version " + RunIdentity.NUMERICS_VERSION + "\n");
    digests.forEach((name, digest) -> text.append(name).append(' ').append(digest).append('\n'));
    assertEquals(Files.readString(GOLDEN), text.toString());
  }

  private static String digest(ResolvedConfig config) {
    try (Backend cpu = Backends.cpu();
        Tape tape = new Tape(cpu)) {
      Network network =
          Runs.describe(config)
              .place(cpu, Catalogue.initializer(config.architecture()), config.seed());
      Optimizer optimizer = Catalogue.optimizer(config.optimizer(), cpu, network.parameters());
      Shape image = network.image();
      Variable x =
          new Variable(
              cpu.allocate(
                  DType.FLOAT32, Shape.of(BATCH, image.dim(0), image.dim(1), image.dim(2))),
              false);
      Variable labels = new Variable(cpu.allocate(DType.INT32, Shape.of(BATCH)), false);
      tape.train(true);
      for (int step = 0; step < STEPS; step++) {
        tape.randomness(config.seed(), 1, step);
        var random = new Philox(7, Philox.Purpose.TEST, step, 0);
        float[] pixels = new float[BATCH * image.size()];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = random.nextFloat();
        }
        int[] classes = new int[BATCH];
        for (int i = 0; i < BATCH; i++) {
          classes[i] = random.nextInt(network.output().size());
        }
        cpu.write(x.tensor(), pixels);
        cpu.write(labels.tensor(), classes);
        tape.backward(tape.call(Catalogue.loss(config.train()), network.apply(tape, x), labels));
        optimizer.step();
        tape.reset();
      }
      return Weights.digests(network, cpu).all();
    }
  }
}
