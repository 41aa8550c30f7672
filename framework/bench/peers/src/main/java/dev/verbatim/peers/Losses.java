package dev.verbatim.peers;

import dev.verbatim.peers.Child.Missing;
import dev.verbatim.peers.Child.Setting;
import java.io.IOException;
import java.util.List;

/**
 * The oracle: the losses of the first steps beside ours, from the same weights on the same batches.
 *
 * <p>Other libraries add in other orders, so that each of their float32 sums differs from ours by
 * some units in its last place; training then makes every difference grow, the more the larger the
 * learning rate and the curvature. How much it grows is measured, not assumed: we train {@value
 * #NUDGES} times again from weights that differ from the first by one unit in the last place each,
 * up or down at random. A library agrees if no step's loss differs from ours by more than {@value
 * #FACTOR} times the largest difference of these trainings up to that step (every layer of every
 * step rounds anew, the nudge happens once), or by a few units in the last place of the loss
 * itself; and never by more than a hundredth of the loss, beyond which agreement would say nothing.
 */
final class Losses {
  static final int STEPS = 20;
  private static final int FACTOR = 16;
  private static final double FLOOR = 0x1p-20;
  private static final double CEILING = 0.01;
  private static final int NUDGES = 8;

  private final Setting setting;
  private final Table csv =
      new Table("network", "contender", "version", "step", "loss", "ours", "difference", "bound");
  private boolean agreed = true;

  Losses(Setting setting) {
    this.setting = setting;
  }

  /** Compares and prints a line for each contender. */
  void compare(Workload workload, List<Contender.Kind> kinds, int threads) throws IOException {
    double[] ours;
    double[] bounds;
    try {
      ours = losses(workload, Contender.Kind.VERBATIM, threads, 0);
      bounds = bounds(workload, ours, threads);
    } catch (Missing e) {
      throw new IOException(e.getMessage(), e);
    }
    for (Contender.Kind kind : kinds) {
      try (Child child = new Child(setting, kind, workload, threads, 0, -1)) {
        judge(workload, child, child.ask("losses " + STEPS), ours, bounds);
      } catch (Missing e) {
        IO.println("left out: " + e.getMessage());
      }
    }
  }

  private double[] losses(Workload workload, Contender.Kind kind, int threads, int ulps)
      throws IOException, Missing {
    try (Child child = new Child(setting, kind, workload, threads, ulps, -1)) {
      return child.ask("losses " + STEPS);
    }
  }

  private double[] bounds(Workload workload, double[] ours, int threads)
      throws IOException, Missing {
    double[] bounds = new double[ours.length];
    for (int nudge = 1; nudge <= NUDGES; nudge++) {
      double[] nudged = losses(workload, Contender.Kind.VERBATIM, threads, nudge);
      double largest = 0;
      for (int i = 0; i < ours.length; i++) {
        largest = Math.max(largest, Math.abs(nudged[i] - ours[i]));
        double bound = Math.clamp(FACTOR * largest, FLOOR * ours[i], CEILING * ours[i]);
        bounds[i] = Math.max(bounds[i], bound);
      }
    }
    return bounds;
  }

  private void judge(
      Workload workload, Child child, double[] theirs, double[] ours, double[] bounds) {
    int worst = 0;
    boolean within = true;
    for (int i = 0; i < ours.length; i++) {
      double difference = Math.abs(theirs[i] - ours[i]);
      csv.add(
          workload.label(),
          child.kind().label(),
          child.version(),
          i < STEPS ? i + 1 : "evaluation",
          Double.toString(theirs[i]),
          Double.toString(ours[i]),
          difference,
          bounds[i]);
      within &= difference <= bounds[i];
      if (difference / bounds[i] > Math.abs(theirs[worst] - ours[worst]) / bounds[worst]
          || Double.isNaN(difference)) {
        worst = i;
      }
    }
    agreed &= within;
    IO.println(
        "%-8s %s, %s: loss %.6f -> %.6f, ours %.6f -> %.6f; largest difference for its bound at %s: %.2g of %.2g"
            .formatted(
                within ? "ok" : "MISMATCH",
                workload.label(),
                child.kind().label(),
                theirs[0],
                theirs[STEPS - 1],
                ours[0],
                ours[STEPS - 1],
                worst < STEPS ? "step " + (worst + 1) : "the evaluation after it",
                Math.abs(theirs[worst] - ours[worst]),
                bounds[worst]));
  }

  /** Writes the table; whether all agreed. */
  boolean finish() throws IOException {
    csv.write(setting.out().resolve("peers-losses.csv"));
    return agreed;
  }
}
