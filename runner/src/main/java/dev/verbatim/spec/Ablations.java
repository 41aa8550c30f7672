package dev.verbatim.spec;

import dev.verbatim.spec.Value.Mapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code ablations:}. */
final class Ablations {
  private Ablations() {}

  /** Named mappings of dotted keys, in order. */
  static Map<String, Mapping> read(Section s) {
    Map<String, Mapping> ablations = new LinkedHashMap<>();
    if (s.section("ablations").isEmpty()) {
      return ablations;
    }
    ((Mapping) s.require("ablations"))
        .entries()
        .forEach(
            (variant, entry) -> {
              if (!FolderName.isOne(variant) || variant.equals(Experiment.BASELINE)) {
                throw new SpecException(
                    entry.place(),
                    "an ablation needs a name of "
                        + FolderName.NEEDED
                        + ", other than baseline, got '"
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
            });
    return ablations;
  }
}
