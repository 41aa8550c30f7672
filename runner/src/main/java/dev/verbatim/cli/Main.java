package dev.verbatim.cli;

import dev.verbatim.data.DataException;
import dev.verbatim.run.Runs;
import dev.verbatim.run.StopRequest;
import dev.verbatim.spec.SpecException;
import dev.verbatim.spec.Suggestion;
import dev.verbatim.store.Disk;
import dev.verbatim.tensor.BackendException;
import dev.verbatim.tensor.ShapeException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/** The program. Results go to stdout, all else to stderr. */
public final class Main {
  private static final List<Verb> VERBS =
      List.of(
          new RunVerb(),
          new SweepVerb(),
          new ShowVerb(),
          new ResumeVerb(),
          new VerifyVerb(),
          new DiffVerb(),
          new EvaluateVerb(),
          new ReportVerb(),
          new ListVerb(),
          new DescribeVerb(),
          new ValidateVerb(),
          new DataVerb(),
          new BenchVerb(),
          new DoctorVerb());

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] words) {
    Path home = Path.of(System.getProperty("verbatim.home", ".")).toAbsolutePath().normalize();
    StopRequest stop = new StopRequest();
    Signals signals = Signals.install(stop);
    if (words.length == 2 && words[0].equals("rehearse")) { // for runner/bin/build alone
      System.exit(Rehearsal.run(home, Path.of(words[1])));
    }
    int code = run(Arrays.asList(words), home, System.getenv(), System.out, System.err, stop);
    System.out.flush();
    boolean signalled = code == ExitCode.STOPPED.code() && !signals.received().equals(ExitCode.OK);
    System.exit(signalled ? signals.received().code() : code);
  }

  /**
   * Runs one command; everything it touches is an argument.
   *
   * @param stop through which a training is asked to stop
   */
  static int run(
      List<String> words,
      Path home,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err,
      StopRequest stop) {
    boolean verbose = words.contains("-v") || words.contains("--verbose");
    try {
      return dispatch(words, home, environment, out, err, stop).code();
    } catch (UsageException e) {
      return failed(err, e, verbose, ExitCode.USAGE);
    } catch (SpecException e) {
      return failed(err, e, verbose, ExitCode.USAGE);
    } catch (ShapeException e) {
      return failed(err, e, verbose, ExitCode.USAGE);
    } catch (DataException e) {
      return failed(err, e, verbose, ExitCode.DATA);
    } catch (BackendException e) {
      return failed(err, e, verbose, ExitCode.FAILED);
    } catch (IOException e) {
      return failed(err, readable(e), verbose, ExitCode.FAILED);
    } catch (OutOfMemoryError e) {
      return failed(
          err,
          new IllegalStateException(
              "out of memory: " + e.getMessage() + "; a smaller train.batch_size needs less"),
          verbose,
          ExitCode.FAILED);
    } catch (RuntimeException e) {
      return failed(
          err,
          new IllegalStateException("a fault of the program: " + e + "; -v shows where", e),
          verbose,
          ExitCode.FAILED);
    }
  }

  private static ExitCode dispatch(
      List<String> words,
      Path home,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err,
      StopRequest stop)
      throws IOException {
    if (words.isEmpty() || List.of("-h", "--help", "help").contains(words.getFirst())) {
      Help.program(VERBS, out);
      return words.isEmpty() ? ExitCode.USAGE : ExitCode.OK;
    }
    if (words.getFirst().equals("--version")) {
      out.println("verbatim " + Runs.version());
      return ExitCode.OK;
    }
    String name = words.getFirst();
    List<String> names = VERBS.stream().map(Verb::name).toList();
    Verb verb =
        VERBS.stream()
            .filter(v -> v.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new UsageException(
                        "no verb is called '"
                            + name
                            + "'; there are "
                            + String.join(", ", names)
                            + Suggestion.of(name, names)));
    CommandLine line = parse(verb, words.subList(1, words.size()));
    if (line.hasOption("help")) {
      Help.verb(verb, out);
      return ExitCode.OK;
    }
    return verb.run(new Invocation(line, home, environment, out, err, words, stop));
  }

  private static CommandLine parse(Verb verb, List<String> words) {
    try {
      DefaultParser parser = DefaultParser.builder().setAllowPartialMatching(false).get();
      return parser.parse(verb.options(), words.toArray(String[]::new));
    } catch (UnrecognizedOptionException e) {
      List<String> flags =
          verb.options().getOptions().stream().map(o -> "--" + o.getLongOpt()).toList();
      throw new UsageException(
          verb.name()
              + " has no flag "
              + e.getOption()
              + Suggestion.of(e.getOption(), flags)
              + " (verbatim "
              + verb.name()
              + " --help)");
    } catch (ParseException e) {
      throw new UsageException(verb.name() + ": " + e.getMessage());
    }
  }

  /** The system's exceptions give a file's name alone as their message. */
  private static IOException readable(IOException e) {
    return e instanceof FileSystemException f && f.getReason() == null
        ? new IOException(f.getFile() + ": " + Disk.reason(f), e)
        : e;
  }

  private static int failed(PrintStream err, Throwable e, boolean verbose, ExitCode code) {
    err.println("verbatim: " + e.getMessage());
    if (verbose) {
      e.printStackTrace(err);
    }
    return code.code();
  }
}
