package dev.verbatim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand runs of 200 epochs. Sizes are asserted; times are the machine's and are printed, to be
 * held against 20 s for the report on two cores, and a tenth of a second for what people wait for.
 */
class ScaleTest {
  private static final long PAGE_BYTES = 5_000_000;

  @TempDir static Path folder;

  @BeforeAll
  static void writeTheReport() throws IOException {
    var input =
        new ReportWriter.Input(
            folder.resolve("results"), folder, ManyRuns.write(folder.resolve("results")), 2);
    double before = processorSeconds();
    long begin = System.nanoTime();
    var summary = ReportWriter.write(input, folder.resolve("out"));
    System.out.printf(
        "1,000 runs of 200 epochs: report in %.1f s, %.1f s of %d cores, page %,d bytes%n",
        (System.nanoTime() - begin) / 1e9,
        processorSeconds() - before,
        Runtime.getRuntime().availableProcessors(),
        Files.size(page()));
    assertEquals(1000, summary.finishedRuns());
  }

  private static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  private static Path page() {
    return folder.resolve("out/index.html");
  }

  @Test
  void thePageStaysBelowFiveMegabytes() throws IOException {
    assertTrue(Files.size(page()) < PAGE_BYTES, Files.size(page()) + " bytes");
  }

  @Test
  void theOverviewComesFirstAndExperimentsOnDemand() throws Exception {
    assumeTrue(
        Chromium.program().isPresent(),
        "no Chromium on the path (Debian: apt-get install chromium): the page is not opened");
    try (Chromium browser =
        Chromium.start(Chromium.program().orElseThrow(), folder.resolve("profile"))) {
      browser.open(page().toUri().toString());
      browser.evaluate(
          "void (window.tasks = [], new PerformanceObserver(l => tasks.push(...l.getEntries()))"
              + ".observe({type: 'longtask', buffered: true}))");
      assertEquals(
          ManyRuns.EXPERIMENTS,
          browser.evaluate("document.querySelectorAll('#overview tbody tr').length").getAsInt());
      assertEquals(0, browser.evaluate("document.querySelectorAll('canvas').length").getAsInt());
      tell(browser, "to the overview");
      browser.evaluate("location.hash = '#/experiment/experiment_7'");
      browser.waitFor("document.querySelectorAll('canvas').length === 2");
      tell(browser, "to an experiment of 50 runs");
      browser.evaluate("document.querySelectorAll('.legend button').forEach(b => b.click())");
      tell(browser, "to switch all its series");
      browser.evaluate("location.hash = '#/'");
      browser.waitFor("!document.querySelector('[data-section=overview]').hidden");
      browser.evaluate(
          "(q => { q.value = 'experiment_1'; q.dispatchEvent(new Event('input', {bubbles: true}));"
              + " })(document.querySelector('[name=q]'))");
      tell(browser, "to filter");
      assertTrue(
          browser.text("document.getElementById('shown').textContent").startsWith("11 of 20"));
      browser.evaluate("location.hash = '#/compare'");
      browser.waitFor("!document.querySelector('[data-section=compare]').hidden");
      tell(browser, "to the list of runs to compare");
      assertEquals(List.of(), browser.errors());
    }
  }

  private static void tell(Chromium browser, String what) throws Exception {
    // What was observed arrives with the next turn of the page's own queue.
    String longest =
        browser.text(
            "new Promise(done => setTimeout(() => { const t = tasks.splice(0).map(e => e.duration);"
                + " done(`${t.length} tasks above 50 ms, the longest ${Math.max(0, ...t)} ms`); }, 300))");
    System.out.println("  " + what + ": " + longest);
  }
}
