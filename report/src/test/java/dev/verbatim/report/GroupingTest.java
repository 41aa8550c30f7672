package dev.verbatim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.report.Published.Match;
import dev.verbatim.report.draw.Png;
import dev.verbatim.report.draw.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which runs are averaged, and which stand for their experiment. */
class GroupingTest {
  @TempDir Path folder;

  private RunFolders runs;

  @BeforeEach
  void noRuns() {
    runs = new RunFolders(folder.resolve("results"));
  }

  private ReportWriter.Summary write(ExperimentInfo... infos) throws IOException {
    return ReportWriter.write(
        new ReportWriter.Input(runs.results(), folder, List.of(infos), 2), folder.resolve("out"));
  }

  private static ExperimentInfo cnn(String settings) {
    var accuracy =
        new Published(
            "val_accuracy",
            90,
            Match.AT_LEAST,
            0,
            "baseline",
            OptionalInt.empty(),
            OptionalInt.empty(),
            "");
    return new ExperimentInfo(
        "cnn", "cnn", "", "", "", List.of(accuracy), Map.of("baseline", settings));
  }

  private void has(String text) throws IOException {
    String page = Files.readString(folder.resolve("out/cnn.md"));
    assertTrue(page.contains(text), page);
  }

  private static void images(Path run, String pixels) throws IOException {
    RunFolders.write(
        run, "dataset.json", "{\"pixels_sha256\": \"" + pixels + "\", \"image\": [2, 3, 1]}");
  }

  @Test
  void runsOnOtherImagesOrOfOtherNumericsAreNoSeeds() throws IOException {
    images(runs.finished("cnn", "baseline", 1, "000000000001", 94), "aa");
    images(runs.finished("cnn", "baseline", 2, "000000000002", 94), "aa");
    images(runs.finished("cnn", "baseline", 1, "000000000003", 20), "bb");
    Path old = runs.finished("cnn", "baseline", 1, "000000000004", 30);
    images(old, "aa");
    RunFolders.write(old, "provenance.json", "{\"numerics\": 1}");

    assertEquals(List.of(), write().leftOut());

    has("| baseline | validation | 2 | 2 | 94.00 ± 0 |");
    has("| baseline, other images 1 | validation | 1 | 2 | 20.00 |");
    has("| baseline, numerics 1 | validation | 1 | 2 | 30.00 |");
  }

  @Test
  void aCopyUnderAnotherIdIsNamedAndLeftOut() throws IOException {
    runs.finished("cnn", "baseline", 1, "000000000001", 94);
    runs.finished("cnn", "baseline", 1, "000000000002", 94);

    ReportWriter.Summary summary = write();

    assertEquals(1, summary.finishedRuns());
    assertEquals(
        List.of(
            "runs/cnn/baseline/seed-1-000000000002: the same seed, settings and images as"
                + " runs/cnn/baseline/seed-1-000000000001 has"),
        summary.leftOut());
  }

  @Test
  void runsOfOtherSettingsStandForNothing() throws IOException {
    runs.finished("cnn", "baseline", 1, "000000000001", 13);

    write(cnn("name: cnn\ntrain: {seeds: [7], epochs: 30}\n"));
    has("| val_accuracy, best (%) | baseline | 90 | 0 | not yet run |");
    has("| baseline, other settings 1 | validation | 1 | 2 | 13.00 |");
    has("No finished run has the settings that the baseline has in its file now");

    write(cnn("name: cnn\ntrain: {seeds: [7]}\n"));
    has("| val_accuracy, best (%) | baseline | 90 | 95.00 | 1 |");
    String page = Files.readString(folder.resolve("out/cnn.md"));
    assertFalse(page.contains("No finished run"), page);
  }

  @Test
  void evaluationsOfOtherImagesAreRowsOfTheirOwn() throws IOException {
    for (int seed = 1; seed <= 3; seed++) {
      Path run = runs.finished("cnn", "baseline", seed, "00000000000" + seed, 94);
      Path evaluation = Files.createDirectories(run.resolve("evaluation-test"));
      RunFolders.write(
          evaluation,
          "evaluation.csv",
          "images,loss,accuracy,top5\n" + (seed == 3 ? "640,2,20,60\n" : "1000,0.5,91,99\n"));
    }

    write();

    has("| baseline | test (640) | 1 | 2 | 20.00 |");
    has("| baseline | test (1,000) | 2 | 2 | 91.00 ± 0 |");
  }

  @Test
  void whatIsCutOrNoNumberIsNamed() throws IOException {
    Path run = runs.finished("cnn", "baseline", 1, "000000000001", 94);
    images(run, "aa");
    RunFolders.write(run, "loading.csv", "split,phase,images,seconds\nall,scan,9,1\n");
    RunFolders.write(
        run,
        "timing.csv",
        "epoch,train_seconds,eval_seconds,images_per_second,peak_memory_bytes\n"
            + "1,3,1,300,1\n2,Infinity,1,300,1\n");
    Path evaluation = Files.createDirectories(run.resolve("evaluation-validation"));
    RunFolders.write(evaluation, "evaluation.csv", "images,loss,accuracy,top5\n4,1,NaN,9\n");
    Path other = Files.createDirectories(run.resolve("evaluation-train"));
    RunFolders.write(other, "evaluation.csv", "images,loss,accuracy,top5\n4,1,50,90\n");
    RunFolders.write(other, "confusion.csv", "class,a,b\na,1,1\nb,1,1\n");
    RunFolders.write(
        other,
        "misclassified.csv",
        "index,class,taken_for,probability,picture\n7,a,b,0.9,1\n8,b,a,0.6,2\n");
    int[] four = new int[3 * 8]; // pictures of 3x2: the table's rows of two are gone
    Files.write(other.resolve("misclassified.png"), Png.encode(new Raster(3, 8, four)));

    String name = "runs/cnn/baseline/seed-1-000000000001";
    assertEquals(
        List.of(
            name
                + ": loading.csv does not say how the images were loaded; the run is shown without it",
            name
                + ": timing.csv, row 2: train_seconds is \"Infinity\", not a number; the run is shown without it",
            name
                + ": evaluation-validation: evaluation.csv, row 1: accuracy is \"NaN\", not a number; the run is shown without it",
            name
                + "/evaluation-train: misclassified.png is not a PNG of 2 pictures, one below the other"),
        write().leftOut());
  }

  @Test
  void ofManyVariantsTheBestAreDrawn() throws IOException {
    for (int i = 0; i < 30; i++) {
      runs.finished("cnn", i == 0 ? "baseline" : "v" + i, 1, "000000000001", 20 + i, 20 + i);
    }

    write();

    String svg = Files.readString(folder.resolve("out/figures/cnn-variants.svg"));
    assertTrue(svg.contains("by variant, baseline and the best 11 of 30"), svg);
    String sources = Files.readString(folder.resolve("out/figures/sources.csv"));
    String line = sources.lines().filter(l -> l.startsWith("cnn-variants")).findFirst().orElse("");
    assertEquals(12, line.split("seed-1-", -1).length - 1, line);
    assertTrue(line.contains("/v19/") && line.contains("/v29/") && !line.contains("/v18/"), line);
  }
}
