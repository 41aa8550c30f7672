package dev.verbatim.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.store.Disk;
import dev.verbatim.store.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Quickstart at a size of three epochs of four steps. */
final class SmallRun {
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private final Path results;
  private final StopRequest stop = new StopRequest();
  private final List<String> warnings = new ArrayList<>();
  private Disk disk = new Disk();
  private int stopEpoch;
  private int stopStep;
  private boolean force;

  SmallRun(Path results) {
    this.results = results;
  }

  /** Is asked to stop when this step is done. */
  SmallRun stoppingAt(int epoch, int step) {
    stopEpoch = epoch;
    stopStep = step;
    return this;
  }

  SmallRun on(Disk other) {
    disk = other;
    return this;
  }

  SmallRun forced() {
    force = true;
    return this;
  }

  List<String> warnings() {
    return warnings;
  }

  static ResolvedConfig config(String... more) {
    List<String> sets =
        new ArrayList<>(
            List.of(
                "train.epochs=3", "train.batch_size=32", "dataset.limit=0", "dataset.images=120"));
    sets.addAll(List.of(more));
    Experiment experiment =
        Experiment.load(HOME.resolve("experiments/quickstart.yaml"), sets, false);
    return experiment.resolve("baseline", 1);
  }

  Runs.Settings settings() {
    return new Runs.Settings(
        HOME, results, results, false, 1, "cpu", force, 2, List.of("test"), disk, stop);
  }

  RunOutcome run(String... more) throws IOException {
    var listener =
        new RunListener() {
          @Override
          public void step(int epoch, int step, int steps, float loss, double imagesPerSecond) {
            if (epoch == stopEpoch && step == stopStep) {
              boolean _ = stop.request();
            }
          }

          @Override
          public void warning(String line) {
            warnings.add(line);
          }
        };
    return new Runs(settings(), listener).run(config(more));
  }

  static void assertSameBytes(Path expected, Path actual) throws IOException {
    List<String> names = new ArrayList<>(RunFolder.DETERMINISTIC);
    names.add("DONE");
    for (String name : names) {
      assertArrayEquals(
          Files.readAllBytes(expected.resolve(name)),
          Files.readAllBytes(actual.resolve(name)),
          name);
    }
  }
}
