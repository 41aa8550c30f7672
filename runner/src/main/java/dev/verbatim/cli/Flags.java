package dev.verbatim.cli;

import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** All flags there are; each verb takes some. */
final class Flags {
  private Flags() {}

  /** The flags with these names, and those that every verb takes. */
  static Options of(String... names) {
    Options options = new Options();
    options.addOption(Option.builder("h").longOpt("help").desc("show this help").get());
    options.addOption(
        Option.builder("v").longOpt("verbose").desc("more on stderr, stack traces too").get());
    options.addOption(Option.builder("q").longOpt("quiet").desc("no progress").get());
    for (String name : names) {
      options.addOption(flag(name));
    }
    return options;
  }

  private static Option flag(String name) {
    return switch (name) {
      case "set" ->
          argument(
              name,
              "KEY=VALUE",
              "override a value of the experiment, as in optimizer.learning_rate=0.05; repeatable");
      case "seeds" ->
          argument(name, "LIST", "seeds instead of the experiment's, as in 1,2,3 or 1-5");
      case "variant" -> argument(name, "NAME", "one variant instead of the baseline");
      case "threads" ->
          argument(
              name,
              "N",
              "threads on the CPU; one for each core by default, in a sweep divided among workers");
      case "device" -> argument(name, "NAME", "cpu, cuda or auto (default)");
      case "results" -> argument(name, "DIR", "where runs go; results/ by default");
      case "data" ->
          argument(name, "DIR", "where datasets are; $VERBATIM_DATA or data/ by default");
      case "split" -> argument(name, "NAME", "train or validation (default)");
      case "on" ->
          argument(name, "PATH", "other images: a folder of class folders, or an idx images file");
      case "out" -> argument(name, "DIR", "where the result goes");
      case "smoke" -> plain(name, "the experiment at its smallest size");
      case "dry-run" -> plain(name, "say what would run");
      case "force" -> plain(name, "run again what is done, and compare");
      case "checkpoint-steps" ->
          argument(name, "N", "a checkpoint after every N steps too, not only after each epoch");
      case "require-clean" -> plain(name, "refuse a source tree that is not as committed");
      case "epochs" -> argument(name, "N", "the first N epochs alone");
      case "steps" ->
          argument(
              name, "N", "time N steps after as many uncounted; some seconds of each by default");
      case "jobs" -> argument(name, "N", "worker processes at once; one for each core by default");
      case "launcher" -> argument(name, "NAME", "local (default) or slurm");
      case "slurm" ->
          argument(
              name, "OPTIONS", "options of sbatch, as in partition=long,time=8:00:00; repeatable");
      case "wait" -> plain(name, "with slurm: show how it goes on, and the table in the end");
      case "keep-going" -> plain(name, "go on where a point fails (default)");
      case "fail-fast" -> plain(name, "stop all where a point fails");
      case "bundle" -> argument(name, "DIR", "the folder of a sweep, for its points");
      case "point" ->
          argument(name, "LIST", "points of the sweep by number, as in 3 or 3,7; - reads them");
      case "all-results" ->
          Option.builder()
              .longOpt("results")
              .optionalArg(true)
              .argName("DIR")
              .desc("the runs of results/, or of DIR, instead of the experiments")
              .get();
      case "csv" -> plain(name, "the table as CSV, with ten digits");
      case "no-cache" -> plain(name, "decode images anew and keep nothing");
      case "check" ->
          plain(
              name,
              "exit with 6 where an exact figure is not met, or a verdict has become worse or lost its runs");
      case "accept" -> plain(name, "take the verdicts and checksums for those to be committed");
      case "serve" -> plain(name, "show the page on this machine alone, and follow running runs");
      case "port" -> argument(name, "N", "of --serve; 8420 by default");
      case "json" -> plain(name, "JSON on stdout");
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Option argument(String name, String argument, String text) {
    return Option.builder().longOpt(name).hasArg().argName(argument).desc(text).get();
  }

  private static Option plain(String name, String text) {
    return Option.builder().longOpt(name).desc(text).get();
  }
}
