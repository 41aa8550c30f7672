package dev.verbatim.spec;

import dev.verbatim.spec.Value.Entry;
import dev.verbatim.spec.Value.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * An experiment file: its runs, and the figures that were published for it. Loading checks every
 * variant.
 */
public final class Experiment {
  /** The name of the variant without changes. */
  public static final String BASELINE = "baseline";

  private final String name;
  private final String source;
  private final List<PublishedSpec> published;
  private final CompareSpec compare;
  private final Map<String, ResolvedConfig> variants = new LinkedHashMap<>();
  private final Map<String, SweepVariant> sweep = new LinkedHashMap<>();

  private Experiment(Mapping file, Mapping sets, boolean smoke) {
    Mapping root = applied(file, sets);
    Section s = new Section("an experiment", root);
    this.name = s.text("name");
    FolderName.require(s, "name", name);
    this.source = s.text("source", "");
    this.published = s.list("published", PublishedSpec::read);
    String ownVariant = s.text("variant", BASELINE);
    FolderName.requireVariant(s, ownVariant);
    Mapping none = new Mapping(Map.of(), root.place());
    Mapping smokeChanges = s.section("smoke").isPresent() ? (Mapping) s.require("smoke") : none;
    Map<String, Mapping> plain = new LinkedHashMap<>(Map.of(ownVariant, none));
    plain.putAll(Ablations.read(s));
    Grid grid = Grid.read(s);
    grid.refuse(sets);
    this.compare =
        s.section("compare")
            .map(c -> CompareSpec.read(c, ownVariant))
            .orElse(CompareSpec.usual(ownVariant));
    s.allow("dataset", "architecture", "optimizer", "schedule", "augment", "train", "extends");
    s.done();
    Mapping base =
        root.without(
            "smoke",
            "ablations",
            "published",
            "source",
            "extends",
            "variant",
            "grid",
            "exclude",
            "compare");
    ResolvedConfig _ =
        resolve(applied(applied(base, smokeChanges), sets), ownVariant); // checked in any case
    Mapping last = smoke ? smokeChanges : none; // what was said last wins
    plain.forEach(
        (variant, changes) ->
            variants.put(
                variant, point(applied(applied(applied(base, changes), last), sets), variant)));
    List<Grid.Cell> cells = grid.cells();
    grid.requireEffect(plain.keySet(), cells);
    plain.forEach(
        (variant, changes) -> {
          Mapping changed = applied(base, changes);
          for (Grid.Cell cell : grid.cellsOf(variant, cells)) {
            SweepVariant member = SweepVariant.of(variant, cell.name(), ownVariant);
            sweep.put(member.name(), member);
            Mapping mapping = applied(applied(applied(changed, cell.changes()), last), sets);
            variants.put(member.name(), point(mapping, member.name()));
          }
        });
    if (grid.isEmpty()) {
      plain.keySet().forEach(v -> sweep.put(v, SweepVariant.of(v, "", ownVariant)));
    } else if (sweep.isEmpty()) {
      throw new SpecException(s.require("exclude").place(), "exclude leaves nothing of the grid");
    }
    for (PublishedSpec figure : published) {
      requireVariant(figure.variant(), "published names", s.require("published").place());
    }
    requireVariant(
        compare.to(), "compare names", s.value("compare").map(Value::place).orElse(s.place()));
  }

  private void requireVariant(String variant, String who, Place place) {
    if (!variants.containsKey(variant)) {
      List<String> known = variants.keySet().stream().limit(20).toList();
      throw new SpecException(
          place,
          who
              + " a variant '"
              + variant
              + "'; there are "
              + String.join(", ", known)
              + (known.size() < variants.size() ? ", ..." : "")
              + Suggestion.of(variant, known));
    }
  }

  /** Says of what is wrong with a variant which one it is: its own values may be in no line. */
  private ResolvedConfig point(Mapping mapping, String variant) {
    try {
      return resolve(mapping, variant);
    } catch (SpecException e) {
      throw variant.equals(variants.keySet().stream().findFirst().orElse(variant))
          ? e
          : new SpecException(
              String.valueOf(e.getMessage())
                  .replaceFirst("\n|$", Matcher.quoteReplacement(" (in " + variant + ")") + "$0"));
    }
  }

  /**
   * Loads a file, or a stored config.yaml.
   *
   * @param sets {@code a.b=c} overrides
   * @param smoke whether to apply the file's {@code smoke:} section
   * @throws SpecException if anything in it is not allowed
   */
  public static Experiment load(Path file, List<String> sets, boolean smoke) {
    Mapping root = ExperimentFile.read(file);
    return new Experiment(root, ExperimentFile.settings(sets, root.place()), smoke);
  }

  private static Mapping applied(Mapping base, Mapping changes) {
    Mapping result = base;
    for (Map.Entry<String, Entry> change : changes.entries().entrySet()) {
      result = result.with(change.getKey(), change.getValue());
    }
    return result;
  }

  private ResolvedConfig resolve(Mapping mapping, String variant) {
    Section s = new Section("an experiment", mapping);
    String resolvedName = s.text("name");
    List<AugmentSpec> augment = s.list("augment", AugmentSpec::read);
    var config =
        new ResolvedConfig(
            resolvedName,
            variant,
            0,
            DatasetSpec.read(Section.of("dataset", s.require("dataset"))),
            ArchitectureSpec.read(Section.of("architecture", s.require("architecture"))),
            OptimizerSpec.read(Section.of("optimizer", s.require("optimizer"))),
            s.section("schedule").map(ScheduleSpec::read).orElse(ScheduleSpec.CONSTANT),
            augment,
            TrainSpec.read(Section.of("train", s.require("train"))));
    requireChannels(config, s);
    s.done();
    return config;
  }

  private static void requireChannels(ResolvedConfig config, Section s) {
    int channels = config.dataset().image().get(2);
    for (AugmentSpec item : config.augment()) {
      if (item instanceof AugmentSpec.Normalize n && n.mean().size() != channels) {
        throw new SpecException(
            s.require("augment").place(),
            "normalize needs a number for each of the "
                + channels
                + " channels of dataset.image, got "
                + n.mean().size());
      }
      if (item instanceof AugmentSpec.Normalize && config.dataset().normalize().isEmpty()) {
        throw new SpecException(
            s.require("augment").place(),
            "normalize among augmentations needs dataset.normalize too, for the validation images");
      }
    }
  }

  /** The name that folders and tables carry. */
  public String name() {
    return name;
  }

  /** Where the experiment comes from. */
  public String source() {
    return source;
  }

  /** The variants by name, the baseline first. */
  public List<String> variants() {
    return List.copyOf(variants.keySet());
  }

  /**
   * What a sweep runs: each variant in each cell of the grid, or the variants where there is none.
   */
  public List<SweepVariant> sweep() {
    return List.copyOf(sweep.values());
  }

  /** What a sweep compares. */
  public CompareSpec compare() {
    return compare;
  }

  /**
   * The variant that another is compared with: the one that {@code compare} names in the same cell
   * of the grid, or the one point that it names.
   */
  public Optional<SweepVariant> reference(SweepVariant of) {
    SweepVariant named = sweep.get(compare.to());
    String baseline = variants.keySet().iterator().next();
    SweepVariant reference =
        named != null
            ? named
            : sweep.get(SweepVariant.of(compare.to(), of.cell(), baseline).name());
    return Optional.ofNullable(reference).filter(r -> !r.equals(of));
  }

  /** Figures that were published for it. */
  public List<PublishedSpec> published() {
    return published;
  }

  /** The seeds of a variant. */
  public List<Integer> seeds(String variant) {
    return config(variant).train().seeds();
  }

  /**
   * One run.
   *
   * @throws SpecException if there is no such variant
   */
  public ResolvedConfig resolve(String variant, int seed) {
    ResolvedConfig c = config(variant);
    return new ResolvedConfig(
        c.name(),
        variant,
        seed,
        c.dataset(),
        c.architecture(),
        c.optimizer(),
        c.schedule(),
        c.augment(),
        c.train().withSeeds(List.of(seed)));
  }

  private ResolvedConfig config(String variant) {
    ResolvedConfig config = variants.get(variant);
    if (config == null) {
      throw new SpecException(
          "experiment "
              + name
              + " has no variant '"
              + variant
              + "'; it has "
              + new ArrayList<>(variants.keySet())
              + Suggestion.of(variant, variants.keySet()));
    }
    return config;
  }
}
