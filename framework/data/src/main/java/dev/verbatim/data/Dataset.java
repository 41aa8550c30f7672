package dev.verbatim.data;

import dev.verbatim.data.DatasetOptions.Fraction;
import dev.verbatim.data.DatasetOptions.Separate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A dataset, split.
 *
 * @param parts what was loaded: one block, or one for training and one for validation
 */
public record Dataset(
    ImageSet train,
    ImageSet validation,
    List<String> classNames,
    List<Part> parts,
    List<LoadingRecord> loading) {
  /** What was loaded from one source. */
  public record Part(
      String split, String filesSha256, String pixelsSha256, int images, List<Skipped> skipped) {}

  /**
   * Opens a dataset.
   *
   * @throws DataException if it is missing, damaged, has fewer than two classes or an empty one, or
   *     is not the expected one
   */
  public static Dataset open(Source source, DatasetOptions options) {
    List<LoadingRecord> loading = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    boolean separate = options.split() instanceof Separate;
    Stored stored = load(source, separate ? "train" : "all", options, parts, loading);
    ImageSet train;
    ImageSet validation;
    switch (options.split()) {
      case Fraction rule -> {
        boolean[] held =
            Splits.stratified(
                stored.labels(), stored.classNames().size(), rule.fraction(), rule.seed());
        train = Splits.select(stored, held, false);
        validation = Splits.select(stored, held, true);
        if (rule.fraction() > 0) {
          requireImages(source, rule.fraction(), train, validation);
        }
      }
      case Separate rule -> {
        Stored other = load(rule.validation(), "validation", options, parts, loading);
        if (!other.classNames().equals(stored.classNames())) {
          throw new DataException(
              "dataset "
                  + describe(rule.validation())
                  + ": needs the classes of the training images "
                  + stored.classNames()
                  + ", has "
                  + other.classNames());
        }
        train = Splits.select(stored, new boolean[stored.labels().length], false);
        validation = Splits.select(other, new boolean[other.labels().length], false);
      }
    }
    options.fingerprint().ifPresent(expected -> requireFingerprint(source, expected, parts));
    if (options.limit() > 0) {
      train = Splits.limit(train, stored.classNames().size(), options.limit());
      validation = Splits.limit(validation, stored.classNames().size(), options.limit());
    }
    return new Dataset(
        train, validation, stored.classNames(), List.copyOf(parts), List.copyOf(loading));
  }

  private static void requireImages(
      Source source, double fraction, ImageSet train, ImageSet validation) {
    if (train.images() == 0 || validation.images() == 0) {
      throw new DataException(
          "dataset "
              + describe(source)
              + ": validation.fraction "
              + fraction
              + " of each class leaves "
              + train.images()
              + " images to train on and "
              + validation.images()
              + " to validate; both need some");
    }
  }

  /** The fingerprint of all pixels and labels: one part's, or both joined by '+'. */
  public String fingerprint() {
    return join(parts);
  }

  /** One without '+' is that of the training images alone. */
  private static void requireFingerprint(Source source, String expected, List<Part> parts) {
    String all = join(parts);
    String found = expected.contains("+") ? all : parts.getFirst().pixelsSha256();
    if (!expected.equals(found)) {
      throw new DataException(
          "dataset "
              + describe(source)
              + ": needs pixels with fingerprint "
              + expected
              + ", these have "
              + found
              + "; get the files that were meant, or change dataset.fingerprint");
    }
  }

  private static String join(List<Part> parts) {
    return String.join("+", parts.stream().map(Part::pixelsSha256).toList());
  }

  private static Stored load(
      Source source,
      String split,
      DatasetOptions options,
      List<Part> parts,
      List<LoadingRecord> loading) {
    Stored stored =
        switch (source) {
          case Source.Glyphs glyphs -> Glyphs.generate(glyphs, options, split, loading);
          case Source.ImageFolder folder -> imageFolder(folder, split, options, loading);
          case Source.Idx idx ->
              new Loader(new IdxReader(idx, options), options, split, loading).load();
          case Source.CifarBinary cifar ->
              new Loader(new CifarReader(cifar, options), options, split, loading).load();
        };
    Splits.requireClasses(describe(source), stored);
    parts.add(
        new Part(
            split,
            stored.filesSha256(),
            stored.pixelsSha256(),
            stored.indices().length,
            stored.skipped()));
    return stored;
  }

  private static Stored imageFolder(
      Source.ImageFolder folder,
      String split,
      DatasetOptions options,
      List<LoadingRecord> loading) {
    long begin = System.nanoTime();
    Optional<Stored> carried = CarriedImages.read(folder, options);
    if (carried.isEmpty()) {
      return new Loader(new FolderReader(folder.path(), options), options, split, loading).load();
    }
    Stored stored = carried.get();
    loading.add(
        new LoadingRecord(
            split,
            "cache_read",
            stored.indices().length,
            stored.pixels().byteSize(),
            options.threads(),
            true,
            (System.nanoTime() - begin) / 1e9));
    return stored;
  }

  private static String describe(Source source) {
    return switch (source) {
      case Source.Glyphs glyphs -> "glyphs";
      case Source.ImageFolder folder -> folder.path().toString();
      case Source.Idx idx -> idx.images().toString();
      case Source.CifarBinary cifar -> cifar.path().toString();
    };
  }
}
