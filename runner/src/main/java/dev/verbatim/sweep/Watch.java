package dev.verbatim.sweep;

import dev.verbatim.run.StopRequest;
import dev.verbatim.sweep.PointState.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks at the runs of points that others execute, until all are settled. */
public final class Watch {
  /** Whether somebody still has points to run. */
  public interface Queue {
    /** Asks. */
    boolean isAlive();
  }

  private static final long PAUSE_MILLIS = 1000;
  private static final int PAUSES_BETWEEN_QUESTIONS = 10;

  private final Bundle bundle;
  private final Path results;
  private final Tally tally;
  private final List<Point> left;
  private final Set<Point> running = new HashSet<>();

  /** A watch on what is left to do. */
  public Watch(Bundle bundle, Path results, Tally tally) {
    this.bundle = bundle;
    this.results = results;
    this.tally = tally;
    this.left = new ArrayList<>(tally.toDo());
  }

  /**
   * Watches until all points are settled, nobody is left to run them, or it is asked to stop
   * watching.
   */
  public void await(Queue queue, StopRequest stop) throws IOException {
    stop.listen(true);
    try {
      for (int pause = 1; ; pause++) {
        boolean alive = pause % PAUSES_BETWEEN_QUESTIONS != 0 || queue.isAlive();
        look();
        if (left.isEmpty() || !alive || stop.isRequested()) {
          return;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stop.listen(false);
    }
  }

  private void look() throws IOException {
    for (Point point : List.copyOf(left)) {
      PointState state = PointState.of(bundle.run(point, results));
      if (state.isSettled()) {
        left.remove(point);
        tally.ended(
            point, new Worker.Result(Worker.End.valueOf(state.kind().name()), state.detail()));
      } else if (state.kind() == Kind.RUNNING && running.add(point)) {
        tally.begun(point);
      } else if (state.kind() != Kind.RUNNING && running.remove(point)) {
        tally.ended(point, new Worker.Result(Worker.End.STOPPED, ""));
      }
    }
    tally.refresh();
  }
}
