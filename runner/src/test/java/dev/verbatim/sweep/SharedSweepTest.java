package dev.verbatim.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.run.Code;
import dev.verbatim.spec.Experiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two launches of one sweep into the same results. */
class SharedSweepTest {
  private static final SweepListener NOBODY =
      new SweepListener() {
        @Override
        public void progress(Snapshot now) {}

        @Override
        public void note(String line) {}
      };

  @TempDir Path results;

  private Plan plan() throws IOException {
    Path file =
        Files.writeString(
            results.resolve("tiny.yaml"),
            """
            name: tiny
            dataset: {kind: glyphs, images: 100}
            architecture: {kind: mlp, hidden: [8], classes: 10}
            optimizer: {kind: sgd, learning_rate: 0.1}
            train: {epochs: 1, batch_size: 20, seeds: [1]}
            """);
    Experiment tiny = Experiment.load(file, List.of(), false);
    var variant = new Plan.Variant("baseline", tiny.resolve("baseline", 1), Optional.empty(), 1000);
    var point = new Point(1, "baseline", 1, "0123456789ab", Optional.empty());
    return new Plan("tiny", tiny.compare(), List.of(variant), List.of(point));
  }

  @Test
  void whatAnotherHasFinishedMeanwhileIsDone() throws IOException {
    Plan plan = plan();
    Bundle bundle = Bundle.write(plan, new Code("", false, "", Map.of(), Map.of()), results);
    Point point = plan.points().getFirst();
    var tally = new Tally(plan, bundle, results, NOBODY, System::nanoTime);
    tally.ended(point, new Worker.Result(Worker.End.BUSY, "process 1"));
    tally.lookAgain(bundle, results);
    assertFalse(tally.isSettled(), "nobody has finished it");
    Path run = Files.createDirectories(bundle.run(point, results));
    Files.writeString(run.resolve("status.json"), "{\"state\": \"diverged\"}");
    Files.writeString(run.resolve("DONE"), "{}");
    tally.lookAgain(bundle, results);
    assertTrue(tally.isSettled());
    assertEquals(1, tally.diverged());
    tally.lookAgain(bundle, results);
    assertEquals(1, tally.diverged(), "counted once");
  }

  @Test
  void aBundleThatAnotherWroteMeanwhileIsKept() throws IOException {
    Path part = Files.createDirectories(results.resolve("part/configs")).getParent();
    Path there = Files.createDirectories(results.resolve("there"));
    Files.writeString(there.resolve("points.csv"), "theirs");
    Files.writeString(part.resolve("points.csv"), "ours");
    Bundle.moveUnlessThere(part, there);
    assertFalse(Files.exists(part));
    assertEquals("theirs", Files.readString(there.resolve("points.csv")));
    assertThrows(
        IOException.class,
        () -> Bundle.moveUnlessThere(results.resolve("missing"), results.resolve("new")));
  }
}
