package dev.verbatim.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run: an experiment with one variant and one seed, all defaults filled in.
 *
 * @param train with this one seed
 */
public record ResolvedConfig(
    String name,
    String variant,
    int seed,
    DatasetSpec dataset,
    ArchitectureSpec architecture,
    OptimizerSpec optimizer,
    ScheduleSpec schedule,
    List<AugmentSpec> augment,
    TrainSpec train) {
  /** The same with other settings of training. */
  public ResolvedConfig with(TrainSpec other) {
    return new ResolvedConfig(
        name, variant, seed, dataset, architecture, optimizer, schedule, augment, other);
  }

  /** The text of config.yaml; reading it gives this configuration again. */
  public String canonicalYaml() {
    return Canonical.section("name", name) + Canonical.section("variant", variant) + body(dataset);
  }

  /** Every setting of config.yaml by its dotted key, list items by their position from 0. */
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    flatten("", YamlReader.read("config.yaml", canonicalYaml()), settings);
    return settings;
  }

  private static void flatten(String key, Value value, Map<String, String> into) {
    switch (value) {
      case Value.Scalar scalar -> into.put(key, scalar.text());
      case Value.Sequence sequence -> {
        for (int i = 0; i < sequence.items().size(); i++) {
          flatten(key + "[" + i + "]", sequence.items().get(i), into);
        }
      }
      case Value.Mapping mapping ->
          mapping
              .entries()
              .forEach(
                  (name, entry) ->
                      flatten(key.isEmpty() ? name : key + "." + name, entry.value(), into));
    }
  }

  /**
   * What determines the result: no names, and no paths, for which the fingerprint of the pixels
   * stands.
   */
  public String identityYaml() {
    var v = dataset.validation();
    DatasetSpec placeless =
        new DatasetSpec(
            dataset.kind(),
            Optional.empty(),
            dataset.image(),
            new DatasetSpec.Validation(v.fraction(), v.seed(), Optional.empty()),
            dataset.limit(),
            "error",
            dataset.normalize(),
            Optional.empty(),
            dataset.classes(),
            dataset.images(),
            dataset.seed());
    return body(placeless);
  }

  private String body(DatasetSpec written) {
    return Canonical.section("dataset", written)
        + Canonical.section("architecture", architecture)
        + Canonical.section("optimizer", optimizer)
        + Canonical.section("schedule", schedule)
        + Canonical.section("augment", augment)
        + Canonical.section("train", train);
  }
}
