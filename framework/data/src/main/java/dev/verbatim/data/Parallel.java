package dev.verbatim.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Loops over independent items on a few threads. */
final class Parallel {
  private static final int CHUNK = 256;

  /** Work on some of the items. */
  interface Range {
    void run(int from, int to);
  }

  /** Work on one item. */
  interface Item {
    void run(int item);
  }

  private Parallel() {}

  /** Runs all items, one at a time on each thread. */
  static void items(int items, int threads, Item item) {
    run(items, 1, threads, (from, to) -> item.run(from));
  }

  /**
   * Runs all ranges and rethrows the first failure. Ranges are taken in order, so a failure stops
   * at about the first bad item.
   */
  static void ranges(int items, int threads, Range range) {
    run(items, CHUNK, threads, range);
  }

  private static void run(int items, int chunk, int threads, Range range) {
    AtomicInteger next = new AtomicInteger();
    List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
    Runnable worker =
        () -> {
          try {
            for (int from = next.getAndAdd(chunk);
                from < items && failures.isEmpty();
                from = next.getAndAdd(chunk)) {
              range.run(from, Math.min(from + chunk, items));
            }
          } catch (RuntimeException e) {
            failures.add(e);
          }
        };
    List<Thread> helpers = new ArrayList<>();
    for (int i = 1; i < threads && i * chunk < items; i++) {
      helpers.add(Thread.ofPlatform().daemon().name("verbatim-data-" + i).start(worker));
    }
    worker.run();
    for (Thread helper : helpers) {
      try {
        helper.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DataException("loading was interrupted", e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}
