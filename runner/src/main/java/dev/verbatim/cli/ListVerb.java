package dev.verbatim.cli;

import com.google.gson.Gson;
import dev.verbatim.run.RunResults;
import dev.verbatim.run.StoredRun;
import dev.verbatim.spec.ArchitectureSpec;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.spec.SpecException;
import dev.verbatim.spec.SweepVariant;
import dev.verbatim.sweep.PointState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.cli.Options;

/** Lists the experiments. */
final class ListVerb implements Verb {
  @Override
  public String name() {
    return "list";
  }

  @Override
  public String arguments() {
    return "";
  }

  @Override
  public String summary() {
    return "list the experiments, or with --results all runs";
  }

  @Override
  public Options options() {
    return Flags.of("json", "all-results");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    call.noArgument();
    if (call.has("results")) {
      return results(call);
    }
    List<String> header =
        List.of("experiment", "dataset", "architecture", "epochs", "variants", "source");
    List<List<String>> rows = new ArrayList<>();
    ExitCode code = ExitCode.OK;
    for (String name : call.experimentNames()) {
      try {
        Experiment experiment = Experiment.load(call.experimentFile(name), List.of(), false);
        String first = experiment.variants().getFirst();
        ResolvedConfig config = experiment.resolve(first, experiment.seeds(first).getFirst());
        rows.add(
            List.of(
                name,
                config.dataset().path().orElse(config.dataset().kind()),
                architecture(config),
                String.valueOf(config.train().epochs()),
                variants(experiment),
                experiment.source()));
      } catch (SpecException e) {
        call.err().println("verbatim: " + e.getMessage());
        code = ExitCode.USAGE;
      }
    }
    print(call, header, rows);
    return code;
  }

  /** Every run, an experiment after the other. */
  private static ExitCode results(Invocation call) throws IOException {
    Path runs = call.results().resolve("runs");
    List<String> header = new ArrayList<>(List.of("experiment", "state"));
    header.addAll(RunResults.HEADER);
    List<List<String>> rows = new ArrayList<>();
    ExitCode code = ExitCode.OK;
    for (String experiment : folders(runs)) {
      for (Path run : StoredRun.folders(runs, experiment)) {
        try {
          String state = PointState.of(run).kind().name().toLowerCase(Locale.ROOT);
          List<String> row = new ArrayList<>(List.of(experiment, state));
          row.addAll(RunResults.row(run));
          rows.add(row);
        } catch (IOException | SpecException e) {
          call.err().println("verbatim: left out " + e.getMessage());
          code = ExitCode.FAILED;
        }
      }
    }
    print(call, header, rows);
    return code;
  }

  private static List<String> folders(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (var paths = Files.list(parent)) {
      return paths.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private static void print(Invocation call, List<String> header, List<List<String>> rows) {
    if (call.has("json")) {
      List<Map<String, String>> objects = new ArrayList<>();
      for (List<String> row : rows) {
        Map<String, String> object = new LinkedHashMap<>();
        for (int i = 0; i < header.size(); i++) {
          object.put(header.get(i), row.get(i));
        }
        objects.add(object);
      }
      call.out().println(new Gson().toJson(objects));
    } else {
      Table.print(call.out(), header, rows);
    }
  }

  private static String variants(Experiment experiment) {
    long cells = experiment.sweep().stream().map(SweepVariant::cell).distinct().count();
    return String.join(
            " ", experiment.sweep().stream().map(SweepVariant::ablation).distinct().toList())
        + (cells > 1 ? ", in a grid of " + cells : "");
  }

  private static String architecture(ResolvedConfig config) {
    return switch (config.architecture()) {
      case ArchitectureSpec.Sequential s -> s.kind() + " of " + s.layers().size();
      case ArchitectureSpec.Mlp m -> m.kind() + " " + m.hidden();
      default -> config.architecture().kind();
    };
  }
}
