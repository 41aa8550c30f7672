package dev.verbatim.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A {@link Worker} in a process of its own. */
final class Child implements AutoCloseable {
  /** What a contender cannot do here, in one line. */
  static final class Missing extends Exception {
    private static final long serialVersionUID = 1;

    Missing(String message) {
      super(message);
    }
  }

  private final Contender.Kind kind;
  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;
  private final String version;

  /**
   * Starts a process and waits until its network is there.
   *
   * @param ulps as for {@link Contender#open}
   * @param limit images of an epoch; -1 trains on generated ones
   * @throws Missing if the library is not there, or cannot do it
   */
  Child(Setting setting, Contender.Kind kind, Workload workload, int threads, int ulps, int limit)
      throws IOException, Missing {
    this.kind = kind;
    Path target = setting.home().resolve("framework/bench/peers/target");
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("@" + setting.home().resolve("runner/bin/java.options")); // as the program
    command.addAll(
        List.of(
            "--sun-misc-unsafe-memory-access=allow",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-Dorg.bytedeco.javacpp.cachedir=" + target.resolve("natives"),
            "-Dverbatim.home=" + setting.home(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            Main.WORKER,
            kind.label(),
            workload.label(),
            String.valueOf(threads),
            String.valueOf(ulps),
            String.valueOf(limit),
            setting.data().toString()));
    var builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(target.resolve("stderr.log").toFile()));
    builder.environment().putAll(kind.environment());
    for (String variable : List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")) {
      builder.environment().put(variable, String.valueOf(threads));
    }
    this.process = builder.start();
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    this.version = answer();
  }

  Contender.Kind kind() {
    return kind;
  }

  String version() {
    return version;
  }

  /** The numbers that answer a command of {@link Worker}. */
  double[] ask(String command) throws IOException, Missing {
    questions.println(command);
    return Arrays.stream(answer().split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  private String answer() throws IOException, Missing {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(Worker.ANSWER)) {
        return line.substring(Worker.ANSWER.length());
      }
      if (line.startsWith(Worker.FAILURE)) {
        throw new Missing(kind.label() + ": " + line.substring(Worker.FAILURE.length()));
      }
    }
    throw new Missing(kind.label() + ": its process ended without an answer");
  }

  /** Where things are. */
  record Setting(Path home, Path data, Path out) {}

  /** Ends the process. */
  @Override
  public void close() {
    questions.close();
    process.destroy();
  }
}
