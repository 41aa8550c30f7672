package dev.verbatim.cli;

import dev.verbatim.data.Dataset;
import dev.verbatim.nn.Network;
import dev.verbatim.run.RunListener;
import dev.verbatim.spec.ResolvedConfig;
import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Progress on stderr: a bar with the time left on a terminal, else one line an epoch. */
final class Progress implements RunListener {
  /** How much to show. */
  enum Mode {
    QUIET,
    LINES,
    BAR
  }

  private static final long REDRAW_NANOS = 100_000_000;
  private static final int BAR_WIDTH = 24;

  private final PrintStream err;
  private final Mode mode;
  private final boolean colour;
  private final LongSupplier nanoClock;
  private final Optional<Instant> command;
  private long begin;
  private long drawn;
  private int epochs;
  private double doneBefore;
  private boolean open;
  private boolean stepped;

  /**
   * A view of runs.
   *
   * @param command when the command was given, where the first step's time after it is to be told
   */
  Progress(
      PrintStream err,
      Mode mode,
      boolean colour,
      LongSupplier nanoClock,
      Optional<Instant> command) {
    this.err = err;
    this.mode = mode;
    this.colour = colour;
    this.nanoClock = nanoClock;
    this.command = command;
  }

  /** How much to show to whoever called. */
  static Mode mode(Invocation call) {
    var environment = call.environment();
    boolean terminal =
        Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
            && !environment.containsKey("CI")
            && !"dumb".equals(environment.getOrDefault("TERM", "dumb"));
    return call.has("quiet") ? Mode.QUIET : terminal ? Mode.BAR : Mode.LINES;
  }

  static Progress forTerminal(Invocation call) {
    return new Progress(
        call.err(),
        mode(call),
        call.environment().getOrDefault("NO_COLOR", "").isEmpty(),
        System::nanoTime,
        call.has("verbose")
            ? ProcessHandle.current().info().startInstant() // of the launcher, which became java
            : Optional.empty());
  }

  @Override
  public void begin(
      ResolvedConfig config,
      Network network,
      Dataset dataset,
      String device,
      Path folder,
      int epoch,
      int step) {
    begin = nanoClock.getAsLong();
    doneBefore = -1;
    epochs = config.train().epochs();
    if (mode != Mode.QUIET) {
      err.printf(
          Locale.ROOT,
          "%s %s seed %d: %,d training and %,d validation images, %,d parameters, %s%n",
          config.name(),
          config.variant(),
          config.seed(),
          dataset.train().images(),
          dataset.validation().images(),
          network.parameterCount(),
          device);
      if (epoch > 1 || step > 0) {
        err.println("goes on in epoch " + epoch + " after step " + step);
      }
    }
  }

  @Override
  public void step(int epoch, int step, int steps, float loss, double imagesPerSecond) {
    long now = nanoClock.getAsLong();
    if (!stepped && command.isPresent()) {
      finish();
      double seconds = Duration.between(command.get(), Instant.now()).toMillis() / 1e3;
      err.printf(Locale.ROOT, "first step done %.2f s after the command%n", seconds);
    }
    stepped = true;
    if (mode != Mode.BAR || (now - drawn < REDRAW_NANOS && step < steps)) {
      return;
    }
    drawn = now;
    double done = (epoch - 1 + (double) step / steps) / epochs;
    if (doneBefore < 0) {
      doneBefore = done - 1.0 / steps / epochs;
    }
    long left = Math.round((now - begin) / 1e9 * (1 - done) / (done - doneBefore));
    int filled = (int) (done * BAR_WIDTH);
    String bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
    String tint = colour ? "\u001b[36m" + bar + "\u001b[0m" : bar;
    err.printf(
        Locale.ROOT,
        "\r%s %3.0f %%  epoch %d/%d  loss %.4f  %.0f images/s  %d:%02d left \u001b[K",
        tint,
        100 * done,
        epoch,
        epochs,
        loss,
        imagesPerSecond,
        left / 60,
        left % 60);
    err.flush();
    open = true;
  }

  @Override
  public void epoch(int epoch, String line) {
    if (mode != Mode.QUIET) {
      finish();
      err.println(line);
    }
  }

  @Override
  public void warning(String line) {
    finish();
    err.println("verbatim: " + line);
  }

  /** Leaves the line of the bar. */
  void finish() {
    if (open) {
      err.print("\r\u001b[K");
      err.flush();
      open = false;
    }
  }
}
