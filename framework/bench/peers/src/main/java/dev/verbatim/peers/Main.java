package dev.verbatim.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/** {@code make peers}. Exit codes: 0 all losses agree, 1 some do not, 2 usage. */
public final class Main {
  static final String WORKER = "worker";

  private static final int LIMIT = 2000;

  private Main() {}

  private record Request(
      List<String> parts,
      List<Workload> networks,
      List<Contender.Kind> peers,
      boolean peersNamed,
      List<Integer> threads,
      int rounds,
      double seconds,
      int limit,
      Child.Setting setting) {}

  /** Compares. */
  public static void main(String[] args) throws IOException {
    Path home = Path.of(System.getProperty("verbatim.home", ".")).toAbsolutePath();
    if (args.length > 0 && args[0].equals(WORKER)) {
      Worker.main(home, List.of(args).subList(1, args.length));
      return;
    }
    Options options = options();
    Request request;
    try {
      CommandLine line = new DefaultParser().parse(options, args);
      if (!line.getArgList().isEmpty()) {
        throw new IllegalArgumentException("got " + line.getArgList());
      }
      request = request(line, home);
    } catch (ParseException | IllegalArgumentException e) {
      System.err.println("peers: " + e.getMessage());
      options
          .getOptions()
          .forEach(
              o ->
                  System.err.println(
                      "  --%-26s %s"
                          .formatted(o.getLongOpt() + " " + o.getArgName(), o.getDescription())));
      System.exit(2);
      return;
    }
    System.exit(run(request) ? 0 : 1);
  }

  private static Options options() {
    return new Options()
        .addOption(flag("only", "LIST", "of losses,speed,epochs"))
        .addOption(
            flag("networks", "LIST", "of cifar_cnn,cifar_resnet20,cifar_resnet18,mnist_vgg16_32"))
        .addOption(
            flag(
                "peers",
                "LIST",
                "of pytorch,pytorch_malloc,deeplearning4j; the last where it is fast enough, unless named"))
        .addOption(flag("threads", "LIST", "thread counts for speed; 1 and all cores by default"))
        .addOption(flag("rounds", "N", "turns of each contender for speed; 3 by default"))
        .addOption(flag("seconds", "N", "length of a turn; 2 by default"))
        .addOption(flag("limit", "N", "training images of an epoch; 2000 by default, 0 takes all"))
        .addOption(flag("data", "DIR", "where datasets are; $VERBATIM_DATA or data/ by default"))
        .addOption(flag("out", "DIR", "where tables go; results/benchmarks by default"));
  }

  private static Option flag(String name, String argument, String text) {
    return Option.builder().longOpt(name).hasArg().argName(argument).desc(text).get();
  }

  private static Request request(CommandLine line, Path home) {
    String data = System.getenv().getOrDefault("VERBATIM_DATA", home.resolve("data").toString());
    int cores = Runtime.getRuntime().availableProcessors();
    List<String> parts = list(line, "only", "losses,speed,epochs", part -> part);
    if (!List.of("losses", "speed", "epochs").containsAll(parts)) {
      throw new IllegalArgumentException("--only takes losses, speed and epochs, got " + parts);
    }
    return new Request(
        parts,
        list(
            line,
            "networks",
            String.join(",", Arrays.stream(Workload.values()).map(Workload::label).toList()),
            Workload::of),
        list(line, "peers", "pytorch,pytorch_malloc,deeplearning4j", Contender.Kind::of),
        line.hasOption("peers"),
        list(line, "threads", cores > 1 ? "1," + cores : "1", Integer::valueOf),
        Integer.parseInt(line.getOptionValue("rounds", "3")),
        Double.parseDouble(line.getOptionValue("seconds", "2")),
        Integer.parseInt(line.getOptionValue("limit", String.valueOf(LIMIT))),
        new Child.Setting(
            home,
            Path.of(line.getOptionValue("data", data)).toAbsolutePath(),
            Path.of(line.getOptionValue("out", home.resolve("results/benchmarks").toString()))));
  }

  private static <T> List<T> list(
      CommandLine line, String flag, String standard, Function<String, T> item) {
    return Arrays.stream(line.getOptionValue(flag, standard).split(",", -1)).map(item).toList();
  }

  private static boolean run(Request r) throws IOException {
    int all = Runtime.getRuntime().availableProcessors();
    boolean agreed = true;
    if (r.parts.contains("losses")) {
      IO.println("Losses of the first " + Losses.STEPS + " steps, and of an evaluation after them");
      var losses = new Losses(r.setting);
      for (Workload workload : r.networks) {
        losses.compare(workload, libraries(r, workload), all);
      }
      agreed = losses.finish();
    }
    if (r.parts.contains("speed")) {
      IO.println("\nImages a second (median and best step), and peak resident memory of training");
      var speed = new Speed(r.setting, r.rounds, r.seconds);
      for (Workload workload : r.networks) {
        for (int threads : r.threads) {
          speed.measure(workload, withOurs(affordable(r, workload)), threads);
        }
      }
      speed.finish();
    }
    if (r.parts.contains("epochs")) {
      IO.println(
          "\nThe first epoch, ours against built-in: "
              + (r.limit > 0 ? r.limit + " training images at most (LIMIT=0 takes all)" : "whole"));
      var epochs = new Epochs(r.setting, r.limit);
      for (Workload workload : List.of(Workload.MNIST_VGG16_32, Workload.CIFAR_RESNET20)) {
        if (r.networks.contains(workload)) {
          epochs.run(workload, withOurs(libraries(r, workload)), all);
        }
      }
      epochs.finish();
    }
    return agreed;
  }

  /** Deeplearning4j needs half a minute for a step of the larger networks. */
  private static List<Contender.Kind> affordable(Request r, Workload workload) {
    boolean small = workload == Workload.CIFAR_CNN || workload == Workload.CIFAR_RESNET20;
    return r.peers.stream()
        .filter(kind -> kind != Contender.Kind.DEEPLEARNING4J || r.peersNamed || small)
        .toList();
  }

  /** A setting of the allocator changes neither losses nor accuracy. */
  private static List<Contender.Kind> libraries(Request r, Workload workload) {
    return affordable(r, workload).stream()
        .filter(kind -> kind != Contender.Kind.PYTORCH_MALLOC)
        .toList();
  }

  private static List<Contender.Kind> withOurs(List<Contender.Kind> peers) {
    List<Contender.Kind> all = new ArrayList<>(List.of(Contender.Kind.VERBATIM));
    all.addAll(peers);
    return all;
  }
}
