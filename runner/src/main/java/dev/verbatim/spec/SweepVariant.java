package dev.verbatim.spec;

/**
 * One variant of a sweep, which has a run for each seed.
 *
 * @param name that its folder carries: {@code no_residual,learning_rate=0.1}
 * @param ablation the part before the grid's: {@code no_residual}, or the baseline's name
 * @param cell the grid's part: {@code learning_rate=0.1}; empty without a grid
 */
public record SweepVariant(String name, String ablation, String cell) {
  static SweepVariant of(String ablation, String cell, String baseline) {
    String name =
        cell.isEmpty() ? ablation : ablation.equals(baseline) ? cell : ablation + "," + cell;
    return new SweepVariant(name, ablation, cell);
  }
}
