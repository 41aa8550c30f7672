package dev.verbatim.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridTest {
  private static final String GOOD =
      """
      name: small
      dataset: {kind: glyphs, images: 100}
      architecture: {kind: mlp, hidden: [8], classes: 10}
      optimizer: {kind: sgd, learning_rate: 0.1}
      train: {epochs: 3, batch_size: 16, seeds: [1, 2]}
      ablations:
        wide: {architecture.hidden: [64]}
      grid:
        optimizer.learning_rate: [0.1, 0.01]
        optimizer.momentum: [0, 0.9]
      exclude:
        - {variant: wide, optimizer.learning_rate: 1e-2, optimizer.momentum: 0.90}
      compare: {to: baseline, metric: val_loss, paired_by: seed}
      smoke: {train.epochs: 1}
      """;

  @TempDir Path folder;

  private Experiment load(String text, String... sets) throws IOException {
    Path file = folder.resolve("small.yaml");
    Files.writeString(file, text);
    return Experiment.load(file, List.of(sets), false);
  }

  private static List<String> names(Experiment experiment) {
    return experiment.sweep().stream().map(SweepVariant::name).toList();
  }

  @Test
  void aSweepIsVariantsTimesGridWithoutWhatIsExcluded() throws IOException {
    Experiment experiment = load(GOOD);
    assertEquals(
        List.of(
            "learning_rate=0.1,momentum=0",
            "learning_rate=0.1,momentum=0.9",
            "learning_rate=0.01,momentum=0",
            "learning_rate=0.01,momentum=0.9",
            "wide,learning_rate=0.1,momentum=0",
            "wide,learning_rate=0.1,momentum=0.9",
            "wide,learning_rate=0.01,momentum=0"),
        names(experiment));
    ResolvedConfig config = experiment.resolve("wide,learning_rate=0.01,momentum=0", 2);
    assertEquals(0.01, config.optimizer().learningRate());
    assertEquals(List.of(64), ((ArchitectureSpec.Mlp) config.architecture()).hidden());
    assertEquals(
        config,
        load(config.canonicalYaml()).resolve(config.variant(), 2),
        "its config.yaml reads back");
    assertEquals("baseline", experiment.variants().getFirst(), "run takes the file as it stands");
  }

  @Test
  void withoutAGridASweepIsTheVariants() throws IOException {
    String text = GOOD.replaceAll("(?s)grid:.*compare", "compare");
    assertEquals(List.of("baseline", "wide"), names(load(text)));
  }

  @Test
  void eachIsComparedInItsCellOrWithTheOnePointThatIsNamed() throws IOException {
    Experiment experiment = load(GOOD);
    SweepVariant wide = experiment.sweep().get(5);
    assertEquals("learning_rate=0.1,momentum=0.9", experiment.reference(wide).orElseThrow().name());
    assertTrue(experiment.reference(experiment.sweep().get(1)).isEmpty());
    Experiment toOne = load(GOOD.replace("to: baseline", "to: \"learning_rate=0.1,momentum=0\""));
    for (SweepVariant variant : toOne.sweep().subList(1, 7)) {
      assertEquals(toOne.sweep().getFirst(), toOne.reference(variant).orElseThrow());
    }
    assertTrue(toOne.reference(toOne.sweep().getFirst()).isEmpty());
  }

  @Test
  void valuesThatAreNoWordsAreNamedInShortOrCounted() throws IOException {
    String grid = "optimizer.momentum: [0, 0.9]";
    assertEquals(
        "learning_rate=0.1,augment=none",
        names(
                load(
                    GOOD.replace(", optimizer.momentum: 0.90", "")
                        .replace(
                            grid, "augment: [[], [horizontal_flip, {rotation: {degrees: 5}}]]")))
            .getFirst());
    List<String> counted =
        names(
            load(
                GOOD.replace(", optimizer.momentum: 0.90", "")
                    .replace(
                        grid,
                        "augment: [[{rotation: {degrees: 5}}], [{rotation: {degrees: 9}}]]")));
    assertEquals("learning_rate=0.1,augment=2", counted.get(1));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "[0, 0.9]|[0.9, 2]|momentum needs a number from 0 to 0.9999, got '2' (in learning_rate=0.1,momentum=2)",
        "[0, 0.9]|0.9|grid needs a list of values under optimizer.momentum, got '0.9'",
        "[0, 0.9]|[]|grid needs a list of values",
        "[0, 0.9]|[0, 0]|grid names '0' twice for optimizer.momentum",
        "optimizer.momentum: [|train.seeds: [|every seed of train.seeds is run anyway",
        "variant: wide,|varant: wide,|exclude has no key 'varant'; allowed: optimizer.learning_rate, optimizer.momentum, variant; did you mean 'variant'?",
        "variant: wide,|variant: wid,|exclude names no combination of the grid; variants: baseline, wide",
        "to: baseline|to: basline|compare names a variant 'basline'; there are baseline, wide,",
        "metric: val_loss|metric: val_los|did you mean 'val_loss'?",
        "paired_by: seed|paired_by: name|paired_by cannot be 'name'; allowed: seed",
        "hidden: [64]|hidden: [0]|hidden needs a whole number from 1 to 1048576, got '0' (in wide)",
      })
  void mistakesAreFound(String from, String to, String expected) {
    assertTrue(GOOD.contains(from), "the test replaces '" + from + "'");
    String message =
        assertThrows(SpecException.class, () -> load(GOOD.replace(from, to))).getMessage();
    assertTrue(message.contains(expected), message);
    assertTrue(message.matches("(?s)small\\.yaml:\\d+:\\d+: .*\\n  .*\\n +\\^"), message);
  }

  @Test
  void whatTheGridVariesCannotBeSet() {
    String message =
        assertThrows(SpecException.class, () -> load(GOOD, "optimizer.learning_rate=1"))
            .getMessage();
    assertTrue(
        message.contains("the grid varies optimizer.learning_rate, which cannot be set"), message);
  }

  @Test
  void tenThousandPointsAreExpandedInNoTime() throws IOException {
    StringBuilder values = new StringBuilder("0.00001");
    for (int i = 2; i <= 1250; i++) {
      values.append(", ").append(i).append("e-5");
    }
    String text =
        GOOD.replace("[0.1, 0.01]", "[" + values + "]")
            .replaceAll("exclude:\n.*\n", "")
            .replace("[0, 0.9]", "[0, 0.1, 0.2, 0.3]");
    Experiment unused = load(text); // classes are loaded
    ThreadMXBean clock = ManagementFactory.getThreadMXBean(); // others may be busy on this machine
    long begin = clock.getCurrentThreadCpuTime();
    assertEquals(10_000, load(text).sweep().size());
    double seconds = (clock.getCurrentThreadCpuTime() - begin) / 1e9;
    assertTrue(seconds < 5, seconds + " s");
    System.out.printf("10,000 variants expanded in %.2f s%n", seconds);
  }
}
