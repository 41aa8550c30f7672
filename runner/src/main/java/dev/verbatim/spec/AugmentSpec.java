package dev.verbatim.spec;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** One item of {@code augment:}; what each does is told by {@code dev.verbatim.augment}. */
public sealed interface AugmentSpec extends Canonical.Named {
  /** {@code {random_crop: {padding: 4}}}. */
  record RandomCrop(int padding) implements AugmentSpec {}

  /** {@code horizontal_flip}, or {@code {horizontal_flip: {probability: 0.5}}}. */
  record HorizontalFlip(double probability) implements AugmentSpec {}

  /** {@code {rotation: {degrees: 15}}}. */
  record Rotation(double degrees) implements AugmentSpec {}

  /** {@code {translation: {fraction: 0.1}}}. */
  record Translation(double fraction) implements AugmentSpec {}

  /** {@code {affine: {degrees: 10, translate: 0.1, scale: [0.9, 1.1], shear: 5}}}. */
  record Affine(double degrees, double translate, List<Double> scale, double shear)
      implements AugmentSpec {}

  /** {@code {color_jitter: {brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.1}}}. */
  record ColorJitter(double brightness, double contrast, double saturation, double hue)
      implements AugmentSpec {}

  /** {@code {cutout: {size: 8}}}. */
  record Cutout(int size) implements AugmentSpec {}

  /**
   * {@code {normalize: {mean: [0.5], std: [0.5]}}}; then dataset.normalize is for validation alone.
   */
  record Normalize(List<Double> mean, List<Double> std) implements AugmentSpec {}

  /** All augmentations that YAML can name. */
  Map<String, Function<Item, AugmentSpec>> CATALOGUE =
      Map.ofEntries(
          entry("random_crop", AugmentSpec::randomCrop),
          entry("horizontal_flip", AugmentSpec::horizontalFlip),
          entry("rotation", AugmentSpec::rotation),
          entry("translation", AugmentSpec::translation),
          entry("affine", AugmentSpec::affine),
          entry("color_jitter", AugmentSpec::colorJitter),
          entry("cutout", AugmentSpec::cutout),
          entry("normalize", AugmentSpec::normalize));

  private static AugmentSpec randomCrop(Item item) {
    Section s = item.section();
    return item.done(s, new RandomCrop(s.integer("padding", 0, 1024)));
  }

  private static AugmentSpec horizontalFlip(Item item) {
    if (item.isNameOnly()) {
      return new HorizontalFlip(0.5);
    }
    Section s = item.section();
    return item.done(s, new HorizontalFlip(s.decimal("probability", 0.5, 0, 1)));
  }

  private static AugmentSpec rotation(Item item) {
    Section s = item.section();
    return item.done(s, new Rotation(s.decimal("degrees", 0, 180)));
  }

  private static AugmentSpec translation(Item item) {
    Section s = item.section();
    return item.done(s, new Translation(s.decimal("fraction", 0, 1)));
  }

  private static AugmentSpec affine(Item item) {
    Section s = item.section();
    List<Double> scale = s.list("scale", v -> Section.decimal("scale", v, 0.01, 100));
    if (!scale.isEmpty() && (scale.size() != 2 || scale.get(0) > scale.get(1))) {
      throw new SpecException(
          s.require("scale").place(), "scale needs two numbers, the smaller first, got " + scale);
    }
    return item.done(
        s,
        new Affine(
            s.decimal("degrees", 0, 0, 180),
            s.decimal("translate", 0, 0, 1),
            scale.isEmpty() ? List.of(1.0, 1.0) : scale,
            s.decimal("shear", 0, 0, 80)));
  }

  private static AugmentSpec colorJitter(Item item) {
    Section s = item.section();
    return item.done(
        s,
        new ColorJitter(
            s.decimal("brightness", 0, 0, 10),
            s.decimal("contrast", 0, 0, 10),
            s.decimal("saturation", 0, 0, 10),
            s.decimal("hue", 0, 0, 0.5)));
  }

  private static AugmentSpec cutout(Item item) {
    Section s = item.section();
    return item.done(s, new Cutout(s.integer("size", 1, 1024)));
  }

  private static AugmentSpec normalize(Item item) {
    Section s = item.section();
    List<Double> mean = s.list("mean", v -> Section.decimal("mean", v, -10, 10));
    List<Double> std = s.list("std", v -> Section.decimal("std", v, 1e-6, 10));
    if (mean.isEmpty() || mean.size() != std.size()) {
      throw new SpecException(
          s.place(),
          "normalize needs mean and std with a number for each channel, got "
              + mean.size()
              + " and "
              + std.size());
    }
    return item.done(s, new Normalize(mean, std));
  }

  /** Reads one item: a name, or a name with its options. */
  static AugmentSpec read(Value value) {
    Item item = Item.of("augmentation", value, CATALOGUE.keySet());
    return Objects.requireNonNull(CATALOGUE.get(item.name())).apply(item);
  }
}
