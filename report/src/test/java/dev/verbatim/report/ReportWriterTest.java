package dev.verbatim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.report.Published.Match;
import dev.verbatim.report.draw.Png;
import dev.verbatim.report.draw.Raster;
import dev.verbatim.report.table.Pdflatex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TimeZone;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {
  private static final String ID = "0123456789ab";
  private static final String OTHER_ID = "ba9876543210";

  @TempDir Path folder;

  private RunFolders runs;

  @BeforeEach
  void emptyResults() {
    runs = new RunFolders(folder.resolve("results"));
  }

  private static Published figure(String metric, double value, Match match, double tolerance) {
    return new Published(
        metric, value, match, tolerance, "baseline", OptionalInt.empty(), OptionalInt.empty(), "");
  }

  private static Published afterEpoch(int epoch, String metric, double value) {
    return new Published(
        metric,
        value,
        Match.AT_LEAST,
        0,
        "baseline",
        OptionalInt.of(epoch),
        OptionalInt.empty(),
        "");
  }

  private ReportWriter.Summary write(ExperimentInfo... experiments) throws IOException {
    return ReportWriter.write(
        new ReportWriter.Input(runs.results(), folder, List.of(experiments), 2),
        folder.resolve("out"));
  }

  private String read(String name) throws IOException {
    return Files.readString(folder.resolve("out").resolve(name));
  }

  private static ExperimentInfo info(String name, String source, List<Published> published) {
    return new ExperimentInfo(name, name, source, "mnist", "sequential", published, Map.of());
  }

  private static ExperimentInfo cnn() {
    return info(
        "cnn",
        "A report, table 2",
        List.of(
            figure("parameters", 53866, Match.EXACT, 0),
            new Published(
                "macs",
                30_789_632,
                Match.WITHIN,
                1000,
                "baseline",
                OptionalInt.empty(),
                OptionalInt.of(128),
                "rounded"),
            figure("val_accuracy", 93.9, Match.AT_LEAST, 0),
            figure("loading_seconds", 6.564, Match.AT_LEAST, 0),
            new Published(
                "val_accuracy",
                35,
                Match.WITHIN,
                2,
                "no_pooling",
                OptionalInt.empty(),
                OptionalInt.empty(),
                ""),
            afterEpoch(1, "train_loss", 1.1633),
            afterEpoch(1, "val_accuracy", 62.8),
            afterEpoch(3, "val_accuracy", 82.9)));
  }

  @Test
  void allTablesCompileAsLatex() throws IOException, InterruptedException {
    runs.finished("cnn", "baseline", 1, ID, 94);
    runs.finished("cnn", "no_pooling", 1, OTHER_ID, 35);
    write(
        cnn(), info("50 % & \\more_", "“Zürich” – #1", List.of(figure("macs", 1, Match.EXACT, 0))));
    Pdflatex.compile(folder.resolve("out/tables/all.tex"));
  }

  @Test
  void picturesThatARunKeptAreDrawnAndBrokenOnesAreNamed() throws IOException {
    Path run = runs.finished("cnn", "baseline", 1, ID, 94);
    Path evaluation = Files.createDirectories(run.resolve("evaluation-validation"));
    RunFolders.write(evaluation, "evaluation.csv", "images,loss,accuracy,top5\n3,0.5,33.3,99\n");
    RunFolders.write(evaluation, "confusion.csv", "class,cat,dog\ncat,1,1\ndog,1,0\n");
    RunFolders.write(
        evaluation,
        "misclassified.csv",
        "index,class,taken_for,probability,picture\n7,cat,dog,0.91,1\n2,dog,cat,0.6,\n");
    Files.write(evaluation.resolve("misclassified.png"), Png.encode(new Raster(1, 1, new int[1])));
    RunFolders.write(run, "augmented.csv", "index,class,epoch\n4,cat,0\n4,cat,1\n");
    int[] two = {0xff0000, 0x00ff00};
    Files.write(run.resolve("augmented.png"), Png.encode(new Raster(1, 2, two)));

    assertEquals(List.of(), write(cnn()).leftOut());
    String mistakes = read("figures/cnn-misclassified-validation.svg");
    assertTrue(mistakes.contains("cnn: surest mistakes on validation images, seed 1"), mistakes);
    assertEquals(2, read("figures/cnn-augmented.svg").split("<image ", -1).length - 1);

    Files.write(run.resolve("augmented.png"), Png.encode(new Raster(2, 1, two)));
    RunFolders.write(evaluation, "misclassified.png", "no picture");
    assertEquals(
        List.of(
            "runs/cnn/baseline/seed-1-0123456789ab/evaluation-validation: misclassified.png is not a PNG of 1 pictures, one below the other",
            "runs/cnn/baseline/seed-1-0123456789ab: augmented.png is not a PNG of 2 pictures, one below the other"),
        write(cnn()).leftOut());
    assertTrue(Files.notExists(folder.resolve("out/figures/cnn-augmented.svg")));
  }

  /** Nothing is left out or wrong. */
  private static void assertSummary(int experiments, int runs, ReportWriter.Summary summary) {
    assertEquals(
        new ReportWriter.Summary(
            experiments, runs, List.of(), List.of(), List.of(), summary.unchecked()),
        summary);
  }

  @Test
  void pageShowsOursBesidePublishedWithMeansOverSeeds() throws IOException {
    runs.finished("cnn", "baseline", 1, ID, 94);
    runs.finished("cnn", "baseline", 2, OTHER_ID, 95);

    write(cnn());

    assertEquals(
        """
        # cnn

        Published figures: A report, table 2

        ## Ours beside published

        | metric | variant | published | ours | n | difference | verdict | note | from |
        | --- | --- | ---: | ---: | ---: | ---: | --- | --- | --- |
        | parameters | baseline | 53,866 | 53,866 | 2 | 0 | match |  | seed-1-0123456789ab seed-2-ba9876543210 |
        | macs, batch of 128 | baseline | 30,789,632 | 30,789,632 | 2 | 0 | match | rounded | seed-1-0123456789ab seed-2-ba9876543210 |
        | val_accuracy, best (%) | baseline | 93.9 | 95.00 ± 0 | 2 | +1.10 | better |  | seed-1-0123456789ab seed-2-ba9876543210 |
        | loading_seconds | baseline | 6.564 | 2.000 | 1 | −4.564 | better |  | seed-1-0123456789ab |
        | val_accuracy, best (%) | no_pooling | 35 | – | 0 | – | not yet run |  |  |

        ## Results

        | variant | images | n | epochs | accuracy, last (%) | accuracy, best (%) | top-5, last (%) | top-5, best (%) | loss, last | loss, best |
        | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | baseline | training | 2 | 2 | 92.50 ± 0 | 92.50 ± 0 | – | – | 0.2500 ± 0 | 0.2500 ± 0 |
        | baseline | validation | 2 | 2 | 94.50 ± 0.71 | 95.00 ± 0 | 99.50 ± 0 | 99.50 ± 0 | 0.3000 ± 0 | 0.3000 ± 0 |

        From seed-1-0123456789ab seed-2-ba9876543210

        ## Efficiency

        | variant | n | parameters | MACs per image | FLOPs per image |
        | --- | ---: | ---: | ---: | ---: |
        | baseline | 2 | 53,866 | 240,544 | 481,088 |

        From seed-1-0123456789ab seed-2-ba9876543210

        ## Loading

        | variant | dataset's files | n | loading (s) | published (s) |
        | --- | --- | ---: | ---: | ---: |
        | baseline | cold | 1 | 2.000 | 6.564 |

        From seed-1-0123456789ab

        ## Training and evaluation times

        | variant | n | training (s per epoch) | evaluation (s per epoch) | training (images/s) | peak memory (MiB) |
        | --- | ---: | ---: | ---: | ---: | ---: |
        | baseline | 2 | 2.500 ± 0 | 0.400 ± 0 | 375.0 ± 0 | 200.0 ± 0 |

        From seed-1-0123456789ab seed-2-ba9876543210

        ## Epoch by epoch, baseline

        | epoch | metric | published | ours | n | difference | verdict | from |
        | ---: | --- | ---: | ---: | ---: | ---: | --- | --- |
        | 1 | train_loss | 1.1633 | 1.2000 ± 0 | 2 | +0.0367 | worse | seed-1-0123456789ab seed-2-ba9876543210 |
        | 1 | val_accuracy (%) | 62.8 | 95.00 ± 0 | 2 | +32.20 | better | seed-1-0123456789ab seed-2-ba9876543210 |
        | 3 | val_accuracy (%) | 82.9 | – | 0 | – | not yet run |  |

        ## Cost of each layer for one image

        | layer | type | output | parameters | MACs | FLOPs | share of MACs (%) |
        | --- | --- | --- | ---: | ---: | ---: | ---: |
        | 0 | conv2d | [26,26,8] | 80 | 48,672 | 97,344 | 20.23 |
        | total |  |  | 53,866 | 240,544 | 481,088 | 100.00 |

        From seed-1-0123456789ab

        ## Runs

        | variant | seed | id | epochs | val accuracy, last (%) | val accuracy, best (%) | weights (SHA-256, first 12) | from |
        | --- | ---: | ---: | ---: | ---: | ---: | --- | --- |
        | baseline | 1 | 0123456789ab | 2 | 94.00 | 95.00 | bbbbbbbbbbbb | seed-1-0123456789ab |
        | baseline | 2 | ba9876543210 | 2 | 95.00 | 95.00 | bbbbbbbbbbbb | seed-2-ba9876543210 |

        ## Figures

        ![cnn: loss](figures/cnn-loss.svg)

        From seed-1-0123456789ab seed-2-ba9876543210

        ![cnn: accuracy](figures/cnn-accuracy.svg)

        From seed-1-0123456789ab seed-2-ba9876543210

        ## Commands

        Each run again, and again with its bits compared. Datasets are looked for in data/, or where VERBATIM_DATA says.

        ```sh
        # baseline, seed 1, 0123456789ab
        runner/bin/verbatim run results/runs/cnn/baseline/seed-1-0123456789ab --force
        runner/bin/verbatim verify results/runs/cnn/baseline/seed-1-0123456789ab
        # baseline, seed 2, ba9876543210
        runner/bin/verbatim run results/runs/cnn/baseline/seed-2-ba9876543210 --force
        runner/bin/verbatim verify results/runs/cnn/baseline/seed-2-ba9876543210
        ```
        """,
        read("cnn.md"));
  }

  @Test
  void csvHasEveryDigitAndTheRunsThatEachRowComesFrom() throws IOException {
    runs.finished("cnn", "baseline", 1, ID, 94.123456);
    runs.finished("cnn", "baseline", 2, ID, 94);

    write(info("cnn", "", List.of(figure("val_accuracy", 93, Match.AT_LEAST, 0))));

    assertEquals(
        """
        metric,variant,published,ours,"ours, std",n,difference,verdict,note,from
        "val_accuracy, best (%)",baseline,93,95,0,2,2,better,,\
        runs/cnn/baseline/seed-1-0123456789ab runs/cnn/baseline/seed-2-0123456789ab
        """,
        read("tables/cnn-published.csv"));
    assertTrue(
        read("tables/cnn-results.csv")
            .contains("baseline,validation,2,2,94.061728,0.08729657478,95,0,99.5,0,99.5,0,0.3,0,"),
        read("tables/cnn-results.csv"));
  }

  /**
   * The three differences are -40, -41 and -42: all of one sign, which is 2 of the 8 choices; their
   * standard error is 1 / √3, and Student's t 4.303.
   */
  @Test
  void ablationsArePairedBySeed() throws IOException {
    for (int seed = 1; seed <= 3; seed++) {
      runs.finished("cnn", "baseline", seed, ID, 97);
      runs.finished("cnn", "no_norm", seed, ID, 50, 58 - seed);
    }
    runs.finished("cnn", "no_norm", 9, ID, 96);

    write();

    assertTrue(
        read("cnn.md").contains("| no_norm | 3 | −41.0 | −43.5 | −38.5 | 0.2500 | 0.2500 |"),
        read("cnn.md"));
    assertTrue(Files.exists(folder.resolve("out/figures/cnn-ablations.svg")));
  }

  @Test
  void indexListsExperimentsWithAndWithoutResults() throws IOException {
    runs.finished("found here", "baseline", 1, ID, 94);

    ReportWriter.Summary summary =
        write(info("planned", "A thesis", List.of(figure("macs", 1, Match.EXACT, 0))));

    assertSummary(2, 1, summary);
    assertEquals(
        """
        # Results

        | experiment | dataset | architecture | runs | epochs | parameters | MACs per image | val accuracy, best (%) | beside published | source | from |
        | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- | --- | --- |
        | [found here](found~20here.md) |  |  | 1 | 2 | 53,866 | 240,544 | 95.00 | – |  | seed-1-0123456789ab |
        | [planned](planned.md) | mnist | sequential | 0 | – | – | – | – | 1 not yet run | A thesis |  |

        ![Best validation accuracy against MACs per image](figures/accuracy-macs.svg)

        From seed-1-0123456789ab

        ![Best validation accuracy against parameters](figures/accuracy-parameters.svg)

        From seed-1-0123456789ab
        """,
        read("index.md"));
  }

  @Test
  void noResultsAtAllIsAnIndexThatSaysSo() throws IOException {
    write();

    assertEquals("# Results\n\nNo experiment yet.\n", read("index.md"));
  }

  /**
   * Otherwise a run with other settings and more epochs would stand beside the published figure.
   */
  @Test
  void theSettingsThatTheExperimentHasNowStandForIt() throws IOException {
    Path other = runs.finished("cnn", "baseline", 1, OTHER_ID, 97);
    RunFolders.write(other, "config.yaml", "name: cnn\ntrain: {epochs: 500, seeds: [1]}\n");
    RunFolders.write(
        other,
        "metrics.csv",
        RunFolders.METRICS_HEADER + "1,1,1,1,1,1,1,1,a\n2,1,1,1,1,1,1,1,a\n3,1,1,1,1,1,97,1,a\n");
    runs.finished("cnn", "baseline", 2, ID, 94);
    var info =
        new ExperimentInfo(
            "cnn",
            "cnn",
            "",
            "",
            "",
            List.of(),
            Map.of("baseline", "name: cnn\ntrain: {seeds: [1]}\n"));

    write(info);

    String page = read("cnn.md");
    assertTrue(page.contains("| baseline | validation | 1 | 2 | 94.00 |"), page);
    assertTrue(page.contains("| baseline, other settings 1 | validation | 1 | 3 | 97.00 |"), page);
  }

  @Test
  void aRunThatDivergedIsAResult() throws IOException {
    RunFolders.write(
        runs.finished("cnn", "baseline", 1, ID, 94),
        "status.json",
        """
        {"state": "diverged", "epoch": 2, "epochs": 9,
         "diverged": {"epoch": 3, "step": 7, "what": "the loss is NaN"}}
        """);
    Path atOnce = runs.finished("cnn", "no_norm", 1, ID, 94);
    RunFolders.write(atOnce, "metrics.csv", RunFolders.METRICS_HEADER);
    RunFolders.write(
        atOnce,
        "status.json",
        "{\"state\": \"diverged\", \"diverged\": {\"epoch\": 1, \"step\": 7}}");

    ReportWriter.Summary summary = write();

    assertEquals(List.of(), summary.leftOut());
    String page = read("cnn.md");
    assertTrue(
        page.contains("| baseline | validation | 1 | 2, diverged in 3 | 94.00 | 95.00 |"), page);
    assertTrue(page.contains("| no_norm | validation | 1 | 0, diverged in 1 | – | – |"), page);
  }

  @Test
  void ablationsNameTheVariantsThatDiverged() throws IOException {
    for (int seed = 1; seed <= 2; seed++) {
      runs.finished("cnn", "baseline", seed, ID, 94);
      RunFolders.write(
          runs.finished("cnn", "no_norm", seed, ID, 94),
          "status.json",
          "{\"state\": \"diverged\", \"diverged\": {\"epoch\": 3, \"step\": 7}}");
    }
    runs.finished("cnn", "no_clipping", 1, ID, 90, 91);
    RunFolders.write(
        runs.finished("cnn", "no_clipping", 2, ID, 99),
        "status.json",
        "{\"state\": \"diverged\", \"diverged\": {\"epoch\": 2, \"step\": 7}}");

    write();

    String page = read("cnn.md");
    assertTrue(page.contains("| no_norm | 0 | 2 of 2 | – | – | – |"), page);
    assertTrue(page.contains("| no_clipping | 1 | 1 of 2 | −4.00 | 1.0000 | 1.0000 |"), page);
    assertTrue(
        page.contains("| no_clipping, diverged in 2 | training | 1 | 2, diverged in 2 |"), page);
  }

  @Test
  void whatIsUnfinishedOrBrokenIsNamedAndLeftOut() throws IOException {
    runs.finished("cnn", "baseline", 1, ID, 94);
    Files.delete(runs.finished("cnn", "baseline", 2, ID, 10).resolve("DONE"));
    RunFolders.write(
        runs.finished("cnn", "baseline", 3, ID, 10),
        "metrics.csv",
        RunFolders.METRICS_HEADER + "1,14,0.01,1.2,60\n");
    RunFolders.write(
        runs.finished("cnn", "baseline", 4, ID, 10),
        "metrics.csv",
        RunFolders.METRICS_HEADER + "1,14,0.01,x,60,1,1,1,a\n");
    Files.delete(runs.finished("cnn", "baseline", 5, ID, 10).resolve("model.csv"));
    RunFolders.write(runs.finished("cnn", "baseline", 6, ID, 10), "model.csv", "layer,type\n\"");
    RunFolders.write(
        runs.finished("cnn", "baseline", 7, ID, 94), "timing.csv", "epoch,train_seconds\n");
    Files.write(
        runs.finished("cnn", "baseline", 8, ID, 94).resolve("model.csv"),
        new byte[] {(byte) 0xff, 0, 1});
    Files.createDirectories(runs.results().resolve("runs/cnn/baseline/holiday photos"));
    Files.writeString(runs.results().resolve("runs/cnn/notes.txt"), "hello");
    Files.writeString(runs.results().resolve("runs/cnn/.DS_Store"), "");

    ReportWriter.Summary summary = write();

    assertEquals(2, summary.finishedRuns());
    assertEquals(List.of("runs/cnn/baseline/seed-2-0123456789ab"), summary.unfinished());
    assertTrue(
        read("cnn.md")
            .endsWith(
                """

                ## Unfinished

                - runs/cnn/baseline/seed-2-0123456789ab

                ## Left out

                - runs/cnn/notes.txt: not a folder
                - runs/cnn/baseline/holiday photos: not the name of a run
                - runs/cnn/baseline/seed-3-0123456789ab: metrics.csv, row 1: 5 fields, the header has 9
                - runs/cnn/baseline/seed-4-0123456789ab: metrics.csv, row 1: train_loss is "x", not a number
                - runs/cnn/baseline/seed-5-0123456789ab: model.csv is missing
                - runs/cnn/baseline/seed-6-0123456789ab: model.csv is half-written: its last line does not end
                - runs/cnn/baseline/seed-7-0123456789ab: timing.csv has no column eval_seconds; the run is shown without it
                - runs/cnn/baseline/seed-8-0123456789ab: model.csv cannot be read as CSV
                """),
        read("cnn.md"));
  }

  @Test
  void partsOfARunThatAreCutAreNamedAndLeftOut() throws IOException {
    Path run = runs.finished("cnn", "baseline", 1, ID, 94);
    Files.writeString(
        run.resolve("timing.csv"),
        "epoch,train_seconds,eval_seconds,images_per_second,peak_memory_bytes\n1,3,0.5,300,1\n");
    Files.writeString(run.resolve("loading.csv"), "split,phase,images,seconds\n");
    Path evaluation = Files.createDirectories(run.resolve("evaluation-train"));
    Files.writeString(evaluation.resolve("evaluation.csv"), "images,loss,accuracy,top5\n9,1,99,9");
    Files.createDirectories(run.resolve("evaluation-test"));

    String folder = "runs/cnn/baseline/seed-1-0123456789ab: ";
    assertEquals(
        List.of(
            folder + "loading.csv has no rows; the run is shown without it",
            folder + "timing.csv has 1 epochs, metrics.csv has 2; the run is shown without it",
            folder + "evaluation-test: evaluation.csv is missing; the run is shown without it",
            folder
                + "evaluation-train: evaluation.csv is half-written: its last line does not end; the run is shown without it"),
        write().leftOut());
  }

  @Test
  void aCopiedOrRenamedRunIsNamedAndLeftOut() throws IOException {
    Path run = runs.finished("cnn", "baseline", 1, ID, 94);
    String config = "name: cnn\nvariant: baseline\ntrain: {seeds: [1]}\n";
    RunFolders.write(run, "config.yaml", config);
    RunFolders.write(runs.finished("cnn", "baseline", 2, ID, 94), "config.yaml", config);
    RunFolders.write(runs.finished("cnn", "wide", 1, ID, 94), "config.yaml", config);

    ReportWriter.Summary summary = write();

    assertEquals(1, summary.finishedRuns());
    assertEquals(
        List.of(
            "runs/cnn/baseline/seed-2-0123456789ab: config.yaml is not of the seed in the folder's name",
            "runs/cnn/wide/seed-1-0123456789ab: config.yaml is not of the folder's variant: wide"),
        summary.leftOut());
  }

  @Test
  void aRunThatGoesOnHidesNoCommittedOne() throws IOException {
    Path run = runs.finished("cnn", "baseline", 1, ID, 94);
    Path reference = runs.results().resolve("reference/cnn/baseline");
    Files.createDirectories(reference);
    Files.move(run, reference.resolve(run.getFileName()));
    Files.delete(runs.finished("cnn", "baseline", 1, ID, 94).resolve("DONE"));

    ReportWriter.Summary summary = write();

    assertEquals(1, summary.finishedRuns());
    assertEquals(List.of("runs/cnn/baseline/seed-1-0123456789ab"), summary.unfinished());
  }

  @Test
  void filesThatNoReportMadeAreKept() throws IOException {
    Path out = folder.resolve("out");
    Path kept = out.resolve("kept.txt");
    Files.createDirectories(out);
    Files.writeString(kept, "mine");
    String sum = Sha256.of(Files.readAllBytes(kept)) + "  kept.txt\n";
    Files.writeString(out.resolve("SHA256SUMS"), sum);
    assertThrows(IOException.class, () -> write());

    Files.writeString(out.resolve("SHA256SUMS"), "0".repeat(64) + "  index.html\n" + sum);
    Files.writeString(kept, "changed since");
    write();
    assertEquals("changed since", Files.readString(kept));
  }

  @Test
  void runsWithOtherSettingsAreNeverAveraged() throws IOException {
    runs.finished("cnn", "baseline", 1, ID, 94);
    runs.finished("cnn", "baseline", 2, ID, 94);
    Path other = runs.finished("cnn", "baseline", 1, OTHER_ID, 50);
    RunFolders.write(
        other, "config.yaml", "name: cnn\ntrain: {seeds: [1]}\noptimizer: {learning_rate: 9}\n");

    write(info("cnn", "", List.of(figure("val_accuracy", 95, Match.AT_LEAST, 0))));

    String page = read("cnn.md");
    assertTrue(page.contains("| baseline | validation | 2 | 2 | 94.00 ± 0 | 95.00 ± 0 |"), page);
    assertTrue(
        page.contains("| baseline, other settings 1 | validation | 1 | 2 | 50.00 | 95.00 |"), page);
    assertTrue(page.contains("| 95 | 95.00 ± 0 | 2 | 0.00 | match |"), page);
  }

  @Test
  void loadingFromTheCacheIsARowOfItsOwn() throws IOException {
    Path run = runs.finished("cnn", "baseline", 1, ID, 94);
    RunFolders.write(
        run,
        "loading.csv",
        """
        split,phase,images,bytes,threads,cached,seconds,images_per_second
        all,scan,1000,5000,2,false,0.05,20000
        all,cache_read,1000,784000,2,true,0.01,100000
        """);

    write(cnn());

    assertTrue(
        read("cnn.md")
            .contains("| loading_seconds | baseline | 6.564 | – | 0 | – | not measured |  |"),
        read("cnn.md"));
    assertTrue(
        read("cnn.md")
            .contains(
                """
                | variant | dataset's files | n | loading (s) |
                | --- | --- | ---: | ---: |
                | baseline | cached | 1 | 0.060 |
                """),
        read("cnn.md"));
  }

  @Test
  void sameResultsGiveTheSameBytesInEveryLocale() throws IOException {
    runs.finished("cnn", "baseline", 1, ID, 94.5);
    runs.finished("cnn", "no_pooling", 1, ID, 12.25);
    RunFolders.write(
        runs.finished("cnn", "baseline", 2, ID, 10),
        "metrics.csv",
        RunFolders.METRICS_HEADER + "1,14\n");
    write(cnn());
    String sums = read("SHA256SUMS");
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Chatham"));
      write(cnn());
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }

    assertEquals(sums, read("SHA256SUMS"));
  }

  @Test
  void whatAnEarlierReportLeftIsRemovedAndNothingElse() throws IOException {
    Path run = runs.finished("cnn", "baseline", 1, ID, 94);
    write();
    Files.writeString(folder.resolve("out/figures/mine.svg"), "");
    Files.delete(run.resolve("DONE"));

    write();

    assertTrue(Files.notExists(folder.resolve("out/figures/cnn-loss.svg")));
    assertTrue(Files.exists(folder.resolve("out/figures/mine.svg")));
  }

  @Test
  void aReferenceResultStandsForARunThatWasNotMadeHere() throws IOException {
    Path run = runs.finished("cnn", "baseline", 1, ID, 94);
    Path reference = runs.results().resolve("reference/cnn/baseline");
    Files.createDirectories(reference.getParent());
    Files.move(run.getParent(), reference);
    Files.delete(run.getParent().getParent());
    Path own = reference.resolve("seed-1-" + ID);
    for (String file : List.of("provenance.json", "timing.csv", "loading.csv")) {
      Files.delete(own.resolve(file));
    }

    assertSummary(1, 1, write());

    runs.finished("cnn", "baseline", 1, ID, 93);
    assertEquals(
        List.of(
            "reference/cnn/baseline/seed-1-0123456789ab: other results than"
                + " runs/cnn/baseline/seed-1-0123456789ab, which is shown"),
        write().leftOut());
    assertTrue(
        read("cnn.md").contains("| baseline | validation | 1 | 2 | 93.00 |"), read("cnn.md"));
  }

  @Test
  void stepsOfEveryNetworkAreDrawnByBatchAndThreads() throws IOException {
    runs.finished("cnn", "baseline", 1, ID, 94);
    Path benchmarks = Files.createDirectories(runs.results().resolve("benchmarks"));
    RunFolders.write(
        benchmarks,
        "steps.csv",
        """
        device,experiment,variant,precision,batch,pass,images_per_second
        "CPU, 1 thread, 512-bit vectors",cnn,baseline,fp32,16,training,300
        "CPU, 1 thread, 512-bit vectors",cnn,baseline,fp32,64,training,400
        NVIDIA H200,cnn,baseline,bf16,64,inference,90000
        """);
    RunFolders.write(
        benchmarks,
        "kernels.csv",
        """
        benchmark,shape,batch,threads,images_per_second
        Step.train,resnet20,64,1,300
        Step.train,resnet20,64,2,590
        """);

    assertEquals(List.of(), write().leftOut());
    assertTrue(
        read("figures/sources.csv")
            .contains(
                """
                benchmark-kernels-resnet20,resnet20: images per second by threads,benchmarks/kernels.csv
                benchmark-steps-cnn,cnn: images per second by batch and threads,benchmarks/steps.csv
                cnn-accuracy,cnn: accuracy,runs/cnn/baseline/seed-1-0123456789ab
                """),
        read("figures/sources.csv"));
    assertTrue(
        read("figures/cnn-loss.svg")
            .contains("<desc>From runs/cnn/baseline/seed-1-0123456789ab</desc>"));
    assertTrue(read("benchmarks.md").contains("## Training steps and inference"));
  }

  @Test
  void benchmarksWithoutRowsOrWithoutSpeedAreLeftOut() throws IOException {
    runs.finished("cnn", "baseline", 1, ID, 94);
    Path benchmarks = Files.createDirectories(runs.results().resolve("benchmarks"));
    String columns = "benchmark,shape,batch,threads,images_per_second\n";
    RunFolders.write(benchmarks, "empty.csv", "");
    RunFolders.write(benchmarks, "header.csv", columns);
    RunFolders.write(benchmarks, "stopped.csv", columns + "Step.train,x,64,1,0\n");

    assertEquals(
        List.of(
            "benchmarks/empty.csv: has no rows",
            "benchmarks/header.csv: has no rows",
            "benchmarks/stopped.csv: row 1: images_per_second needs to be positive, got 0"),
        write().leftOut());
  }

  @Test
  void aFileThatWasChangedAfterTheRunIsNamed() throws IOException {
    var changes =
        Map.of(
            "config.yaml", "cnn", "metrics.csv", "92.5", "model.csv", "53866", "status.json", "2");
    for (Map.Entry<String, String> change : changes.entrySet()) {
      Path run = runs.finished("cnn", "baseline", 1, ID, 94);
      assertEquals(List.of(), write().leftOut());
      Path file = run.resolve(change.getKey());

      Files.writeString(file, Files.readString(file).replaceFirst(change.getValue(), "7"));

      assertEquals(
          List.of(
              "runs/cnn/baseline/seed-1-0123456789ab: "
                  + change.getKey()
                  + " was changed after the run: its SHA-256 is not the one in DONE"),
          write().leftOut());
    }
    Path run = runs.finished("cnn", "baseline", 1, ID, 94);
    for (String done : List.of("", "[]", "{\"metrics.csv\": {}}", "{\"metrics.csv\": \"\"}")) {
      RunFolders.write(run, "DONE", done);
      assertEquals(0, write().finishedRuns());
      String told = write().leftOut().getFirst();
      assertTrue(
          told.contains("DONE is not what a run leaves")
              || told.contains("DONE says nothing of config.yaml"),
          told);
    }
  }

  @Test
  void foreignAndEmptyFoldersAreNamedAndAreNoExperiments() throws IOException {
    runs.finished("cnn", "baseline", 1, ID, 94);
    for (String name :
        List.of(
            "benchmarks",
            "sweeps/cnn",
            "holiday photos",
            "runs/nothing",
            "runs/cnn/empty",
            "reference/2025/summer/beach",
            ".git")) {
      Files.createDirectories(runs.results().resolve(name));
    }
    Files.writeString(runs.results().resolve("notes.txt"), "hello");

    ReportWriter.Summary summary = write();

    assertEquals(1, summary.experiments());
    assertEquals(
        List.of(
            "notes.txt: not a folder",
            "holiday photos: not a folder of results",
            "reference/2025/summer/beach: not the name of a run",
            "runs/nothing: holds no runs",
            "runs/cnn/empty: holds no runs"),
        summary.leftOut());
  }

  @Test
  void imagesThatARunWasEvaluatedOnAreRowsOfItsResults() throws IOException {
    for (int seed = 1; seed <= 2; seed++) {
      Path run = runs.finished("cnn", "baseline", seed, ID, 94);
      for (String images : List.of("train", "validation", "test")) {
        Path folder = Files.createDirectories(run.resolve("evaluation-" + images));
        if (seed == 1 || !images.equals("test")) {
          RunFolders.write(
              folder,
              "evaluation.csv",
              "images,loss,accuracy,top5\n3,0.5,9%d,99\n".formatted(seed));
        }
      }
    }

    write();

    String page = read("cnn.md");
    assertTrue(
        page.contains(
            "| baseline | test | 1 | 2 | 91.00 | – | 99.00 | – | 0.5000 | – | seed-1-0123456789ab |"),
        page);
    assertTrue(
        page.contains("| baseline | training, evaluated | 2 | 2 | 91.50 ± 0.71 | – | 99.00 ± 0 |"),
        page);
  }

  @Test
  void commandsAreThoseThatGiveTheRunAgain() throws IOException {
    Path run = runs.finished("cnn", "no norm", 3, ID, 94);
    RunFolders.write(
        run,
        "provenance.json",
        """
        {"command": ["run", "--bundle", "b", "--point", "-", "--data", "my data"], "working_directory": "/home/me"}
        """);
    runs.finished("cnn", "baseline", 1, ID, 94);
    String now = "name: cnn\ntrain: {seeds: [1]}\n";
    var info =
        new ExperimentInfo(
            "cnn",
            "cnn_file",
            "",
            "",
            "",
            List.of(),
            Map.of("no norm", now, "baseline", now + "x"));

    write(info);
    assertTrue(
        read("cnn.md")
            .endsWith(
                """
                # baseline, seed 1, 0123456789ab
                runner/bin/verbatim run results/runs/cnn/baseline/seed-1-0123456789ab --force
                runner/bin/verbatim verify results/runs/cnn/baseline/seed-1-0123456789ab
                # no norm, seed 3, 0123456789ab
                runner/bin/verbatim run cnn_file --variant 'no norm' --seeds 3 --data '/home/me/my data' --force
                runner/bin/verbatim verify 'results/runs/cnn/no norm/seed-3-0123456789ab' --data '/home/me/my data'
                ```
                """),
        read("cnn.md"));

    ReportWriter.write(
        new ReportWriter.Input(runs.results(), folder.resolve("home"), List.of(info), 2),
        folder.resolve("out"));
    String elsewhere = runs.results().toString();
    assertTrue(
        read("cnn.md")
            .contains(
                "run "
                    + elsewhere
                    + "/runs/cnn/baseline/seed-1-0123456789ab --results "
                    + elsewhere
                    + " --force\n"),
        read("cnn.md"));
  }

  @Test
  void aRunOfANewerVersionIsLeftOut() throws IOException {
    Path run = runs.finished("cnn", "baseline", 1, ID, 94);
    RunFolders.write(run, "provenance.json", "{\"numerics\": 3}");

    ReportWriter.Summary summary = write();

    assertEquals(0, summary.finishedRuns());
    assertEquals(
        List.of(
            "runs/cnn/baseline/seed-1-0123456789ab: made by a newer version: its numerics are 3,"
                + " the newest known here 2"),
        summary.leftOut());
  }

  @Test
  void unknownMetricNamesThoseThereAre() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> figure("accuracy", 1, Match.EXACT, 0));

    assertEquals("no metric is called accuracy; there are: " + Metric.names(), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> afterEpoch(1, "parameters", 1));
  }
}
