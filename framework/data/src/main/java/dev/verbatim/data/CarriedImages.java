package dev.verbatim.data;

import dev.verbatim.data.Source.ImageFolder;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/**
 * The decoded images of a folder in one file that stands in for it, {@code <folder>.<size>.images}:
 * for a machine to which the folder is too much to carry, or that has no OpenCV. It is read where
 * the folder is not there, and its pixels are checked each time.
 */
public final class CarriedImages {
  private CarriedImages() {}

  /** The file that stands in for a folder. */
  public static Path file(Path folder, ImageSize size) {
    return Path.of(folder + "." + size + ".images");
  }

  /**
   * Decodes the images of a folder into the file that is to stand in for another.
   *
   * @param options how they are decoded; the split has no part in it
   * @throws DataException if they cannot be read, or the file not be written
   */
  public static void write(ImageFolder source, DatasetOptions options, Path standsInFor) {
    Path file = file(standsInFor, options.size()).toAbsolutePath();
    Reader reader = new FolderReader(source.path(), options);
    new Loader(reader, options, "all", new ArrayList<>()).pack(new PackedCache(file));
  }

  /** The images of the file beside a folder that is not there, if there is one. */
  static Optional<Stored> read(ImageFolder source, DatasetOptions options) {
    Path file = file(source.path(), options.size());
    if (Files.exists(source.path()) || !Files.exists(file)) {
      return Optional.empty();
    }
    Stored stored =
        new PackedCache(file).read().filter(s -> isWhole(s, options)).orElseThrow(() -> bad(file));
    if (!options.skipBadImages() && !stored.skipped().isEmpty()) {
      throw new DataException(
          file
              + ": without "
              + stored.skipped().size()
              + " images that could not be decoded; set dataset.on_bad_image: skip");
    }
    return Optional.of(stored);
  }

  private static boolean isWhole(Stored stored, DatasetOptions options) {
    MemorySegment pixels = stored.pixels();
    return stored.size().equals(options.size())
        && stored
            .pixelsSha256()
            .equals(
                PixelFingerprint.of(
                    stored.size(), pixels, stored.indices(), stored.labels(), options.threads()));
  }

  private static DataException bad(Path file) {
    return new DataException(
        file + " is damaged or of another version; write it again with 'verbatim data pack'");
  }
}
