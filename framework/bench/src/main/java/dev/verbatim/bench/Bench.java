package dev.verbatim.bench;

import dev.verbatim.bench.Plan.Case;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.PatternSyntaxException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@code make bench}: runs benchmarks, prints a line for each and writes them as CSV. Its words are
 * files of earlier runs to compare with. A slow figure is warned of and fails nothing; the exit
 * code is 1 where a benchmark could not run, 2 for a wrong flag.
 */
public final class Bench {
  /** JMH uses sun.misc.Unsafe, and JDK 24 and later warn of that. */
  private static final String FOR_JMH = "--sun-misc-unsafe-memory-access=allow";

  /** How runner/bin/verbatim starts Java: a file in the project. */
  static final String OPTIONS = "runner/bin/java.options";

  private static final String ROW = "%-32s %-28s %5s %7s %12s %12s %11s %9s %6s %8s %6s %10s%n";

  private final PrintStream out;
  private final Machine machine = Machine.here();
  private final String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  private final List<Figure> figures = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  private Bench(PrintStream out) {
    this.out = out;
  }

  /** Runs what the flags say and ends the process. */
  public static void main(String[] words) throws IOException {
    Options options =
        new Options()
            .addOption(Option.builder().longOpt("quick").desc("a few, in two minutes").get())
            .addOption(Option.builder().longOpt("only").hasArg().desc("a regular expression").get())
            .addOption(Option.builder().longOpt("out").hasArg().desc("folder of the CSV").get());
    try {
      CommandLine line = new DefaultParser().parse(options, words);
      System.exit(new Bench(System.out).run(line));
    } catch (ParseException | PatternSyntaxException e) {
      System.err.println("bench: " + e.getMessage() + "; there are --quick, --only and --out");
      System.exit(2);
    }
  }

  private int run(CommandLine line) throws IOException {
    Plan plan = line.hasOption("quick") ? Plan.quick(machine.cores()) : Plan.full(machine.cores());
    String only = line.getOptionValue("only", "");
    List<Case> cases = plan.matching(only);
    if (cases.isEmpty()) {
      System.err.println("bench: no benchmark matches --only " + only);
      return 2;
    }
    String name = date.replace(":", "-") + "-" + machine.slug() + ".csv";
    Path file = Path.of(line.getOptionValue("out", "results/benchmarks")).resolve(name);
    Figures.begin(file);
    out.printf(
        "%s, %d cores, JDK %s, %d-bit vectors; %d benchmarks%n",
        machine.cpu(), machine.cores(), machine.jdk(), machine.vectorBits(), cases.size());
    out.printf(
        ROW,
        "benchmark",
        "shape",
        "batch",
        "threads",
        "median us",
        "best us",
        "images/s",
        "GFLOP/s",
        "of FMA",
        "GB/s",
        "of mem",
        "bytes/op");
    for (Case each : cases) {
      try {
        Figure figure = measure(plan.mode(), each);
        figures.add(figure);
        Figures.append(file, figure);
        print(figure);
      } catch (RunnerException e) {
        failures.add("FAILED: " + each + ": " + e.getMessage());
        out.println(failures.getLast());
      }
    }
    compare(line.getArgList().stream().map(Path::of).toList());
    out.println(file);
    return failures.isEmpty() ? 0 : 1;
  }

  private Figure measure(String mode, Case each) throws RunnerException {
    var options =
        new OptionsBuilder()
            .include("\\." + each.benchmark() + "$")
            .param("shape", each.shape())
            .param("threads", String.valueOf(each.threads()))
            .forks(1)
            .jvmArgs("@" + Path.of(System.getProperty("verbatim.home", "."), OPTIONS), FOR_JMH)
            .warmupIterations(each.warmUps())
            .warmupTime(TimeValue.milliseconds(each.millis()))
            .measurementIterations(each.iterations())
            .measurementTime(TimeValue.milliseconds(each.millis()))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .build();
    var said = new ByteArrayOutputStream();
    OutputFormat format =
        OutputFormatFactory.createFormatInstance(
            new PrintStream(said, true, StandardCharsets.UTF_8), VerboseMode.NORMAL);
    try {
      RunResult result = new Runner(options, format).runSingle();
      return Measured.figure(date, mode, machine, each, result);
    } catch (RunnerException e) {
      out.println(said.toString(StandardCharsets.UTF_8));
      throw e;
    }
  }

  private void print(Figure f) {
    out.printf(
        Locale.ROOT,
        ROW,
        f.benchmark(),
        f.shape(),
        f.batch() == 0 ? "" : f.batch(),
        f.threads(),
        cell("%,.1f", f.median() / 1e3),
        cell("%,.1f", f.best() / 1e3),
        cell("%,.0f", f.imagesPerSecond()),
        cell("%.1f", f.gflops()),
        cell("%.0f %%", 100 * f.shareOfFmaPeak()),
        cell("%.1f", f.gbytesPerSecond()),
        cell("%.0f %%", 100 * f.shareOfBandwidth()),
        String.format(Locale.ROOT, "%,.0f", f.allocatedBytes()));
  }

  private static String cell(String format, double value) {
    return value == 0 ? "" : String.format(Locale.ROOT, format, value);
  }

  private void compare(List<Path> recorded) {
    out.println();
    Guard.latest(recorded, machine, out::println)
        .ifPresentOrElse(
            before -> {
              List<String> losses = Guard.losses(figures, before.figures());
              losses.forEach(out::println);
              out.printf(
                  Locale.ROOT,
                  "%s lost more than %.0f %% of its share since %s%n",
                  losses.isEmpty() ? "no benchmark" : losses.size() + " benchmark(s)",
                  100 * Guard.MARGIN,
                  before.file());
            },
            () ->
                out.println(
                    "nothing recorded for this machine to compare with; commit the file to record it"));
  }
}
