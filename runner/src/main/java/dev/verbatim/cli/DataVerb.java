package dev.verbatim.cli;

import dev.verbatim.data.SampleData;
import dev.verbatim.run.AugmentationSheet;
import dev.verbatim.run.PackedDataset;
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
    return "sample DIR | show EXPERIMENT | pack EXPERIMENT";
  }

  @Override
  public String summary() {
    return "write small generated datasets, a picture of an experiment's augmented images, or its decoded images";
  }

  @Override
  public Options options() {
    return Flags.of("set", "variant", "seeds", "data", "out", "no-cache");
  }

  @Override
  public ExitCode run(Invocation call) throws IOException {
    List<String> words = call.line().getArgList();
    if (words.size() != 2) {
      throw unknown(words);
    }
    return switch (words.getFirst()) {
      case "sample" -> sample(call, Path.of(words.getLast()));
      case "show" -> show(call, words.getLast());
      case "pack" -> pack(call, words.getLast());
      default -> throw unknown(words);
    };
  }

  private static UsageException unknown(List<String> words) {
    return new UsageException(
        "data needs 'sample DIR', 'show EXPERIMENT' or 'pack EXPERIMENT', got " + words);
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

  private static ExitCode pack(Invocation call, String name) throws IOException {
    Experiment experiment = call.experiment(name);
    String variant = call.value("variant", experiment.variants().getFirst());
    Path folder = Path.of(call.value("out", "packed"));
    var spec = experiment.resolve(variant, experiment.seeds(variant).getFirst()).dataset();
    for (Path file : PackedDataset.write(spec, call.data(), folder)) {
      call.out().println(Invocation.shown(file));
    }
    call.out().println("next: verbatim run " + name + " --data " + Invocation.shown(folder));
    return ExitCode.OK;
  }

  private static ExitCode show(Invocation call, String name) throws IOException {
    if (ModuleLayer.boot().findModule("java.desktop").isEmpty()) {
      throw new IOException("data show needs a Java with the module java.desktop");
    }
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
