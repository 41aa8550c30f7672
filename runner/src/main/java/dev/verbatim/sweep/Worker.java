package dev.verbatim.sweep;

import dev.verbatim.data.DataException;
import dev.verbatim.data.Dataset;
import dev.verbatim.nn.Network;
import dev.verbatim.run.RunListener;
import dev.verbatim.run.RunOutcome;
import dev.verbatim.run.Runs;
import dev.verbatim.run.StopRequest;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.spec.SpecException;
import dev.verbatim.store.FolderInUseException;
import dev.verbatim.tensor.BackendException;
import dev.verbatim.tensor.ShapeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Runs points of a bundle, one after the other, and writes into a run's folder how it failed, if it
 * did. The images of the last point are kept for the next.
 */
public final class Worker {
  /** Ways for an attempt to end. */
  public enum End {
    /** The run is finished, now or before. */
    DONE,
    /** The run is finished: a loss or a weight was not finite. */
    DIVERGED,
    /** It was asked to stop, and left a checkpoint. */
    STOPPED,
    /** It cannot be run. */
    FAILED,
    /** Another process is at it. */
    BUSY
  }

  /** How an attempt ended, and what there is to say of it. */
  public record Result(End end, String message) {}

  private final Bundle bundle;
  private final Runs.Settings settings;
  private final Runs runs;

  /** A worker with the settings of its process. */
  public Worker(Bundle bundle, Runs.Settings settings, RunListener listener) {
    this.bundle = bundle;
    this.settings = settings;
    this.runs = new Runs(settings, listener, bundle.code());
  }

  /**
   * Runs one point, unless it is settled.
   *
   * @throws IOException only if its folder cannot be read or written
   */
  public Result run(Point point) throws IOException {
    Path run = bundle.run(point, settings.results());
    PointState state = PointState.of(run);
    Attempts before = Attempts.of(run);
    switch (state.kind()) {
      case FAILED -> {
        return new Result(End.FAILED, state.detail());
      }
      case RUNNING -> {
        return new Result(End.BUSY, state.detail());
      }
      default -> {}
    }
    if (!state.isSettled()) {
      before.crashed().write(run);
    }
    try {
      Result result = attempt(point, run);
      (result.end() == End.STOPPED ? before : new Attempts(0, "")).write(run);
      return result;
    } catch (FolderInUseException e) {
      before.write(run);
      return new Result(End.BUSY, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      String message = reason(e);
      new Attempts(before.crashes(), message).write(run);
      return new Result(End.FAILED, message);
    }
  }

  private static String reason(Exception e) {
    return switch (e) {
      case SpecException _, ShapeException _, DataException _, BackendException _, IOException _ ->
          String.valueOf(e.getMessage());
      default -> {
        e.printStackTrace(); // into the worker's log
        yield "a fault of the program: " + e;
      }
    };
  }

  private Result attempt(Point point, Path run) throws IOException {
    ResolvedConfig config = bundle.config(point);
    String id = runs.id(config);
    if (!id.equals(point.id())) {
      throw new DataException(
          run
              + ": the images, or the numerics, are not those that the sweep was planned with: they give the id "
              + id);
    }
    RunOutcome outcome = runs.run(config);
    return switch (outcome.status()) {
      case STOPPED -> new Result(End.STOPPED, outcome.message());
      case DIVERGED -> new Result(End.DIVERGED, outcome.message());
      default -> new Result(End.DONE, "");
    };
  }

  /**
   * Runs the points whose numbers come in, a line each, and tells how they end, until the numbers
   * end; if they end while a point is run, it stops with a checkpoint.
   *
   * @return whether it was stopped
   */
  public static boolean serve(
      Bundle bundle, Runs.Settings settings, InputStream in, PrintStream out) throws IOException {
    StopRequest stop = settings.stop();
    stop.bePatient();
    stop.listen(true);
    BlockingQueue<Optional<Integer>> numbers = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> read(in, numbers, stop), "verbatim-points");
    reader.setDaemon(true);
    reader.start();
    var reporter = new Reporter(out);
    var worker = new Worker(bundle, settings, reporter);
    try {
      for (Optional<Integer> n = numbers.take(); n.isPresent(); n = numbers.take()) {
        reporter.point = n.get();
        Result result =
            stop.isRequested() ? new Result(End.STOPPED, "") : worker.run(bundle.point(n.get()));
        Message.end(n.get(), result).print(out);
        if (result.end() == End.STOPPED) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private static void read(
      InputStream in, BlockingQueue<Optional<Integer>> numbers, StopRequest stop) {
    try (var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        numbers.add(Optional.of(Integer.valueOf(line.strip())));
      }
    } catch (IOException | NumberFormatException e) {
      // whoever sent the numbers is gone
    }
    boolean _ = stop.request();
    numbers.add(Optional.empty());
  }

  /** Tells the launcher after each epoch how far a point is. */
  private static final class Reporter implements RunListener {
    private final PrintStream out;
    private int point;
    private int epochs = 1;

    Reporter(PrintStream out) {
      this.out = out;
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
      epochs = config.train().epochs();
      Message.progress(point, (epoch - 1.0) / epochs).print(out);
    }

    @Override
    public void epoch(int epoch, String line) {
      Message.progress(point, (double) epoch / epochs).print(out);
    }
  }
}
