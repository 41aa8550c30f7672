package dev.verbatim.data;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to open a dataset.
 *
 * @param size what images become; those of another size are resized
 * @param split how validation images are found
 * @param limit at most so many training images, classes in turn; 0 takes all
 * @param skipBadImages whether a damaged image is left out instead of an error
 * @param fingerprint the pixel fingerprint that is expected, if any: of the training images, or of
 *     them and the validation images joined by '+'
 * @param cache folder of packed images; empty decodes anew and keeps nothing
 * @param threads that decode
 */
public record DatasetOptions(
    ImageSize size,
    SplitRule split,
    int limit,
    boolean skipBadImages,
    Optional<String> fingerprint,
    Optional<Path> cache,
    int threads) {
  /** All images, a tenth of each class for validation, no cache, one thread. */
  public static DatasetOptions of(ImageSize size) {
    return new DatasetOptions(
        size, new Fraction(0.1, 0), 0, false, Optional.empty(), Optional.empty(), 1);
  }

  /** How validation images are found. */
  public sealed interface SplitRule {}

  /** A share of each class, rounded half up, chosen by Philox(seed, SPLIT, 0, class). */
  public record Fraction(double fraction, long seed) implements SplitRule {}

  /** A source of its own. */
  public record Separate(Source validation) implements SplitRule {}
}
