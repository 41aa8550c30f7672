package dev.verbatim.peers;

import dev.verbatim.peers.Child.Missing;
import dev.verbatim.peers.Child.Setting;
import java.io.IOException;
import java.util.List;

/**
 * Report D's "custom against built-in": the first epoch of an experiment as it stands, with its
 * augmentation and optimizer, on the same batches; dropout draws other masks in each library.
 */
final class Epochs {
  private static final double MEGABYTE = 1e6;

  private final Setting setting;
  private final int limit;
  private final Table table =
      new Table(
          "experiment",
          "contender",
          "version",
          "threads",
          "images",
          "train s",
          "train loss",
          "val images",
          "val s",
          "val loss",
          "val %",
          "peak MB");

  /** Epochs of as many images at most; 0 takes all. */
  Epochs(Setting setting, int limit) {
    this.setting = setting;
    this.limit = limit;
  }

  /** One epoch with each contender. */
  void run(Workload workload, List<Contender.Kind> kinds, int threads) throws IOException {
    for (Contender.Kind kind : kinds) {
      System.err.println("epoch: " + workload.label() + ", " + kind.label());
      try (Child child = new Child(setting, kind, workload, threads, 0, limit)) {
        double[] result = child.ask("epoch");
        double memory = child.ask("memory")[0] / MEGABYTE;
        table.add(
            workload.label(),
            kind.label(),
            child.version(),
            threads,
            (long) result[0],
            result[1],
            result[2],
            (long) result[3],
            result[4],
            result[5],
            result[6],
            memory);
      } catch (Missing e) {
        IO.println("left out: " + workload.label() + " with " + e.getMessage());
      }
    }
  }

  /** Prints and writes the table. */
  void finish() throws IOException {
    table.print();
    table.write(setting.out().resolve("peers-epochs.csv"));
  }
}
