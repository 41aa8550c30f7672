package dev.verbatim.spec;

import java.util.List;
import java.util.Optional;

/**
 * {@code dataset:}.
 *
 * @param kind {@code image_folder}, {@code idx}, {@code cifar_binary} or {@code glyphs}
 * @param path under the data root; none for glyphs
 * @param image {@code [height, width, channels]}
 * @param validation where validation images come from
 * @param limit at most so many training images, and validation images; 0 takes all
 * @param onBadImage {@code error} or {@code skip}
 * @param normalize what is done to pixels in [0, 1]
 * @param fingerprint the pixel fingerprint that is expected
 * @param classes of cifar_binary: 10 or 100
 * @param images of glyphs: how many
 * @param seed of glyphs
 */
public record DatasetSpec(
    String kind,
    Optional<String> path,
    List<Integer> image,
    Validation validation,
    int limit,
    String onBadImage,
    Optional<Normalize> normalize,
    Optional<String> fingerprint,
    Optional<Integer> classes,
    Optional<Integer> images,
    Optional<Integer> seed) {
  /** {@code validation:}: a share of the training images, or a path of its own. */
  public record Validation(
      Optional<Double> fraction, Optional<Integer> seed, Optional<String> path) {}

  /** {@code normalize:}: pixels in [0, 1] become (pixel - mean) / std. */
  public record Normalize(List<Double> mean, List<Double> std) {}

  private static final List<String> KINDS =
      List.of("image_folder", "idx", "cifar_binary", "glyphs");

  static DatasetSpec read(Section s) {
    String kind = s.word("kind", "", KINDS);
    boolean glyphs = kind.equals("glyphs");
    List<Integer> image =
        glyphs && !s.has("image")
            ? List.of(28, 28, 1)
            : s.list("image", v -> Section.integer("image", v, 1, 1 << 14));
    if (image.size() != 3 || (image.get(2) != 1 && image.get(2) != 3)) {
      Place at = s.value("image").map(Value::place).orElse(s.place());
      throw new SpecException(
          at, "image needs [height, width, channels] with 1 or 3 channels, got " + image);
    }
    var spec =
        new DatasetSpec(
            kind,
            glyphs ? Optional.empty() : Optional.of(s.text("path")),
            image,
            s.section("validation")
                .map(DatasetSpec::validation)
                .orElse(new Validation(Optional.of(0.1), Optional.of(0), Optional.empty())),
            s.integer("limit", 0, 0, Integer.MAX_VALUE),
            s.word("on_bad_image", "error", List.of("error", "skip")),
            s.section("normalize").map(n -> normalize(n, image.get(2))),
            s.has("fingerprint") ? Optional.of(s.text("fingerprint")) : Optional.empty(),
            kind.equals("cifar_binary") ? Optional.of(cifarClasses(s)) : Optional.empty(),
            glyphs ? Optional.of(s.integer("images", 6000, 20, 10_000_000)) : Optional.empty(),
            glyphs ? Optional.of(s.integer("seed", 1, 0, Integer.MAX_VALUE)) : Optional.empty());
    s.done();
    return spec;
  }

  private static int cifarClasses(Section s) {
    return Integer.parseInt(s.word("classes", "", List.of("10", "100")));
  }

  private static Validation validation(Section s) {
    boolean separate = s.has("path");
    if (separate && s.has("fraction")) {
      throw new SpecException(s.place(), "validation needs either 'fraction' or 'path', got both");
    }
    var validation =
        separate
            ? new Validation(Optional.empty(), Optional.empty(), Optional.of(s.text("path")))
            : new Validation(
                Optional.of(s.decimal("fraction", 0.1, 0.001, 0.9)),
                Optional.of(s.integer("seed", 0, 0, Integer.MAX_VALUE)),
                Optional.empty());
    s.done();
    return validation;
  }

  private static Normalize normalize(Section s, int channels) {
    var normalize =
        new Normalize(
            s.list("mean", v -> Section.decimal("mean", v, -1000, 1000)),
            s.list("std", v -> Section.decimal("std", v, 1e-6, 1000)));
    if (normalize.mean.size() != channels || normalize.std.size() != channels) {
      throw new SpecException(
          s.place(),
          "normalize needs 'mean' and 'std' with "
              + channels
              + " numbers each, one a channel, got "
              + normalize.mean.size()
              + " and "
              + normalize.std.size());
    }
    s.done();
    return normalize;
  }
}
