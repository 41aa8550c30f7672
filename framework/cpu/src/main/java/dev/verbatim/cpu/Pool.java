package dev.verbatim.cpu;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that share the units of a task. A unit is taken whole by whichever thread is free; which
 * one takes it changes no result. Every other task is gone through backwards, so that it begins
 * with what the one before has left in the caches. Between tasks the threads spin for a moment,
 * since kernels follow each other closely, and then park. Running a task allocates nothing.
 */
final class Pool implements AutoCloseable {
  /** Work cut into units. */
  interface Task {
    /** Does one unit; {@code worker} numbers the thread, for scratch memory. */
    void run(int unit, int worker);
  }

  private static final int SPINS = 20_000;

  private final Thread[] helpers;

  /** The number of the task in the upper half, how many of its units are not taken in the lower. */
  private final AtomicLong next = new AtomicLong();

  private final AtomicInteger done = new AtomicInteger();
  private volatile boolean closed;
  private Task task = (unit, worker) -> {};
  private int units;
  private boolean backwards;
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  Pool(int threads) {
    helpers = new Thread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      int worker = i + 1;
      helpers[i] =
          Thread.ofPlatform().daemon().name("verbatim-cpu-" + worker).start(() -> help(worker));
    }
  }

  int threads() {
    return helpers.length + 1;
  }

  /** Runs all units and returns when they are done; rethrows what a unit threw. */
  void run(Task work, int count) {
    backwards = !backwards;
    if (helpers.length == 0 || count == 1) {
      for (int i = 0; i < count; i++) {
        work.run(backwards ? count - 1 - i : i, 0);
      }
      return;
    }
    task = work;
    units = count;
    done.set(0);
    int number = numberOf(next.get()) + 1;
    next.set((long) number << Integer.SIZE | count);
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    takeUnits(number, 0);
    // not for the helpers, which may not even be running, but for the units that they have taken
    for (int spins = 0; done.get() < count; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, 20_000);
      }
    }
    if (!failures.isEmpty()) {
      var failed = new IllegalStateException("a kernel failed", failures.peek());
      failures.clear();
      throw failed;
    }
  }

  private static int numberOf(long ticket) {
    return (int) (ticket >>> Integer.SIZE);
  }

  private void help(int worker) {
    int seen = 0;
    while (!closed) {
      for (int spins = 0; numberOf(next.get()) == seen && !closed; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (closed) {
        return;
      }
      seen = numberOf(next.get());
      takeUnits(seen, worker);
    }
  }

  /**
   * Takes units of one task until there are none. Whether there is one is told by the ticket alone,
   * since the fields may be those of the next task already. Once a unit is taken, its task goes on
   * until it is done: so what is read then is of this task.
   */
  private void takeUnits(int number, int worker) {
    long ticket = next.get();
    while (numberOf(ticket) == number && (int) ticket > 0) {
      if (next.compareAndSet(ticket, ticket - 1)) {
        int left = (int) ticket;
        try {
          task.run(backwards ? left - 1 : units - left, worker);
        } catch (RuntimeException | Error e) {
          failures.add(e);
        }
        done.incrementAndGet();
      }
      ticket = next.get();
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}
