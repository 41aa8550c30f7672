package dev.verbatim.sweep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Counts how the points of a sweep stand while they are run, and reckons the time that is left. */
public final class Tally {
  private final Map<String, Double> work = new HashMap<>();
  private final List<Point> toDo = new ArrayList<>();
  private final List<Point> elsewhere = new ArrayList<>();
  private final Map<Point, Double> running = new LinkedHashMap<>();
  private final SweepListener listener;
  private final LongSupplier nanoClock;
  private final long begin;
  private final int runs;
  private int done;
  private int diverged;
  private int failed;
  private double workDone;
  private double workAll;

  /**
   * Scans all runs.
   *
   * @throws IOException if a folder is damaged
   */
  public Tally(Plan plan, Bundle bundle, Path results, SweepListener listener, LongSupplier nanos)
      throws IOException {
    this.listener = listener;
    this.nanoClock = nanos;
    plan.variants().forEach(variant -> work.put(variant.name(), variant.macs()));
    List<Point> distinct = plan.distinct();
    runs = distinct.size();
    for (Point point : distinct) {
      if (!countIfFinished(PointState.of(bundle.run(point, results)).kind())) {
        toDo.add(point);
        workAll += work(point);
      }
    }
    begin = nanos.getAsLong();
  }

  /** Counts what is finished, and says whether it is. */
  private boolean countIfFinished(PointState.Kind kind) {
    boolean hasDiverged = kind == PointState.Kind.DIVERGED;
    boolean finished = hasDiverged || kind == PointState.Kind.DONE;
    diverged += hasDiverged ? 1 : 0;
    done += finished ? 1 : 0;
    return finished;
  }

  private double work(Point point) {
    return work.getOrDefault(point.variant(), 0.0);
  }

  /** Points that are not finished. */
  public List<Point> toDo() {
    return List.copyOf(toDo);
  }

  /** Lets points be tried anew that failed in an earlier session. */
  public void forgetFailures(Bundle bundle, Path results) throws IOException {
    for (Point point : toDo) {
      Path run = bundle.run(point, results);
      if (PointState.of(run).kind() != PointState.Kind.RUNNING) {
        Attempts.forget(run);
      }
    }
  }

  /**
   * Looks again at points that were left to others, who may have finished them since.
   *
   * @throws IOException if a folder is damaged
   */
  public synchronized void lookAgain(Bundle bundle, Path results) throws IOException {
    for (Point point : List.copyOf(elsewhere)) {
      PointState state = PointState.of(bundle.run(point, results));
      if (state.isSettled()) {
        elsewhere.remove(point);
        if (!countIfFinished(state.kind())) {
          failed++;
          listener.note(point + ": " + state.detail());
        }
      }
    }
  }

  /** Whether nothing is left to do, neither here nor for others who have begun with it. */
  public boolean isSettled() {
    return done + failed == runs;
  }

  /** How many failed. */
  public int failed() {
    return failed;
  }

  /** How many diverged, now or before. */
  public int diverged() {
    return diverged;
  }

  synchronized void begun(Point point) {
    running.put(point, 0.0);
    refresh();
  }

  synchronized void share(Point point, double share) {
    running.put(point, share);
  }

  synchronized void stopping() {
    listener.note("stopping: workers write their checkpoints; asked again, they end at once");
  }

  synchronized void again(Point point, String why) {
    running.remove(point);
    listener.note(point + ": " + why);
  }

  synchronized void ended(Point point, Worker.Result result) {
    running.remove(point);
    switch (result.end()) {
      case DONE -> finished(point);
      case DIVERGED -> {
        finished(point);
        diverged++;
        listener.note(point + " " + result.message());
      }
      case FAILED -> {
        failed++;
        workAll -= work(point);
        listener.note(point + ": " + result.message());
      }
      case BUSY -> {
        workAll -= work(point);
        elsewhere.add(point);
        listener.note(point + ": left to " + result.message());
      }
      case STOPPED -> {}
    }
    refresh();
  }

  private void finished(Point point) {
    done++;
    workDone += work(point);
  }

  synchronized void refresh() {
    double part = workDone;
    for (Map.Entry<Point, Double> entry : running.entrySet()) {
      part += work(entry.getKey()) * entry.getValue();
    }
    double seconds = (nanoClock.getAsLong() - begin) / 1e9;
    double left = part > 0 ? seconds * (workAll - part) / part : Double.NaN;
    listener.progress(new Snapshot(runs, done, diverged, running.size(), failed, left));
  }
}
