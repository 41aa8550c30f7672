package dev.verbatim.report;

import java.util.List;

/**
 * What the report needs to know of one experiment beyond its results.
 *
 * @param name of its folder under results/runs, and of its page
 * @param source where its figures were published; empty where there is none
 * @param published the figures, in the order in which they are to be shown
 */
public record ExperimentInfo(String name, String source, List<Published> published) {
  /** The variant without any ablation. */
  public static final String BASELINE = "baseline";

  /** Takes a copy of the figures. */
  public ExperimentInfo {
    published = List.copyOf(published);
  }
}
