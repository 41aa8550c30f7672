package dev.verbatim.spec;

import dev.verbatim.spec.Value.Entry;
import dev.verbatim.spec.Value.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An experiment file: its runs, and the figures that were published for it. Loading checks every
 * variant.
 */
public final class Experiment {
  /** The name of the variant without changes. */
  public static final String BASELINE = "baseline";

  private static final int MAX_PARENTS = 8;

  private final String name;
  private final String source;
  private final List<PublishedSpec> published;
  private final Map<String, ResolvedConfig> variants = new LinkedHashMap<>();

  private Experiment(Mapping file, Mapping sets, boolean smoke) {
    Mapping root = applied(file, sets);
    Section s = new Section("an experiment", root);
    this.name = s.text("name");
    requireFolderName(s, "name", name);
    this.source = s.text("source", "");
    this.published = s.list("published", PublishedSpec::read);
    String ownVariant = s.text("variant", BASELINE);
    requireFolderName(s, "variant", ownVariant);
    Mapping smokeChanges =
        s.section("smoke").isPresent()
            ? (Mapping) s.require("smoke")
            : new Mapping(Map.of(), root.place());
    Map<String, Mapping> ablations = ablations(s);
    s.allow("dataset", "architecture", "optimizer", "schedule", "augment", "train", "extends");
    s.done();
    Mapping base = root.without("smoke", "ablations", "published", "source", "extends", "variant");
    Mapping smoked = applied(applied(base, smokeChanges), sets); // what was said last wins
    ResolvedConfig asSmoke = resolve(smoked, ownVariant); // checked in any case
    variants.put(ownVariant, smoke ? asSmoke : resolve(base, ownVariant));
    ablations.forEach(
        (variant, changes) -> {
          Mapping changed = applied(base, changes);
          Mapping changedAndSmoked = applied(applied(changed, smokeChanges), sets);
          variants.put(
              variant, resolve(smoke ? changedAndSmoked : applied(changed, sets), variant));
        });
    for (PublishedSpec figure : published) {
      if (!variants.containsKey(figure.variant())) {
        throw new SpecException(
            s.require("published").place(),
            "published names a variant '"
                + figure.variant()
                + "'; there are "
                + String.join(", ", variants.keySet())
                + Suggestion.of(figure.variant(), variants.keySet()));
      }
    }
  }

  /** Names of experiments and variants are names of folders: none leads out of the results. */
  private static boolean isFolderName(String word) {
    return word.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]*");
  }

  private static void requireFolderName(Section s, String key, String word) {
    if (!isFolderName(word)) {
      throw new SpecException(
          s.require(key).place(),
          key + " needs letters, digits, '_', '-' and, not first, '.' alone, got '" + word + "'");
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
    Mapping root = withParents(file, 0);
    Mapping changes = new Mapping(Map.of(), root.place());
    for (String set : sets) {
      changes = changes.overlaid(setting(set));
    }
    return new Experiment(root, changes, smoke);
  }

  private static Mapping withParents(Path file, int depth) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new SpecException(file + ": cannot be read: " + e);
    }
    Value value = YamlReader.read(file.getFileName().toString(), text);
    if (!(value instanceof Mapping own)) {
      throw new SpecException(
          value.place(), "an experiment needs a mapping with at least a name, got " + value.kind());
    }
    Entry parent = own.entries().get("extends");
    if (parent == null) {
      return own;
    }
    String parentName = Section.scalar("extends", parent.value()).text();
    Path parentFile =
        file.resolveSibling(parentName.endsWith(".yaml") ? parentName : parentName + ".yaml");
    if (!Files.isRegularFile(parentFile)) {
      throw new SpecException(
          parent.value().place(),
          "extends names " + parentFile.getFileName() + ", which is not there");
    }
    if (depth >= MAX_PARENTS) {
      throw new SpecException(
          parent.value().place(),
          "extends goes round in a circle, or deeper than " + MAX_PARENTS + " files");
    }
    Mapping inherited =
        withParents(parentFile, depth + 1)
            .without("name", "published", "source", "extends", "variant", "ablations");
    return inherited.overlaid(own);
  }

  /** {@code a.b=c} as a mapping of one dotted key. */
  private static Mapping setting(String set) {
    int equals = set.indexOf('=');
    if (equals < 1 || set.substring(equals + 1).isBlank()) {
      throw new SpecException(
          "--set needs key=value, as in --set optimizer.learning_rate=0.05, got '" + set + "'");
    }
    Value value =
        YamlReader.read(
                "--set " + set, " ".repeat(equals + 1) + set.substring(equals + 1), List.of(set))
            .at(set);
    Place key = new Place("--set " + set, 1, 1, set);
    return new Mapping(Map.of(set.substring(0, equals), new Entry(key, value)), key);
  }

  private static Map<String, Mapping> ablations(Section s) {
    Map<String, Mapping> ablations = new LinkedHashMap<>();
    s.section("ablations")
        .ifPresent(
            section ->
                ((Mapping) s.require("ablations"))
                    .entries()
                    .forEach(
                        (variant, entry) -> {
                          if (!isFolderName(variant) || variant.equals(BASELINE)) {
                            throw new SpecException(
                                entry.place(),
                                "an ablation needs a name of letters, digits, '_', '-' and, not first, '.', other than baseline, got '"
                                    + variant
                                    + "'");
                          }
                          if (!(entry.value() instanceof Mapping changes)) {
                            throw new SpecException(
                                entry.value().place(),
                                "ablation "
                                    + variant
                                    + " needs a mapping of dotted keys, got "
                                    + entry.value().kind());
                          }
                          for (String fixed : List.of("name", "variant")) {
                            if (changes.entries().containsKey(fixed)) {
                              throw new SpecException(
                                  entry.place(), "ablation " + variant + " cannot change " + fixed);
                            }
                          }
                          ablations.put(variant, changes);
                        }));
    return ablations;
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
