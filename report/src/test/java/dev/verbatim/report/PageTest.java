package dev.verbatim.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.verbatim.report.Published.Match;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page as people use it, in a real browser. Pictures of it are left under target/pages. */
class PageTest {
  private static final String ID = "0123456789ab";
  private static final Path PICTURES = Path.of("target", "pages").toAbsolutePath();

  @TempDir static Path folder;

  private static Chromium browser;
  private static ReportWriter.Input input;
  private static Path out;
  private static String page;

  @BeforeAll
  static void writeReportAndStartBrowser() throws Exception {
    assumeTrue(
        Chromium.program().isPresent(),
        "no Chromium on the path (Debian: apt-get install chromium): the page is not tested");
    var runs = new RunFolders(folder.resolve("results"));
    for (int seed = 1; seed <= 3; seed++) {
      runs.finished("mnist_cnn", "baseline", seed, ID, 90 + seed, 94 + seed / 10.0);
      runs.finished("mnist_cnn", "no_pooling", seed, ID, 80 + seed, 91);
    }
    runs.finished("cifar_cnn", "baseline", 1, ID, 30, 35);
    Path evaluated = runs.folder("mnist_cnn", "baseline", 1, ID).resolve("evaluation-validation");
    Files.createDirectories(evaluated);
    RunFolders.write(evaluated, "evaluation.csv", "images,loss,accuracy,top5\n10,0.1,90,100\n");
    RunFolders.write(evaluated, "confusion.csv", "class,cat,dog\ncat,5,0\ndog,1,4\n");
    Files.createDirectories(runs.results().resolve("benchmarks"));
    RunFolders.write(
        runs.results().resolve("benchmarks"),
        "cpu.csv",
        "machine,threads,benchmark,shape,batch,images_per_second\n"
            + "epyc,1,Step.train,resnet20,64,300\nepyc,2,Step.train,resnet20,128,640\n");
    Files.createDirectories(runs.results().resolve("runs/cifar_cnn/baseline/holiday photos"));
    input =
        new ReportWriter.Input(
            runs.results(),
            folder,
            List.of(
                experiment("mnist_cnn", "mnist", 93.9),
                experiment("cifar_cnn", "cifar100", 99),
                experiment("planned", "mnist", 50)),
            2);
    out = folder.resolve("report/generated");
    ReportWriter.write(input, out);
    page = out.resolve("index.html").toUri().toString();
    browser = Chromium.start(Chromium.program().orElseThrow(), folder.resolve("profile"));
  }

  private static ExperimentInfo experiment(String name, String dataset, double accuracy) {
    var best =
        new Published(
            "val_accuracy",
            accuracy,
            Match.AT_LEAST,
            0,
            "baseline",
            OptionalInt.empty(),
            OptionalInt.empty(),
            "");
    var first =
        new Published(
            "val_accuracy",
            accuracy - 5,
            Match.AT_LEAST,
            0,
            "baseline",
            OptionalInt.of(1),
            OptionalInt.empty(),
            "");
    return new ExperimentInfo(
        name,
        name,
        "A report",
        dataset,
        "sequential",
        List.of(best, first),
        Map.of("baseline", "name: " + name + "\ntrain: {seeds: [1]}\n"));
  }

  @AfterAll
  static void stopBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void forgetWhatWas() throws Exception {
    browser.size(1280, 900);
    browser.dark(false);
    browser.errors();
    browser.requests();
  }

  private static void nothingWrong() {
    assertEquals(List.of(), browser.errors());
    List<String> elsewhere =
        browser.requests().stream().filter(u -> !u.matches("(file|data|about|blob):.*")).toList();
    assertEquals(List.of(), elsewhere);
  }

  private static String firstColumn() throws Exception {
    return browser.text(
        "[...document.querySelectorAll('#overview tbody tr:not([hidden]) th')]"
            + ".map(e => e.textContent).join(' ')");
  }

  @Test
  void overviewSortsByNumberBothWaysWithWhatIsMissingLast() throws Exception {
    browser.open(page);
    String header =
        "[...document.querySelectorAll('#overview thead button')]"
            + ".find(b => b.textContent.startsWith('val accuracy'))";

    assertEquals("cifar_cnn mnist_cnn planned", firstColumn());
    browser.evaluate(header + ".click()");
    assertEquals("mnist_cnn cifar_cnn planned", firstColumn());
    assertEquals("descending", browser.text(header + ".parentElement.ariaSort"));
    browser.evaluate(header + ".focus()");
    browser.press("Enter", 13);
    browser.waitFor(header + ".parentElement.ariaSort === 'ascending'");
    assertEquals("cifar_cnn mnist_cnn planned", firstColumn());
    nothingWrong();
  }

  @Test
  void filtersAreInTheAddress() throws Exception {
    browser.open(page);
    browser.evaluate(
        "(() => { const f = document.querySelector('#filters').elements; f.dataset.value = 'mnist';"
            + " f.run.checked = true; f.q.dispatchEvent(new Event('input', {bubbles: true}));"
            + " })()");

    assertEquals("mnist_cnn", firstColumn());
    assertEquals(
        "1 of 3 experiments", browser.text("document.querySelector('#shown').textContent"));
    assertEquals("#/?dataset=mnist&run=1", browser.text("location.hash"));
    browser.open(page + "#/?verdict=worse");
    assertEquals("cifar_cnn", firstColumn());
    nothingWrong();
  }

  @Test
  void anAddressThatIsNoneShowsTheOverview() throws Exception {
    browser.open(page + "#/%zz/%");
    assertEquals("cifar_cnn mnist_cnn planned", firstColumn());
    nothingWrong();
  }

  @Test
  void deepLinkOpensAnExperimentAtATable() throws Exception {
    browser.open(page + "#/experiment/mnist_cnn/layers");

    assertEquals(
        "mnist_cnn",
        browser.text("document.querySelector('section:not([hidden]) h1').textContent"));
    assertTrue(
        browser
            .evaluate(
                "Math.abs(document.getElementById('layers').getBoundingClientRect().top) < 200")
            .getAsBoolean());
    assertTrue(browser.text("document.title").startsWith("mnist_cnn"));
    nothingWrong();
  }

  @Test
  void everyRowLeadsToItsRunsAndTheyToTheirFiles() throws Exception {
    browser.open(page + "#/experiment/mnist_cnn");
    String runs = "document.querySelector('#table-results tbody details.runs')";

    assertEquals("3", browser.text(runs + ".querySelector('summary').textContent"));
    browser.evaluate(runs + ".querySelector('summary').focus()");
    browser.press("Enter", 13);
    browser.waitFor(runs + ".open");
    browser.evaluate(runs + ".querySelectorAll('a')[1].click()");
    String run = "document.getElementById('baseline/seed-2-" + ID + "')";
    browser.waitFor(run + ".open");
    assertTrue(
        browser
            .evaluate("Math.abs(" + run + ".getBoundingClientRect().bottom) < innerHeight + 50")
            .getAsBoolean());
    assertEquals(
        "runner/bin/verbatim verify results/runs/mnist_cnn/baseline/seed-2-" + ID,
        browser.text(run + ".querySelectorAll('code')[1].textContent"));
    assertTrue(browser.evaluate(runs + ".open").getAsBoolean(), "what was unfolded stays so");
    nothingWrong();
  }

  @Test
  void whatWasNeverRunOffersNoVerification() throws Exception {
    browser.open(page + "#/experiment/planned");

    assertEquals(
        "make run EXP=planned",
        browser.text(
            "[...document.querySelectorAll('section:not([hidden]) code')].map(c =>"
                + " c.textContent).join()"));
    assertEquals(
        1, browser.evaluate("document.querySelectorAll('.charts canvas').length").getAsInt());
    nothingWrong();
  }

  @Test
  void accuraciesEndAtAHundred() throws Exception {
    browser.open(page + "#/experiment/mnist_cnn");
    String chart = "Chart.getChart(document.querySelector('canvas'))";

    assertTrue(browser.evaluate(chart + ".scales.y.max <= 100").getAsBoolean());
    nothingWrong();
  }

  @Test
  void seriesAreSwitchedOffAndTheArrowKeysReadTheValues() throws Exception {
    browser.open(page + "#/experiment/mnist_cnn");
    String button =
        "[...document.querySelectorAll('.legend button')]"
            + ".find(b => b.textContent === 'validation, no_pooling')";
    String chart = "Chart.getChart(document.querySelector('canvas'))";
    String hidden =
        chart
            + ".data.datasets.filter(d => d.label === 'validation, no_pooling').every(d =>"
            + " d.hidden)";

    assertFalse(browser.evaluate(hidden).getAsBoolean());
    browser.evaluate(button + ".click()");
    assertTrue(browser.evaluate(hidden).getAsBoolean());
    assertEquals("false", browser.text(button + ".ariaPressed"));
    browser.evaluate("document.querySelector('canvas').focus()");
    browser.press("ArrowRight", 39);
    browser.press("ArrowRight", 39);
    assertEquals(
        "epoch 2: training, baseline 92.5, validation, baseline 94.20 ± 0.10",
        browser.text("document.querySelector('.reading').textContent"));
    nothingWrong();
  }

  @Test
  void twoRunsAreComparedWithTheirSettings() throws Exception {
    RunFolders.write(
        folder.resolve("results/runs/mnist_cnn/no_pooling/seed-1-" + ID),
        "config.yaml",
        "name: mnist_cnn\ntrain: {seeds: [1], epochs: 2}\n");
    ReportWriter.write(input, out);
    browser.open(page + "#/compare");
    browser.evaluate(
        "(() => { const [a, b] = ['a', 'b'].map(n =>"
            + " document.querySelector('#pick').elements[n]);const find = (s, t) =>"
            + " [...s.options].find(o => o.value.includes(t)).value;a.value = find(a,"
            + " 'mnist_cnn/baseline/seed-1'); b.value = find(b,"
            + " 'no_pooling/seed-1');b.dispatchEvent(new Event('change', {bubbles: true})); })()");
    browser.waitFor("document.querySelector('#comparison table')");

    String row =
        "[...document.querySelectorAll('#comparison tr')]"
            + ".find(r => r.cells[0].textContent === 'val_accuracy, last').innerText";
    assertEquals("val_accuracy, last\t94.10\t91.00\t−3.10", browser.text(row));
    assertEquals(
        "loading_cached_seconds\t–\t–\t–",
        browser.text(row.replace("val_accuracy, last", "loading_cached_seconds")));
    assertEquals(
        "epochs: 2}",
        browser.text(
            "[...document.querySelectorAll('#comparison mark')].map(m =>"
                + " m.textContent.trim()).at(-1)"));
    assertEquals(
        2, browser.evaluate("document.querySelectorAll('#comparison canvas').length").getAsInt());
    nothingWrong();
  }

  @ParameterizedTest(name = "{0} at {1} px, dark: {2}")
  @CsvSource({
    "'', 1280, false",
    "'', 390, true",
    "experiment/mnist_cnn, 1280, true",
    "experiment/mnist_cnn, 390, false",
    "compare, 1280, false",
    "benchmarks, 390, false",
    "left-out, 1280, true",
  })
  void nothingIsWiderThanTheScreenAndAxeFindsNothingSerious(String view, int width, boolean dark)
      throws Exception {
    browser.size(width, 900);
    browser.dark(dark);
    browser.open(page + "#/" + view);

    assertEquals(
        width, browser.evaluate("document.documentElement.scrollWidth").getAsInt(), "overflows");
    assertEquals(dark ? "dark" : "light", browser.text("document.documentElement.dataset.theme"));
    String name = view.isEmpty() ? "overview" : view.replace('/', '-');
    browser.screenshot(PICTURES.resolve(name + "-" + width + (dark ? "-dark" : "") + ".png"));
    nothingWrong(); // axe itself is told of, as one that reads many pixels
    browser.evaluate(axe());
    assertEquals(
        "[]",
        browser.text(
            "axe.run().then(r => JSON.stringify(r.violations"
                + ".filter(v => ['serious', 'critical'].includes(v.impact))"
                + ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' '))))"));
  }

  private static String axe() throws Exception {
    String name = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    try (var in = PageTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8) + ";0";
    }
  }

  @Test
  void theServedPageFollowsUnderTheNameOfThisMachineToo() throws Exception {
    try (ReportServer server = ReportServer.start(input, out, 0)) {
      browser.open(server.address().replace("127.0.0.1", "localhost"));
      browser.waitFor("document.querySelector('#live').textContent === 'live'");
      assertEquals(List.of(), browser.errors());
    }
  }

  @Test
  void whatIsBeingReadStaysWhileAnotherExperimentGoesOn() throws Exception {
    try (ReportServer server = ReportServer.start(input, out, 0)) {
      browser.open(server.address() + "#/experiment/mnist_cnn");
      browser.waitFor("document.querySelector('#live').textContent === 'live'");
      browser.evaluate("document.querySelector('canvas').focus()");
      browser.press("End", 35);
      String read = browser.text("document.querySelector('.reading').textContent");
      assertTrue(read.startsWith("epoch 2: "), read);
      browser.evaluate("document.querySelector('canvas').same = true");

      Path run =
          new RunFolders(folder.resolve("results")).finished("planned", "baseline", 7, ID, 31, 31);
      try {
        browser.waitFor("document.querySelector('#overview').textContent.includes('31.00')");
        assertTrue(browser.evaluate("document.activeElement.same === true").getAsBoolean());
        assertEquals(read, browser.text("document.querySelector('.reading').textContent"));
        assertEquals(
            200,
            browser.evaluate("fetch('tables/planned-results.csv').then(r => r.status)").getAsInt());
        browser.evaluate("location.hash = '#/'");
        browser.waitFor("!document.querySelector('#overview').closest('[hidden]')");
        browser.evaluate("document.querySelector('#overview thead button').focus()");
        Files.writeString(run.resolve("timing.csv"), "");
        browser.waitFor("document.querySelector('#left-out').textContent.includes('timing.csv')");
        Files.delete(run.resolve("DONE"));
        browser.waitFor("!document.querySelector('#overview').textContent.includes('31.00')");
        assertEquals("experiment", browser.text("document.activeElement.textContent"));
      } finally {
        gone(run);
      }
    }
  }

  @Test
  void comparingFitsAPhone() throws Exception {
    browser.size(320, 700);
    browser.open(page + "#/compare");
    assertEquals(
        320, browser.evaluate("document.documentElement.scrollWidth").getAsInt(), "no wider");
  }

  @Test
  void theServedPageFollowsARunWithoutLosingItsPlace() throws Exception {
    try (ReportServer server = ReportServer.start(input, out, 0)) {
      browser.open(server.address() + "#/experiment/cifar_cnn");
      browser.waitFor("document.querySelector('#live').textContent === 'live'");
      Path run =
          new RunFolders(folder.resolve("results")).finished("cifar_cnn", "baseline", 7, ID, 31);
      Files.delete(run.resolve("DONE"));
      try {
        browser.waitFor(
            "[...document.querySelectorAll('.legend button')]"
                + ".some(b => b.textContent === 'validation, baseline, seed 7, unfinished')");
        assertEquals("#/experiment/cifar_cnn", browser.text("location.hash"));
        assertEquals(
            "config.yaml 200 200",
            browser.text(
                "(async () => { const a = [...document.querySelectorAll('.links a')]"
                    + ".find(a => a.textContent === 'config.yaml');"
                    + "return 'config.yaml ' + (await fetch(a.href)).status + ' '"
                    + " + (await fetch('figures/mnist_cnn-loss.svg')).status; })()"));
        assertEquals(
            404,
            browser.evaluate("fetch('/%2e%2e/%2e%2e/etc/passwd').then(r => r.status)").getAsInt());
      } finally {
        gone(run);
      }
      assertTrue(
          browser.requests().stream()
              .allMatch(u -> u.matches("about:.*|data:.*|" + server.address() + ".*")));
    }
  }

  /** The results and their report as they were for all tests. */
  private static void gone(Path run) throws IOException {
    try (var files = Files.walk(run)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    ReportWriter.write(input, out);
  }
}
