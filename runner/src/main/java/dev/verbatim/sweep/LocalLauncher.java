package dev.verbatim.sweep;

import dev.verbatim.run.StopRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Runs a sweep's points in worker processes on this machine. A worker gets the numbers of points
 * through its input and lives until there are none; where it dies over one, another takes its
 * place.
 */
public final class LocalLauncher {
  /**
   * How to run them.
   *
   * @param jobs workers at once
   * @param failFast whether the first failure stops all
   */
  public record Options(int jobs, boolean failFast) {}

  private static final long REFRESH_MILLIS = 500;

  /** 128 and SIGKILL; a worker that is out of memory ends itself so. */
  private static final int KILLED = 137;

  private final Bundle bundle;
  private final WorkerCommand command;
  private final Path results;
  private final Options options;
  private final StopRequest stop;
  private final Tally tally;
  private final Deque<Point> waiting = new ConcurrentLinkedDeque<>();
  private final Set<Process> workers = ConcurrentHashMap.newKeySet();
  private volatile boolean ending;

  /** A launcher of what the tally says is left to do. */
  public LocalLauncher(
      Bundle bundle,
      WorkerCommand command,
      Path results,
      Options options,
      StopRequest stop,
      Tally tally) {
    this.bundle = bundle;
    this.command = command;
    this.results = results;
    this.options = options;
    this.stop = stop;
    this.tally = tally;
  }

  /**
   * Runs until all is settled, or until it is asked to stop, which gives each worker the time to
   * write a checkpoint.
   *
   * @throws IOException if a worker cannot be started or a folder not be written
   */
  public void run() throws IOException {
    waiting.addAll(tally.toDo());
    List<Thread> slots = new ArrayList<>();
    List<IOException> failures = new ArrayList<>();
    stop.atOnce(() -> workers.forEach(Process::destroyForcibly));
    stop.listen(true);
    int places = Math.min(options.jobs(), waiting.size()); // now: the first one takes from them
    try {
      for (int slot = 1; slot <= places; slot++) {
        int number = slot;
        slots.add(
            Thread.ofPlatform()
                .name("verbatim-slot-" + number)
                .start(
                    () -> {
                      try {
                        work(number);
                      } catch (IOException | RuntimeException e) {
                        synchronized (failures) {
                          failures.add(new IOException(e.getMessage(), e));
                        }
                        ending = true;
                      }
                    }));
      }
      for (Thread slot : slots) {
        while (!slot.join(Duration.ofMillis(REFRESH_MILLIS))) {
          tally.refresh();
          if (stop.isRequested() || ending) {
            if (!ending) {
              tally.stopping();
            }
            ending = true;
            workers.forEach(LocalLauncher::endInput);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      workers.forEach(Process::destroyForcibly);
    } finally {
      stop.listen(false);
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  private static void endInput(Process worker) {
    try {
      worker.getOutputStream().close();
    } catch (IOException e) {
      // it is gone already
    }
  }

  /** One place for a worker. */
  private void work(int slot) throws IOException {
    Optional<Process> worker = Optional.empty();
    for (Optional<Point> next = next(); next.isPresent(); next = next()) {
      Point point = next.get();
      if (worker.isEmpty() || !worker.get().isAlive()) {
        worker = Optional.of(start(slot));
      }
      Path run = bundle.run(point, results);
      int crashes = Attempts.of(run).crashes();
      Optional<Worker.Result> result = send(worker.get(), point);
      if (result.isPresent()) {
        tally.ended(point, result.get());
        ending |= options.failFast() && result.get().end() == Worker.End.FAILED;
      } else {
        crashed(point, run, crashes, worker.get(), slot);
        worker = Optional.empty();
      }
    }
    if (worker.isPresent()) {
      endInput(worker.get());
      worker.get().onExit().join();
      workers.remove(worker.get());
    }
  }

  private Optional<Point> next() {
    return ending ? Optional.empty() : Optional.ofNullable(waiting.poll());
  }

  private Process start(int slot) throws IOException {
    Path log = log(slot);
    Files.createDirectories(log.getParent());
    Process worker =
        new ProcessBuilder(command.run(options.jobs(), "-"))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    workers.add(worker);
    return worker;
  }

  private Path log(int slot) {
    return bundle.path().resolve("logs").resolve("worker-" + slot + ".log");
  }

  /** Gives a point to a worker and waits for its end; empty if the worker died over it. */
  private Optional<Worker.Result> send(Process worker, Point point) throws IOException {
    tally.begun(point);
    try {
      Writer out = worker.outputWriter(StandardCharsets.UTF_8);
      out.write(point.number() + "\n");
      out.flush();
    } catch (IOException e) {
      return Optional.empty(); // its log says why
    }
    BufferedReader in = worker.inputReader(StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Optional<Message> message = Message.parse(line);
      message.ifPresent(m -> tally.share(point, m.share()));
      if (message.isPresent() && message.get().end().isPresent()) {
        return message.get().end();
      }
    }
    return Optional.empty();
  }

  private void crashed(Point point, Path run, int before, Process worker, int slot)
      throws IOException {
    worker.onExit().join();
    workers.remove(worker);
    if (Attempts.of(run).crashes() == before && !ending) {
      Attempts.of(run).crashed().write(run); // it died before it could count
    }
    Attempts attempts = Attempts.of(run);
    boolean killed = worker.exitValue() == KILLED;
    String how =
        "a worker ended with "
            + worker.exitValue()
            + (killed ? ", killed or out of memory" : "")
            + " ("
            + log(slot)
            + ")";
    if (ending) {
      tally.ended(point, new Worker.Result(Worker.End.STOPPED, ""));
    } else if (attempts.isFinal()) {
      tally.ended(
          point,
          new Worker.Result(
              Worker.End.FAILED, how + ", the " + attempts.crashes() + "th time: not tried again"));
      ending |= options.failFast();
    } else {
      tally.again(point, how + ", is tried again");
      waiting.addFirst(point);
    }
  }
}
