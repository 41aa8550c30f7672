package dev.verbatim.report;

import java.util.List;
import java.util.Map;

/**
 * What the report needs to know of one experiment beyond its results.
 *
 * @param name of its folder under results/runs, and of its page
 * @param file what commands call it: the name of its file, as a rule the same
 * @param source where its figures were published; empty where there is none
 * @param dataset for people; may be empty
 * @param architecture for people; may be empty
 * @param published the figures, in the order in which they are to be shown
 * @param settings config.yaml of each variant as its file says it now, with any seed: runs with
 *     just these stand for the variant, where there are some
 */
public record ExperimentInfo(
    String name,
    String file,
    String source,
    String dataset,
    String architecture,
    List<Published> published,
    Map<String, String> settings) {
  /** The variant without any ablation. */
  public static final String BASELINE = "baseline";

  /** One of which nothing but its results is known. */
  static ExperimentInfo unknown(String name) {
    return new ExperimentInfo(name, name, "", "", "", List.of(), Map.of());
  }

  /** Takes a copy of the figures. */
  public ExperimentInfo {
    published = List.copyOf(published);
    settings = Map.copyOf(settings);
  }

  /** A line that says where it comes from; empty where there is nothing to say. */
  String origin() {
    String what = published.isEmpty() ? "Source: " : "Published figures: ";
    return source.isBlank() ? "" : what + source;
  }

  /** Whether there is a file of it under experiments/. */
  boolean isKnown() {
    return !settings.isEmpty();
  }
}
