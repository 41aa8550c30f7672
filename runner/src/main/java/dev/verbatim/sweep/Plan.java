package dev.verbatim.sweep;

import dev.verbatim.data.Dataset;
import dev.verbatim.nn.Network;
import dev.verbatim.run.Runs;
import dev.verbatim.spec.ArchitectureSpec;
import dev.verbatim.spec.CompareSpec;
import dev.verbatim.spec.DatasetSpec;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.spec.SpecException;
import dev.verbatim.spec.SweepVariant;
import dev.verbatim.tensor.ShapeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a sweep is to run.
 *
 * @param variants in the order of the table
 * @param points of all variants and seeds
 */
public record Plan(
    String experiment, CompareSpec compare, List<Variant> variants, List<Point> points) {
  /**
   * One row of the sweep's table.
   *
   * @param config of its first seed; the others differ in nothing else
   * @param reference the variant that it is compared with
   * @param macs multiply-accumulates of one of its runs, training and evaluation together
   */
  public record Variant(
      String name, ResolvedConfig config, Optional<String> reference, double macs) {}

  /** What the check of a network depends on. */
  private record Shape(ArchitectureSpec architecture, List<Integer> image, int classes) {}

  /**
   * Expands an experiment. Its datasets are opened, because a run's id depends on their pixels, and
   * its networks are checked.
   *
   * @param seeds instead of the experiment's; empty for those
   * @throws SpecException if a point is not allowed, with its name
   */
  public static Plan of(Experiment experiment, List<Integer> seeds, Runs runs) {
    List<Variant> variants = new ArrayList<>();
    List<Point> points = new ArrayList<>();
    Map<String, Integer> numbers = new HashMap<>();
    Map<Shape, Long> perImage = new HashMap<>();
    Map<String, Double> macs = new HashMap<>();
    Map<DatasetSpec, List<SweepVariant>> byDataset = new LinkedHashMap<>();
    Map<String, List<String>> ids = new HashMap<>();
    for (SweepVariant variant : experiment.sweep()) {
      byDataset
          .computeIfAbsent(first(experiment, variant, seeds).dataset(), d -> new ArrayList<>())
          .add(variant);
    }
    byDataset
        .values()
        .forEach(
            group -> { // one dataset is open at a time
              for (SweepVariant variant : group) {
                macs.put(variant.name(), macs(first(experiment, variant, seeds), runs, perImage));
                ids.put(
                    variant.name(),
                    seeds(experiment, variant, seeds).stream()
                        .map(seed -> runs.id(experiment.resolve(variant.name(), seed)))
                        .toList());
              }
            });
    for (SweepVariant variant : experiment.sweep()) {
      variants.add(
          new Variant(
              variant.name(),
              first(experiment, variant, seeds),
              experiment.reference(variant).map(SweepVariant::name),
              macs.getOrDefault(variant.name(), 0.0)));
      List<Integer> own = seeds(experiment, variant, seeds);
      for (int i = 0; i < own.size(); i++) {
        int number = points.size() + 1;
        String id = ids.getOrDefault(variant.name(), List.of()).get(i);
        Optional<Integer> earlier = Optional.ofNullable(numbers.putIfAbsent(id, number));
        points.add(new Point(number, variant.name(), own.get(i), id, earlier));
      }
    }
    return new Plan(
        experiment.name(), experiment.compare(), List.copyOf(variants), List.copyOf(points));
  }

  /** Those that have a run of their own. */
  public List<Point> distinct() {
    return points.stream().filter(point -> point.sameAs().isEmpty()).toList();
  }

  /** Variants by their names. */
  public Map<String, Variant> byName() {
    return variants.stream().collect(Collectors.toMap(Variant::name, v -> v));
  }

  private static List<Integer> seeds(Experiment e, SweepVariant variant, List<Integer> seeds) {
    return seeds.isEmpty() ? e.seeds(variant.name()) : seeds;
  }

  private static ResolvedConfig first(Experiment e, SweepVariant variant, List<Integer> seeds) {
    return e.resolve(variant.name(), seeds(e, variant, seeds).getFirst());
  }

  private static double macs(ResolvedConfig config, Runs runs, Map<Shape, Long> perImage) {
    Dataset dataset = runs.open(config.dataset());
    int classes = dataset.classNames().size();
    var shape = new Shape(config.architecture(), config.dataset().image(), classes);
    long forward = perImage.computeIfAbsent(shape, s -> network(config, classes).macs());
    long images = 3L * dataset.train().images() + dataset.validation().images();
    return (double) forward * images * config.train().epochs();
  }

  private static Network network(ResolvedConfig config, int classes) {
    try {
      return Runs.network(config, classes);
    } catch (ShapeException e) {
      throw new SpecException(config.name() + " " + config.variant() + ": " + e.getMessage());
    }
  }
}
