package dev.verbatim.data;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
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
   * Runs all ranges and rethrows the failure of the first one that failed. Ranges are taken in
   * order and those begun are finished, so that is the same one for any number of threads.
   */
  static void ranges(int items, int threads, Range range) {
    run(items, CHUNK, threads, range);
  }

  private static void run(int items, int chunk, int threads, Range range) {
    AtomicInteger next = new AtomicInteger();
    var failures = new ConcurrentSkipListMap<Integer, Throwable>();
    Runnable worker =
        () -> {
          while (failures.isEmpty()) {
            int from = next.getAndAdd(chunk);
            if (from >= items) {
              return;
            }
            try {
              range.run(from, Math.min(from + chunk, items));
            } catch (RuntimeException | Error e) { // an Error in a helper must not pass unseen
              failures.put(from, e);
            }
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
      switch (failures.firstEntry().getValue()) {
        case Error error -> throw error;
        case RuntimeException exception -> throw exception;
        case Throwable other -> throw new IllegalStateException(other);
      }
    }
  }
}
