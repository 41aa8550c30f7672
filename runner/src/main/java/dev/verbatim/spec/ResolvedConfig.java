package dev.verbatim.spec;

import java.util.List;
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
    TrainSpec train) {
  /** The text of config.yaml; reading it gives this configuration again. */
  public String canonicalYaml() {
    return Canonical.section("name", name) + Canonical.section("variant", variant) + body(dataset);
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
        + Canonical.section("augment", List.of())
        + Canonical.section("train", train);
  }
}
