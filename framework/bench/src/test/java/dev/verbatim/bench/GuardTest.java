package dev.verbatim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparisons with recorded figures, from hand-made CSV. */
class GuardTest {
  private static final Machine HERE = new Machine("AMD EPYC", 2, "25.0.3", 512);
  private static final String HEADER =
      "date,mode,machine,cores,jdk,vector_bits,threads,benchmark,shape,batch,unit,median,best,"
          + "images_per_second,gflops,share_of_fma_peak,gbytes_per_second,share_of_bandwidth,"
          + "fma_peak_gflops,triad_gbytes_per_second,bytes_allocated_per_op,gc_alloc_rate_norm\n";
  private static final String CONVOLUTION =
      "2026-01-01T00:00:00Z,full,AMD EPYC,2,25.0.3,512,1,Convolution.forward,16->16@32x32,128,ns/op,"
          + "8000000,7900000,16000,80,0.8,2,0.1,100,20,0,300\n";
  private static final String UPDATE =
      "2026-01-01T00:00:00Z,full,AMD EPYC,2,25.0.3,512,1,Update.sgd,278324,,ns/op,"
          + "400000,390000,,,,15,0.7,100,20,0,2\n";

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private List<Figure> figures(String text) throws IOException {
    return Figures.read(file("figures.csv", text));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    List<Figure> figures = figures(HEADER + CONVOLUTION + UPDATE);
    assertEquals(0.8, figures.get(0).shareOfFmaPeak());
    assertEquals("Convolution.forward 16->16@32x32 batch 128, 1 thread", figures.get(0).subject());
    assertEquals(0, figures.get(1).imagesPerSecond());
    Path again = folder.resolve("new/again.csv");
    Figures.begin(again);
    for (Figure figure : figures) {
      Figures.append(again, figure);
    }
    assertEquals(HEADER + CONVOLUTION + UPDATE, Files.readString(again));
  }

  @Test
  void aFigureThatLostMoreThanTheMarginOfItsShareIsTold() throws IOException {
    List<Figure> before = figures(HEADER + CONVOLUTION + UPDATE);
    List<Figure> now =
        figures(HEADER + CONVOLUTION.replace(",0.8,", ",0.6,") + UPDATE.replace(",0.7,", ",0.5,"));
    assertEquals(
        List.of(
            "WARNING: Convolution.forward 16->16@32x32 batch 128, 1 thread has 60.0 % of the FMA peak, was 80.0 %: lost 25 % of it",
            "WARNING: Update.sgd 278324, 1 thread has 50.0 % of the bandwidth, was 70.0 %: lost 29 % of it"),
        Guard.losses(now, before));
  }

  @Test
  void dataInCachesAreSetAgainstTheCoreAndNotAgainstMemory() throws IOException {
    String cached = UPDATE.replace(",15,0.7,100,20,", ",150,6,100,25,");
    List<Figure> before = figures(HEADER + cached);
    String fastMemory = cached.replace(",150,6,100,25,", ",150,4,100,37,");
    assertEquals(List.of(), Guard.losses(figures(HEADER + fastMemory), before));
    String slow = cached.replace(",150,6,100,25,", ",90,6,100,15,");
    assertEquals(
        List.of(
            "WARNING: Update.sgd 278324, 1 thread has 90.0 % of the bytes for a FLOP of the FMA peak, was 150.0 %: lost 40 % of it"),
        Guard.losses(figures(HEADER + slow), before));
  }

  @Test
  void sharesCountAndTimesDoNot() throws IOException {
    List<Figure> before = figures(HEADER + CONVOLUTION);
    String slowMachine =
        CONVOLUTION.replace("8000000,7900000,16000,80", "32000000,31000000,4000,20");
    assertEquals(List.of(), Guard.losses(figures(HEADER + slowMachine), before));
    String withinMargin = CONVOLUTION.replace(",0.8,", ",0.65,");
    assertEquals(List.of(), Guard.losses(figures(HEADER + withinMargin), before));
    String otherThreads = CONVOLUTION.replace(",0.8,", ",0.1,").replace(",512,1,", ",512,2,");
    assertEquals(List.of(), Guard.losses(figures(HEADER + otherThreads), before));
  }

  @Test
  void theLatestRunOfALikeMachineIsTakenAndDamagedFilesAreNamed() throws IOException {
    Path old = file("old.csv", HEADER + CONVOLUTION);
    Path latest = file("latest.csv", HEADER + CONVOLUTION.replace("2026-01", "2026-02"));
    Path otherMachine =
        file("other.csv", HEADER + CONVOLUTION.replace("2026-01", "2026-03").replace("EPYC", "X"));
    Path otherWidth =
        file(
            "width.csv",
            HEADER + CONVOLUTION.replace("2026-01", "2026-03").replace(",512,", ",256,"));
    Path noColumn = file("column.csv", HEADER.replace("share_of_bandwidth,", "") + "\n");
    Path noNumber = file("number.csv", HEADER + CONVOLUTION.replace(",0.8,", ",much,"));
    Path notFinite = file("nan.csv", HEADER + CONVOLUTION.replace(",0.8,", ",NaN,"));
    Path cut = file("cut.csv", HEADER + CONVOLUTION + UPDATE.substring(0, 60));
    Path quote = file("quote.csv", HEADER + "\"" + CONVOLUTION);
    Path twice = file("twice.csv", "date,date\n");
    Path empty = file("empty.csv", "");
    Path binary = Files.write(folder.resolve("binary.csv"), new byte[] {(byte) 0xff, 0, 1});
    Path gone = folder.resolve("gone.csv");
    Path headerAlone = file("header.csv", HEADER);
    List<String> skipped = new ArrayList<>();
    var found =
        Guard.latest(
            List.of(
                latest,
                old,
                otherMachine,
                otherWidth,
                noColumn,
                noNumber,
                cut,
                quote,
                twice,
                empty,
                binary,
                gone,
                headerAlone,
                notFinite),
            HERE,
            skipped::add);
    assertEquals(Optional.of(latest), found.map(Guard.Recorded::file));
    assertEquals(9, skipped.size(), skipped.toString());
    assertEquals("skipped: " + noColumn + ": has no column share_of_bandwidth", skipped.get(0));
    assertEquals(
        "skipped: " + noNumber + ", row 1: share_of_fma_peak is 'much', not a number",
        skipped.get(1));
    assertEquals("skipped: " + cut + ", row 2: needs 22 fields, got 8", skipped.get(2));
    assertTrue(skipped.get(3).startsWith("skipped: " + quote + ": is no CSV"), skipped.get(3));
    assertEquals("skipped: " + twice + ": has no column mode", skipped.get(4));
    assertEquals("skipped: " + empty + ": has no column date", skipped.get(5));
    assertTrue(skipped.get(6).startsWith("skipped: " + binary + ": is no CSV"), skipped.get(6));
    assertEquals("skipped: " + gone + ": is not there", skipped.get(7));
    assertEquals(
        "skipped: " + notFinite + ", row 1: share_of_fma_peak is 'NaN', not a number",
        skipped.get(8));
  }

  @Test
  void nothingRecordedIsNothingToCompareWith() {
    assertEquals(Optional.empty(), Guard.latest(List.of(), HERE, line -> {}));
    assertEquals("amd-epyc-2", HERE.slug());
  }
}
