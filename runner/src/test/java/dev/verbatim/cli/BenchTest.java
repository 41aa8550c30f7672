package dev.verbatim.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code verbatim bench} in a process with the program's own options. */
class BenchTest {
  /** A vector alone is larger, and a step has thousands. */
  private static final long MOST_BYTES = 1024;

  private static final String OPTIONS = "@" + Command.HOME.resolve("runner/bin/java.options");

  @TempDir Path folder;

  /**
   * The compiler knows the class of a vector that was made before a loop from a profile, and in one
   * run of ten it compiled before there was one: half the speed to the end. Here there never is
   * one, of several kinds or of one. The networks are residual ones with batch norm, and one with
   * pooling, dropout and biases.
   */
  @ParameterizedTest
  @CsvSource({
    "suite_tiny, 40, -XX:-UseTypeProfile -XX:-UseTypeSpeculation -XX:TypeProfileLevel=0",
    "suite_tiny, 40, -XX:-UseTypeProfile",
    "cifar_cnn, 100, -XX:-UseTypeProfile -XX:-UseTypeSpeculation -XX:TypeProfileLevel=0",
  })
  void noVectorIsAnObjectOnceAllIsCompiledWhateverTheCompilerKnows(
      String experiment, int steps, String withoutProfiles)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(List.of(OPTIONS));
    options.addAll(List.of(withoutProfiles.split(" ")));
    Path log = folder.resolve("log");
    List<String> words =
        List.of(
            "bench",
            experiment,
            "--device",
            "cpu",
            "--threads",
            "1",
            "--steps",
            "" + steps,
            "--json");
    Process bench = Command.start(options, words, Map.of(), log);
    assertEquals(0, bench.waitFor(), () -> read(log));

    var bytes = Pattern.compile("\"allocated_bytes\":(\\d+)").matcher(read(log));
    for (String pass : List.of("training", "inference")) {
      assertTrue(bytes.find(), () -> read(log));
      long allocated = Long.parseLong(bytes.group(1));
      assertTrue(allocated <= MOST_BYTES, () -> pass + ": " + allocated + " bytes a step");
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
