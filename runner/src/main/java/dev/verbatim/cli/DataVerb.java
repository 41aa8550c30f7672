package dev.verbatim.cli;

import dev.verbatim.data.SampleData;
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
    return "sample DIR";
  }

  @Override
  public String summary() {
    return "write small generated datasets in the layout of the real ones";
  }

  @Override
  public Options options() {
    return Flags.of();
  }

  @Override
  public ExitCode run(Invocation call) {
    List<String> words = call.line().getArgList();
    if (words.size() != 2 || !words.getFirst().equals("sample")) {
      throw new UsageException("data needs 'sample DIR', got " + words);
    }
    Path folder = Path.of(words.getLast());
    SampleData.write(folder);
    call.out()
        .println(
            folder
                + ": mnist, cifar100, cifar10, idx, cifar_binary   next: verbatim run mnist_cnn --smoke --data "
                + folder);
    return ExitCode.OK;
  }
}
