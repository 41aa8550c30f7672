package dev.verbatim.cli;

import dev.verbatim.cli.Progress.Mode;
import dev.verbatim.sweep.Snapshot;
import dev.verbatim.sweep.SweepListener;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line of a sweep's progress: redrawn on a terminal, else written now and then. */
final class SweepProgress implements SweepListener {
  private static final long REDRAW_NANOS = 100_000_000;
  private static final long LINE_NANOS = 30_000_000_000L;

  private final PrintStream err;
  private final Mode mode;
  private final LongSupplier nanoClock;
  private long shown;
  private boolean open;

  SweepProgress(PrintStream err, Mode mode, LongSupplier nanoClock) {
    this.err = err;
    this.mode = mode;
    this.nanoClock = nanoClock;
    this.shown = nanoClock.getAsLong();
  }

  static SweepProgress forTerminal(Invocation call) {
    return new SweepProgress(call.err(), Progress.mode(call), System::nanoTime);
  }

  @Override
  public synchronized void progress(Snapshot now) {
    long time = nanoClock.getAsLong();
    boolean last = now.done() + now.failed() == now.runs();
    if (mode == Mode.QUIET
        || (time - shown < (mode == Mode.BAR ? REDRAW_NANOS : LINE_NANOS) && !last)) {
      return;
    }
    shown = time;
    if (mode == Mode.BAR) {
      err.print("\r" + text(now) + "\u001b[K");
      err.flush();
      open = true;
    } else {
      err.println(text(now));
    }
  }

  private static String text(Snapshot now) {
    return now.done()
        + " of "
        + now.runs()
        + " done"
        + (now.diverged() > 0 ? " (" + now.diverged() + " diverged)" : "")
        + ", "
        + now.running()
        + " running, "
        + now.failed()
        + " failed"
        + (Double.isNaN(now.secondsLeft()) ? "" : ", " + duration(now.secondsLeft()) + " left");
  }

  /** {@code 42 s}, {@code 3:20 min} or {@code 5:07 h}. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    boolean hours = whole >= 3600;
    return String.format(
        Locale.ROOT,
        "%d:%02d %s",
        whole / (hours ? 3600 : 60),
        hours ? whole / 60 % 60 : whole % 60,
        hours ? "h" : "min");
  }

  @Override
  public synchronized void note(String line) {
    finish();
    err.println("verbatim: " + line);
  }

  /** Leaves the line. */
  synchronized void finish() {
    if (open) {
      err.print("\r\u001b[K");
      err.flush();
      open = false;
    }
  }
}
