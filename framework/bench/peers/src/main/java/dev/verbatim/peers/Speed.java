package dev.verbatim.peers;

import dev.verbatim.peers.Child.Missing;
import dev.verbatim.peers.Child.Setting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Images a second and peak memory. The contenders' processes take turns, a few seconds each, so
 * that what else the machine does slows all of them.
 */
final class Speed {
  private static final double MEGABYTE = 1e6;

  private final Setting setting;
  private final int rounds;
  private final double seconds;
  private final Table table =
      new Table(
          "network",
          "mode",
          "threads",
          "contender",
          "version",
          "images/s",
          "best",
          "ours/theirs",
          "peak MB");

  Speed(Setting setting, int rounds, double seconds) {
    this.setting = setting;
    this.rounds = rounds;
    this.seconds = seconds;
  }

  /** Measures training and inference of one network. */
  void measure(Workload workload, List<Contender.Kind> kinds, int threads) throws IOException {
    System.err.println("speed: " + workload.label() + ", threads " + threads);
    List<Child> children = new ArrayList<>();
    try {
      for (Contender.Kind kind : kinds) {
        start(workload, kind, threads).ifPresent(children::add);
      }
      List<double[]> rates = turns(children, "train ");
      List<Double> memory = new ArrayList<>();
      for (Child child : children) {
        memory.add(child.ask("memory")[0] / MEGABYTE);
      }
      add(workload, "train", threads, children, rates, memory);
      add(workload, "infer", threads, children, turns(children, "infer "), List.of());
    } catch (Missing e) {
      IO.println("left out: " + e.getMessage());
    } finally {
      children.forEach(Child::close);
    }
  }

  private Optional<Child> start(Workload workload, Contender.Kind kind, int threads)
      throws IOException {
    try {
      return Optional.of(new Child(setting, kind, workload, threads, 0, -1));
    } catch (Missing e) {
      IO.println("left out: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Rates of all steps of each child, sorted; the first round warms up. */
  private List<double[]> turns(List<Child> children, String command) throws IOException, Missing {
    List<double[]> rates = new ArrayList<>();
    for (Child child : children) {
      child.ask(command + seconds);
      rates.add(new double[0]);
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < children.size(); i++) {
        double[] more = children.get(i).ask(command + seconds);
        rates.set(
            i,
            DoubleStream.concat(Arrays.stream(rates.get(i)), Arrays.stream(more))
                .sorted()
                .toArray());
      }
    }
    return rates;
  }

  private void add(
      Workload workload,
      String mode,
      int threads,
      List<Child> children,
      List<double[]> rates,
      List<Double> memory) {
    for (int i = 0; i < children.size(); i++) {
      Child child = children.get(i);
      double[] sorted = rates.get(i);
      boolean compared =
          children.getFirst().kind() == Contender.Kind.VERBATIM
              && child.kind() != Contender.Kind.VERBATIM;
      table.add(
          workload.label(),
          mode,
          threads,
          child.kind().label(),
          child.version(),
          median(sorted),
          sorted[sorted.length - 1],
          compared ? (Object) (median(rates.getFirst()) / median(sorted)) : "",
          memory.isEmpty() ? "" : (Object) memory.get(i));
    }
  }

  private static double median(double[] sorted) {
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  /** Prints and writes the table. */
  void finish() throws IOException {
    table.print();
    table.write(setting.out().resolve("peers-speed.csv"));
  }
}
