package dev.verbatim.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.run.RunOutcome.Status;
import dev.verbatim.store.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that was killed at any moment and gone on with ends in the bytes of the run that was left
 * alone.
 */
class KillTest {
  private static final int SIGKILL = 128 + 9;

  @TempDir Path folder;

  /** What each moment of an undisturbed run is, in order; the first moment is at index 0. */
  private List<String> moments(Path results) throws IOException {
    List<String> names = new ArrayList<>();
    var disk = new Disk((moment, file) -> names.add(kind(file) + " " + moment));
    var run = new SmallRun(results).on(disk);
    var listener =
        new RunListener() {
          @Override
          public void step(int epoch, int step, int steps, float loss, double imagesPerSecond) {
            names.add("step " + epoch + "." + step);
          }
        };
    assertEquals(Status.DONE, new Runs(run.settings(), listener).run(SmallRun.config()).status());
    return names;
  }

  private static String kind(Path file) {
    String parent = file.getParent().getFileName().toString();
    boolean several = parent.equals("checkpoint") || parent.startsWith("evaluation-");
    return several
        ? parent
        : file.getFileName().toString().replaceFirst("^augmented.*", "augmented");
  }

  /**
   * For each kind of moment the one in the middle of the run: every step, and each file torn, there
   * but not yet renamed, and renamed.
   */
  private static TreeSet<Integer> chosen(List<String> moments) {
    Map<String, List<Integer>> byKind = new LinkedHashMap<>();
    for (int i = 0; i < moments.size(); i++) {
      if (!moments.get(i).endsWith(" begin") && !moments.get(i).endsWith(" written")) {
        byKind.computeIfAbsent(moments.get(i), k -> new ArrayList<>()).add(i + 1);
      }
    }
    TreeSet<Integer> chosen = new TreeSet<>();
    byKind.values().forEach(at -> chosen.add(at.get(at.size() / 2)));
    return chosen;
  }

  @Test
  void aRunKilledAnywhereEndsInTheSameBytes() throws IOException, InterruptedException {
    List<String> moments = moments(folder.resolve("whole"));
    Path whole = onlyRun(folder.resolve("whole"));
    TreeSet<Integer> points = chosen(moments);
    assertTrue(points.size() >= 30, points.size() + " moments to be killed at");
    for (int moment : points) {
      String name = "killed at " + moment + " (" + moments.get(moment - 1) + ")";
      Path results = Files.createDirectories(folder.resolve("k" + moment));
      int code = KilledRun.start(results, moment).waitFor();
      assertEquals(SIGKILL, code, () -> name + log(results));
      var run = new SmallRun(results);
      assertEquals(
          moments.get(moment - 1).equals("DONE renamed") ? Status.ALREADY_DONE : Status.DONE,
          run.run().status(),
          name);
      assertTrue(
          run.warnings().stream().allMatch(w -> w.contains("taken over from process")),
          () -> name + " " + run.warnings());
      SmallRun.assertSameBytes(whole, onlyRun(results));
      assertEquals(List.of(), leftovers(onlyRun(results)), name);
    }
    System.out.println("killed and gone on with at " + points.size() + " moments");
  }

  @Test
  void aRunKilledAgainAndAgainEndsInTheSameBytes() throws IOException, InterruptedException {
    int moments = moments(folder.resolve("whole")).size();
    Path results = Files.createDirectories(folder.resolve("again"));
    int sessions = 0;
    int code = SIGKILL;
    while (code == SIGKILL && sessions < moments) {
      code = KilledRun.start(results, moments / 2 + sessions).waitFor();
      sessions++;
    }
    assertEquals(0, code, log(results));
    assertTrue(sessions > 2, sessions + " sessions");
    SmallRun.assertSameBytes(onlyRun(folder.resolve("whole")), onlyRun(results));
  }

  private static String log(Path results) {
    try {
      return "\n" + Files.readString(results.resolveSibling(results.getFileName() + ".log"));
    } catch (IOException e) {
      return "";
    }
  }

  /** Files that no finished run has. */
  private static List<String> leftovers(Path run) throws IOException {
    try (var files = Files.walk(run)) {
      return files
          .map(f -> run.relativize(f).toString())
          .filter(f -> f.startsWith("checkpoint") || f.endsWith(".part"))
          .sorted()
          .toList();
    }
  }

  static Path onlyRun(Path results) throws IOException {
    try (var runs = Files.list(results.resolve("runs/quickstart/baseline"))) {
      List<Path> all = runs.toList();
      assertEquals(1, all.size(), Arrays.toString(all.toArray()));
      return all.getFirst();
    }
  }
}
