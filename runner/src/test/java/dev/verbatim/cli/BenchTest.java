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
  /**
   * What a step may have on average: its watch takes some twenty bytes, and the last loops to be
   * compiled make some before they are. A loop whose vectors remain objects makes one of a hundred
   * bytes at each multiplication, thousands in the least of its calls.
   */
  private static final long MOST_BYTES = 1024;

  private static final String NO_PROFILE =
      "-XX:-ProfileInterpreter -XX:-C1ProfileBranches -XX:-C1ProfileCalls"
          + " -XX:-C1ProfileVirtualCalls -XX:-C1ProfileInlinedCalls -XX:-C1ProfileCheckcasts"
          + " -XX:-UseTypeProfile -XX:TypeProfileLevel=0";

  /** Vectors of 256 bits in 16 registers, for which there are loops of their own. */
  private static final String AVX2 = " -XX:+IgnoreUnrecognizedVMOptions -XX:UseAVX=2";

  private static final String OPTIONS = "@" + Command.HOME.resolve("runner/bin/java.options");

  @TempDir Path folder;

  /**
   * Of a vector that was made before a loop, and of branches, the compiler knows something from a
   * profile, and now and then it compiles before there is one: a tenth of the speed to the end of
   * the run. Here there never is one, or none of classes. The networks are residual ones with batch
   * norm, and one with pooling and biases.
   */
  @ParameterizedTest
  @CsvSource({
    "suite_tiny, 40, " + NO_PROFILE,
    "suite_tiny, 40, " + NO_PROFILE + AVX2,
    "suite_tiny, 40, -XX:-UseTypeProfile",
    "cifar_cnn, 100, " + NO_PROFILE,
    "cifar_cnn, 100, " + NO_PROFILE + AVX2,
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
