package dev.verbatim.cli;

import dev.verbatim.run.Code;
import dev.verbatim.run.StopRequest;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One call of the program from a test: what it printed, and its exit code. */
record Command(int code, String out, String err) {
  /** This project. */
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  static Command run(String... words) {
    return runIn(HOME, List.of(words));
  }

  /**
   * The program in a process of its own.
   *
   * @param environment beside this process's
   * @param log gets all that it prints
   */
  static Process start(List<String> words, Map<String, String> environment, Path log)
      throws IOException {
    List<String> options =
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Dverbatim.vector.bits=0"); // starts faster, and must make no difference
    return start(options, words, environment, log);
  }

  /** The same with these options of java alone. */
  static Process start(
      List<String> options, List<String> words, Map<String, String> environment, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-Dverbatim.home=" + HOME);
    command.add("-cp");
    command.add(
        Code.classPath().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(Main.class.getName());
    command.addAll(words);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return builder.start();
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
