package dev.verbatim.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExperimentTest {
  private static final String GOOD =
      """
      name: small
      dataset: {kind: glyphs, images: 100}
      architecture: {kind: sequential, layers: [{conv2d: {out: 4, kernel: 3}}, relu, {max_pool: 2}, flatten, {linear: 10}]}
      optimizer: {kind: sgd, learning_rate: 1e-1}
      train: {epochs: 3, batch_size: 16, seeds: [1, 2]}
      ablations:
        slow: {optimizer.learning_rate: 0.001}
      smoke: {train.epochs: 1, train.seeds: [1]}
      """;

  @TempDir Path folder;

  private Experiment load(String text, boolean smoke, String... sets) throws IOException {
    Path file = folder.resolve("small.yaml");
    Files.writeString(file, text);
    return Experiment.load(file, List.of(sets), smoke);
  }

  private String error(String text, String... sets) {
    return assertThrows(SpecException.class, () -> load(text, false, sets)).getMessage();
  }

  @Test
  void variantsAndSeedsAreWhatTheFileSays() throws IOException {
    Experiment experiment = load(GOOD, false);
    assertEquals(List.of("baseline", "slow"), experiment.variants());
    assertEquals(List.of(1, 2), experiment.seeds("baseline"));
    assertEquals(0.1, experiment.resolve("baseline", 1).optimizer().learningRate());
    assertEquals(0.001, experiment.resolve("slow", 1).optimizer().learningRate());
  }

  @Test
  void smokeAppliesAndWhatIsSetOnTheCommandLineWinsOverIt() throws IOException {
    assertEquals(1, load(GOOD, true).resolve("slow", 1).train().epochs());
    assertEquals(2, load(GOOD, true, "train.epochs=2").resolve("slow", 1).train().epochs());
    assertEquals(List.of(7), load(GOOD, false, "train.seeds=[7]").seeds("baseline"));
  }

  @Test
  void theCanonicalTextReadsBackToTheSameRun() throws IOException {
    ResolvedConfig config = load(GOOD, false).resolve("slow", 2);
    Experiment stored = load(config.canonicalYaml(), false);
    assertEquals(List.of("slow"), stored.variants());
    assertEquals(config, stored.resolve("slow", 2));
    assertEquals(config.canonicalYaml(), stored.resolve("slow", 2).canonicalYaml());
  }

  @Test
  void theIdentityHasNoNamesAndNoPaths() throws IOException {
    String text =
        GOOD.replace(
            "{kind: glyphs, images: 100}", "{kind: image_folder, path: PLACE, image: [8, 8, 1]}");
    String here = load(text.replace("PLACE", "here"), false).resolve("baseline", 1).identityYaml();
    String there =
        load(text.replace("PLACE", "/there").replace("small", "other"), false)
            .resolve("baseline", 1)
            .identityYaml();
    assertEquals(here, there);
    assertTrue(
        !load(text, false).resolve("baseline", 2).identityYaml().equals(here),
        "the seed is part of it");
  }

  @Test
  void aChildInheritsAllButNameAndPublishedAndReplacesAnArchitectureOfAnotherKind()
      throws IOException {
    Files.writeString(folder.resolve("parent.yaml"), GOOD.replace("small", "parent"));
    Experiment child =
        load(
            "name: child\nextends: parent\narchitecture: {kind: mlp, hidden: [5], classes: 10}\ntrain: {epochs: 9}\n",
            false);
    ResolvedConfig config = child.resolve("baseline", 1);
    assertEquals("child", config.name());
    assertEquals(9, config.train().epochs());
    assertEquals(16, config.train().batchSize());
    assertEquals(
        new ArchitectureSpec.Mlp("mlp", "kaiming_uniform", List.of(5), 10), config.architecture());
  }

  @Test
  void anUnknownKeyIsShownWithItsPlaceAndTheNearestOne() {
    assertEquals(
        "small.yaml:4:45: optimizer has no key 'momentun'; allowed: kind, learning_rate, momentum, nesterov, weight_decay, decay_bias_and_norm, clip_norm, clip_value; did you mean 'momentum'?\n"
            + "  optimizer: {kind: sgd, learning_rate: 1e-1, momentun: 0.9}\n"
            + "                                              ^",
        error(GOOD.replace("learning_rate: 1e-1", "learning_rate: 1e-1, momentun: 0.9")));
  }

  @Test
  void anOverrideIsCheckedAndShownAsItWasTyped() {
    assertEquals(
        "--set train.epochs=none:1:14: epochs needs a whole number from 1 to 1000000, got 'none'\n  train.epochs=none\n               ^",
        error(GOOD, "train.epochs=none"));
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            "train: {epochs: 3,", "train: {epochs: 3, epochs: 4,", "'epochs' stands here twice"),
        Arguments.of(
            "epochs: 3", "epochs: 3.5", "epochs needs a whole number from 1 to 1000000, got '3.5'"),
        Arguments.of(
            "epochs: 3", "epochs: '3'", "epochs needs a whole number from 1 to 1000000, got '3'"),
        Arguments.of(
            "epochs: 3",
            "epochs: [3]",
            "epochs needs a whole number from 1 to 1000000, got a list"),
        Arguments.of(
            "epochs: 3", "epochs: 0", "epochs needs a whole number from 1 to 1000000, got '0'"),
        Arguments.of("seeds: [1, 2]", "seeds: [1, 1]", "seeds names one seed twice: [1, 1]"),
        Arguments.of("seeds: [1, 2]", "seeds: 1", "seeds needs a list, got '1'"),
        Arguments.of(
            "batch_size: 16",
            "batch_size: 16, drop_last: yes",
            "drop_last needs true or false, got 'yes'"),
        Arguments.of(
            "kind: sgd",
            "kind: sgdd",
            "kind cannot be 'sgdd'; allowed: sgd, adam, adamw, rmsprop; did you mean 'sgd'?"),
        Arguments.of("kind: sgd, ", "", "optimizer needs 'kind'; allowed: sgd, adam"),
        Arguments.of(
            "learning_rate: 1e-1", "learning_rate: -1", "learning_rate needs a number from"),
        Arguments.of(
            "learning_rate: 1e-1", "learning_rate: !!float 1", "tags are not used in experiments"),
        Arguments.of(
            "learning_rate: 1e-1", "learning_rate: &a 1", "anchors and aliases are not used"),
        Arguments.of(
            "learning_rate: 1e-1",
            "learning_rate: 1, nesterov: true",
            "nesterov needs a momentum above 0"),
        Arguments.of(
            "relu,",
            "rellu,",
            "no layer is called 'rellu'; allowed: average_pool, batch_norm, conv2d, dropout, "),
        Arguments.of("relu,", "{relu: 3},", "relu takes no options"),
        Arguments.of("{max_pool: 2}", "max_pool", "max_pool needs options"),
        Arguments.of(
            "[{conv2d: {out: 4, kernel: 3}}, relu, {max_pool: 2}, flatten, {linear: 10}]",
            "[]",
            "needs 'layers' with at least one layer"),
        Arguments.of(
            "optimizer.learning_rate: 0.001", "optimizer.lr: 0.001", "optimizer has no key 'lr'"),
        Arguments.of("slow:", "baseline:", "other than baseline"),
        Arguments.of(
            "optimizer.learning_rate: 0.001", "name: x", "ablation slow cannot change name"),
        Arguments.of("train.epochs: 1", "train.epoch: 1", "train has no key 'epoch'"),
        Arguments.of("name: small", "name: a/b", "name needs letters"),
        Arguments.of("name: small", "nam: small", "an experiment needs 'name'"),
        Arguments.of(
            "name: small",
            "name: small\nextends: nobody",
            "extends names nobody.yaml, which is not there"),
        Arguments.of(
            "name: small",
            "name: small\npublished: [{metric: macs, value: 1, variant: slo}]",
            "did you mean 'slow'?"),
        Arguments.of(
            "name: small",
            "name: small\npublished: [{metric: parameters, value: 1, epoch: 4}]",
            "epoch needs a metric of train_loss, train_accuracy, val_loss, val_accuracy, val_top5, got parameters"),
        Arguments.of(
            "name: small",
            "name: small\npublished: [{metric: val_accuracy, value: 90, per_batch: 64}]",
            "per_batch needs a metric of macs, flops, loading_seconds, got val_accuracy"),
        Arguments.of(
            "name: small",
            "name: small\npublished: [{metric: macs, value: 90, match: exact, within: 2}]",
            "within needs match: within or at_least, got match: exact"),
        Arguments.of(
            "name: small",
            "name: small\naugment: [randomcrop]",
            "no augmentation is called 'randomcrop'; allowed: affine, color_jitter, cutout, horizontal_flip, normalize, random_crop, rotation, translation; did you mean 'random_crop'?"),
        Arguments.of("name: small", "name: small\naugment: [rotation]", "rotation needs options"),
        Arguments.of(
            "name: small",
            "name: small\naugment: [{normalize: {mean: [0, 0], std: [1, 1]}}]",
            "normalize needs a number for each of the 1 channels of dataset.image, got 2"),
        Arguments.of(
            "images: 100", "images: 100, image: [28, 28]", "image needs [height, width, channels]"),
        Arguments.of(
            "images: 100",
            "images: 100, normalize: {mean: [0.5], std: [0.5, 1]}",
            "normalize needs 'mean' and 'std' with 1 numbers each"),
        Arguments.of("name: small", "name: [", "not YAML"));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @MethodSource("mistakes")
  void mistakesAreFound(String from, String to, String expected) {
    assertTrue(GOOD.contains(from), "the test replaces '" + from + "'");
    String message = error(GOOD.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to)));
    assertTrue(message.contains(expected), message);
    assertTrue(message.matches("(?s)small\\.yaml:\\d+:\\d+: .*\\n  .*\\n +\\^"), message);
  }
}
