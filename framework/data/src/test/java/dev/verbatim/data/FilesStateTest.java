package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FilesStateTest {
  private static String state(Consumer<FilesState> files) {
    var state = new FilesState();
    files.accept(state);
    return state.hex();
  }

  @Test
  void everyNameSizeAndTimeCountsAndTheirOrderDoesNot() {
    Set<String> states = new HashSet<>();
    int added = 0;
    for (String name : new String[] {"", "1.png", "Aa.png", "BB.png", "a/1.png", "1.png/a"}) {
      for (long size : new long[] {0, 1, 2, 1L << 32}) {
        for (long time : new long[] {0, 1, 2, 1_700_000_000_000_000_000L}) {
          states.add(state(s -> s.add(name, size, time)));
          added++;
        }
      }
    }
    assertEquals(added, states.size());
    assertEquals(
        state(
            s -> {
              s.add("a", 1, 2);
              s.add("b", 3, 4);
            }),
        state(
            s -> {
              s.add("b", 3, 4);
              s.add("a", 1, 2);
            }));
  }

  @Test
  void filesThatSwapTheirSizesOrTimesOrComeTwiceAreNoticed() {
    String before =
        state(
            s -> {
              s.add("a", 1, 2);
              s.add("b", 3, 4);
            });
    Set<String> others =
        Set.of(
            state(
                s -> {
                  s.add("a", 3, 2);
                  s.add("b", 1, 4);
                }),
            state(
                s -> {
                  s.add("a", 1, 4);
                  s.add("b", 3, 2);
                }),
            state(
                s -> {
                  s.add("a", 1, 2);
                  s.add("a", 1, 2);
                }),
            state(s -> s.add("a", 1, 2)));
    assertEquals(4, others.size());
    assertTrue(!others.contains(before) && before.matches("[0-9a-f]{32}"), before);
  }
}
