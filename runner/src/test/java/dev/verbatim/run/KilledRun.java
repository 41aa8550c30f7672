package dev.verbatim.run;

import dev.verbatim.store.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A process of its own that runs {@link SmallRun} and kills itself with SIGKILL at the n-th moment
 * that it comes through, a moment being one of a write or the end of a step.
 */
final class KilledRun {
  private final int last;
  private int moments;

  private KilledRun(int last) {
    this.last = last;
  }

  /** Arguments: results folder, moment from 1. */
  public static void main(String[] arguments) throws IOException {
    KilledRun killed = new KilledRun(Integer.parseInt(arguments[1]));
    var run = new SmallRun(Path.of(arguments[0])).on(new Disk((moment, file) -> killed.moment()));
    var listener =
        new RunListener() {
          @Override
          public void step(int epoch, int step, int steps, float loss, double imagesPerSecond) {
            killed.moment();
          }
        };
    var _ = new Runs(run.settings(), listener).run(SmallRun.config());
  }

  private void moment() {
    moments++;
    if (moments == last) {
      try {
        new ProcessBuilder("kill", "-9", String.valueOf(ProcessHandle.current().pid()))
            .start()
            .waitFor();
        Thread.sleep(60_000);
      } catch (IOException | InterruptedException e) {
        Runtime.getRuntime().halt(137);
      }
    }
  }

  /** Starts it. */
  static Process start(Path results, int moment) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Dverbatim.vector.bits=0", // starts faster, and must make no difference
                "-cp",
                classPath,
                KilledRun.class.getName(),
                results.toString(),
                String.valueOf(moment)))
        .redirectErrorStream(true)
        .redirectOutput(results.resolveSibling(results.getFileName() + ".log").toFile())
        .start();
  }
}
