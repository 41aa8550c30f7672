package dev.verbatim.sweep;

import dev.verbatim.spec.SpecException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Hands a sweep's points to Slurm as one array job, whose tasks run them with the bundle's code,
 * and a job that writes the table when all have ended. A task that is stopped with a checkpoint, or
 * whose worker was killed, is put back into the queue. Slurm is asked whether it still has the job,
 * and for nothing else: how points stand is in their folders.
 */
public final class SlurmLauncher {
  /**
   * How to run them.
   *
   * @param jobs tasks at once; 0 for as many as Slurm gives
   * @param threads of a task; 0 for what Slurm gives
   * @param gpu whether each task needs one
   * @param extra options of sbatch, as in {@code partition=long}
   */
  public record Options(int jobs, int threads, boolean gpu, List<String> extra) {}

  /**
   * What was submitted.
   *
   * @param array id of the array job
   * @param report id of the job after it
   * @param folder with scripts, their output and, in the end, {@code table.txt}
   */
  public record Jobs(String array, String report, Path folder) {}

  /** Tasks of an array; Slurm's usual MaxArraySize is one more, and counts from 0. */
  private static final int MOST_TASKS = 1000;

  /** Slurm sends SIGTERM so long before it kills. */
  private static final int NOTICE_SECONDS = 120;

  private final Bundle bundle;
  private final WorkerCommand command;
  private final Options options;

  /** A launcher for points of a bundle. */
  public SlurmLauncher(Bundle bundle, WorkerCommand command, Options options) {
    this.bundle = bundle;
    this.command = command;
    this.options = options;
  }

  /**
   * Submits both jobs.
   *
   * @throws SpecException if there is no Slurm here
   * @throws IOException if it refuses
   */
  public Jobs submit(List<Point> points) throws IOException {
    Path folder = newFolder(Files.createDirectories(bundle.path().resolve("slurm")));
    int tasks = Math.min(points.size(), MOST_TASKS);
    Files.write(folder.resolve("points"), lists(points, tasks));
    Path task = script(folder, "task.sh", taskScript(folder));
    Path report = script(folder, "report.sh", reportScript(folder));
    List<String> submit =
        new ArrayList<>(
            List.of(
                "sbatch",
                "--parsable",
                "--job-name=" + bundle.experiment(),
                "--array=0-" + (tasks - 1) + (options.jobs() > 0 ? "%" + options.jobs() : ""),
                "--requeue",
                "--signal=B:TERM@" + NOTICE_SECONDS,
                "--open-mode=append",
                "--output=" + folder.resolve("task-%a.log")));
    if (options.threads() > 0) {
      submit.add("--cpus-per-task=" + options.threads());
    }
    if (options.gpu()) {
      submit.add("--gres=gpu:1");
    }
    options.extra().forEach(option -> submit.add("--" + option));
    submit.add(task.toString());
    String array = id(run(submit));
    List<String> after =
        new ArrayList<>(
            List.of(
                "sbatch",
                "--parsable",
                "--job-name=" + bundle.experiment() + "-report",
                "--dependency=afterany:" + array,
                "--output=" + folder.resolve("report.log")));
    options.extra().stream()
        .filter(option -> option.matches("(partition|account|qos)=.*"))
        .forEach(option -> after.add("--" + option));
    after.add(report.toString());
    return new Jobs(array, id(run(after)), folder);
  }

  /** {@code launch-1}, {@code launch-2} and so on. */
  private static Path newFolder(Path parent) throws IOException {
    for (int launch = 1; ; launch++) {
      Path folder = parent.resolve("launch-" + launch);
      if (folder.toFile().mkdir()) {
        return folder;
      }
      if (!Files.isDirectory(folder)) {
        throw new IOException(folder + ": cannot be made");
      }
    }
  }

  /**
   * The points of each task, a line each: the first tasks get one more where they do not share out.
   */
  private static List<String> lists(List<Point> points, int tasks) {
    return IntStream.range(0, tasks)
        .mapToObj(
            task ->
                IntStream.iterate(task, i -> i < points.size(), i -> i + tasks)
                    .mapToObj(i -> String.valueOf(points.get(i).number()))
                    .collect(Collectors.joining(",")))
        .toList();
  }

  private static Path script(Path folder, String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    boolean _ = file.toFile().setExecutable(true);
    return file;
  }

  private String taskScript(Path folder) {
    List<String> words = command.run(1, "@points@");
    words.addAll(List.of("--threads", "@threads@"));
    return """
        #!/bin/sh
        # A task of a sweep: runs its points. SIGTERM makes the worker write a checkpoint and end with 75; then, and where
        # the worker was killed, the task is put back into the queue. How often a point may crash is counted in its folder.
        echo "task $SLURM_ARRAY_TASK_ID on $SLURMD_NODENAME, session $((${SLURM_RESTART_COUNT:-0} + 1))"
        points=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" %s)
        %s
        trap 'kill -TERM "$worker" 2>/dev/null' TERM
        %s &
        worker=$!
        wait "$worker"
        status=$?
        while kill -0 "$worker" 2>/dev/null; do # a signal ends wait, not the worker
          wait "$worker"
          status=$?
        done
        if [ "$status" -eq 75 ] || [ "$status" -ge 128 ]; then
          state=$(squeue -h -j "$SLURM_JOB_ID" -o %%T)
          if [ "$state" = RUNNING ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 200 ]; then # not where it was cancelled
            scontrol requeue "$SLURM_JOB_ID"
          fi
        fi
        exit "$status"
        """
        .formatted(
            quoted(folder.resolve("points").toString()),
            java(),
            quoted(words)
                .replace("'@points@'", "\"$points\"")
                .replace("'@threads@'", "\"${SLURM_CPUS_PER_TASK:-1}\""));
  }

  private String reportScript(Path folder) {
    List<String> words = command.words(1, List.of("show", bundle.path().toString()));
    String table = quoted(folder.resolve("table.txt").toString());
    return """
        #!/bin/sh
        # The table of a sweep, when its tasks have ended.
        %s
        %s >%s.part && mv %s.part %s
        """
        .formatted(java(), quoted(words), table, table, table);
  }

  /** The Java of this host, or on a node that has it elsewhere, the one that is found there. */
  private String java() {
    return """
        java=%s
        [ -x "$java" ] || java=$(%s)/bin/java"""
        .formatted(
            quoted(command.words(1, List.of()).getFirst()),
            quoted(command.home().resolve("runner/bin/find-jdk").toString()));
  }

  private static String quoted(List<String> words) {
    return "\"$java\" "
        + words.stream().skip(1).map(SlurmLauncher::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /** {@code 17}, or {@code 17;cluster}. */
  private static String id(String printed) {
    return printed.strip().replaceFirst(";.*", "");
  }

  /** Whether Slurm still has one of the jobs; where it does not answer for once, it has. */
  public static boolean isQueued(Jobs jobs) {
    try {
      return !run(List.of("squeue", "-h", "-o", "%i", "-j", jobs.array() + "," + jobs.report()))
          .isBlank();
    } catch (IOException e) {
      return !String.valueOf(e.getMessage()).contains("Invalid job id");
    }
  }

  private static String run(List<String> words) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(words).start();
    } catch (IOException e) {
      throw new SpecException(
          "--launcher slurm needs Slurm's commands; " + words.getFirst() + " is not on the PATH");
    }
    process.getOutputStream().close();
    try (var out = process.getInputStream();
        var err = process.getErrorStream()) {
      String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      String problem = new String(err.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException(words.getFirst() + ": " + problem.replace('\n', ' '));
      }
      return printed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + words.getFirst() + " ran", e);
    }
  }
}
