package dev.verbatim.cli;

import dev.verbatim.data.SampleData;
import dev.verbatim.run.AugmentationSheet;
import dev.verbatim.spec.Experiment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.Options;

/** Data without a download. */
final class DataVerb implements Verb {
  @Override
  public String name() {
    return "data";
  }

  @Override
  public String arguments() {
    return "sample DIR | show EXPERIMENT";
  }

  @Override
  public String summary() {
    return "write small generated datasets, or a picture of an experiment's augmented images";
  }

  @Override
  public Options options() {
    return Flags.of("set", "variant", "seeds", "data", "out", "no-cache");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    List<String> words = call.line().getArgList();
    if (words.size() != 2 || !List.of("sample", "show").contains(words.getFirst())) {
      throw new UsageException("data needs 'sample DIR' or 'show EXPERIMENT', got " + words);
    }
    return words.getFirst().equals("sample")
        ? sample(call, Path.of(words.getLast()))
        : show(call, words.getLast());
  }

  private static ExitCode sample(Invocation call, Path folder) {
    SampleData.write(folder);
    call.out()
        .println(
            folder
                + ": mnist, cifar100, cifar10, idx, cifar_binary   next: verbatim run mnist_cnn --smoke --data "
                + folder);
    return ExitCode.OK;
  }

  private static ExitCode show(Invocation call, String name) throws IOException {
    Experiment experiment = call.experiment(name);
    String variant = call.value("variant", experiment.variants().getFirst());
    int seed = call.seeds(experiment.seeds(variant)).getFirst();
    Path file = Path.of(call.value("out", experiment.name() + "-augmented.png"));
    AugmentationSheet.write(experiment.resolve(variant, seed), call.settings(), file);
    call.out()
        .println(
            Invocation.shown(file)
                + ": each row an original, then the same image in epochs 1 to 7");
    return ExitCode.OK;
  }
}
