package dev.verbatim.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Compares shares of the limits, not times, with those recorded on a machine of the same model: a
 * busy or slower machine slows the limits that are measured beside each figure too.
 */
final class Guard {
  /** How much of its recorded share a figure may lose before it is told. */
  static final double MARGIN = 0.2;

  /** One recorded run. */
  record Recorded(Path file, List<Figure> figures) {
    private String date() {
      return figures.getFirst().date();
    }
  }

  private Guard() {}

  /**
   * The latest run that was recorded on a machine like this one.
   *
   * @param skipped hears of each file that cannot be read, and why
   */
  static Optional<Recorded> latest(List<Path> files, Machine machine, Consumer<String> skipped) {
    List<Recorded> runs = new ArrayList<>();
    for (Path file : files) {
      try {
        List<Figure> figures = Figures.read(file);
        if (!figures.isEmpty() && figures.getFirst().machine().isLike(machine)) {
          runs.add(new Recorded(file, figures));
        }
      } catch (IOException e) {
        skipped.accept("skipped: " + e.getMessage());
      }
    }
    return runs.stream().max(Comparator.comparing(Recorded::date));
  }

  /** A line for each figure whose share fell by more than {@link #MARGIN} of what it was. */
  static List<String> losses(List<Figure> now, List<Figure> before) {
    Map<String, Figure> recorded = new HashMap<>();
    before.forEach(f -> recorded.put(f.subject(), f));
    List<String> lines = new ArrayList<>();
    for (Figure figure : now) {
      Figure then = recorded.get(figure.subject());
      if (then != null) {
        loss(figure, then).ifPresent(lines::add);
      }
    }
    return lines;
  }

  private static Optional<String> loss(Figure now, Figure then) {
    double share = share(now, then);
    double was = share(then, then);
    if (share >= was * (1 - MARGIN)) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "WARNING: %s has %.1f %% of the %s, was %.1f %%: lost %.0f %% of it",
            now.subject(),
            100 * share,
            limit(then),
            100 * was,
            100 * (1 - share / was)));
  }

  private static boolean isBoundByFma(Figure then) {
    return then.shareOfFmaPeak() >= then.shareOfBandwidth();
  }

  /** Beyond the triad data lie in caches, which keep pace with the core, not with memory. */
  private static boolean isInCache(Figure then) {
    return then.shareOfBandwidth() > 1;
  }

  /** Of the limit that the recorded figure was closest to. */
  private static double share(Figure f, Figure then) {
    if (isBoundByFma(then)) {
      return f.shareOfFmaPeak();
    }
    return isInCache(then) ? f.gbytesPerSecond() / f.fmaPeakGflops() : f.shareOfBandwidth();
  }

  private static String limit(Figure then) {
    if (isBoundByFma(then)) {
      return "FMA peak";
    }
    return isInCache(then) ? "bytes for a FLOP of the FMA peak" : "bandwidth";
  }
}
