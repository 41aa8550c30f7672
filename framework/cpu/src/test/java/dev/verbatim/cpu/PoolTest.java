package dev.verbatim.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class PoolTest {
  private static final long NANOS = 3_000_000_000L;

  /**
   * Short tasks after one another, with more threads than cores may be free: a helper that is late
   * for one task meets the next. A helper that took units of a task that was over did so about once
   * in 50,000 of these tasks.
   */
  @Test
  void everyUnitOfEveryTaskIsDoneOnce() {
    long begin = System.nanoTime();
    try (Pool pool = new Pool(3)) {
      for (int task = 0; System.nanoTime() - begin < NANOS; task++) {
        int units = task % 2 == 0 ? 2 : 40;
        var times = new AtomicIntegerArray(units);
        pool.run((unit, worker) -> times.incrementAndGet(unit), units);
        for (int unit = 0; unit < units; unit++) {
          assertEquals(1, times.get(unit), "task " + task + ", unit " + unit + " of " + units);
        }
      }
    }
  }
}
