package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void eachItemRunsOnce(int threads) {
    var runs = new AtomicIntegerArray(1000);
    Parallel.ranges(
        1000, threads, (from, to) -> IntStream.range(from, to).forEach(runs::incrementAndGet));
    int[] counts = IntStream.range(0, 1000).map(runs::get).toArray();
    int[] ones = new int[1000];
    Arrays.fill(ones, 1);
    assertArrayEquals(ones, counts);
  }

  @Test
  void theFirstFailureIsTheOneReportedWhicheverThreadIsFaster() {
    for (int attempt = 0; attempt < 50; attempt++) {
      var e =
          assertThrows(
              DataException.class,
              () ->
                  Parallel.items(
                      100,
                      4,
                      item -> {
                        if (item >= 20) {
                          throw new DataException("item " + item);
                        }
                      }));
      assertEquals("item 20", e.getMessage());
    }
  }

  @Test
  void anErrorInAHelperThreadIsNotLost() {
    assertThrows(
        OutOfMemoryError.class,
        () ->
            Parallel.items(
                8,
                4,
                item -> {
                  if (Thread.currentThread().getName().startsWith("verbatim-data-")) {
                    throw new OutOfMemoryError("made up");
                  }
                  Thread.yield();
                  pause();
                }));
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
