package dev.verbatim.cli;

import dev.verbatim.run.StopRequest;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Does in one Java machine, quietly and at the smallest size, what users do, so that the JVM can
 * write down which classes that needs. runner/bin/build makes of them the archive that
 * runner/bin/verbatim starts from.
 */
final class Rehearsal {
  private Rehearsal() {}

  /**
   * Runs the commands.
   *
   * @param folder where all that they write goes
   * @return the exit code of the first that failed, 0 if none did
   */
  static int run(Path home, Path folder) {
    String results = folder.resolve("results").toString();
    String report = folder.resolve("report").toString();
    String small =
        "--smoke --set dataset.images=200 --set dataset.limit=40 --set train.batch_size=20 --results";
    for (String command :
        List.of(
            "validate",
            "list",
            "describe cifar_resnet20",
            "run suite_tiny " + small + " <results>",
            "run quickstart " + small + " <results>",
            "report --results <results> --out <report>")) {
      List<String> words =
          List.of(command.split(" ", -1)).stream()
              .map(word -> word.equals("<results>") ? results : word)
              .map(word -> word.equals("<report>") ? report : word)
              .toList();
      var nowhere = new PrintStream(OutputStream.nullOutputStream());
      int code = Main.run(words, home, Map.of(), nowhere, System.err, new StopRequest());
      if (code != 0) {
        return code;
      }
    }
    return 0;
  }
}
