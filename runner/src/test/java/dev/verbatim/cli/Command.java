package dev.verbatim.cli;

import dev.verbatim.run.StopRequest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One call of the program from a test: what it printed, and its exit code. */
record Command(int code, String out, String err) {
  /** This project. */
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  static Command run(String... words) {
    return runIn(HOME, List.of(words));
  }

  /**
   * Calls it.
   *
   * @param home the folder that is taken for the project's
   */
  static Command runIn(Path home, List<String> words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Main.run(
            words,
            home,
            Map.of("CI", "true"),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new StopRequest());
    return new Command(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
