package dev.verbatim.run;

import dev.verbatim.data.CarriedImages;
import dev.verbatim.data.DataException;
import dev.verbatim.data.DatasetOptions;
import dev.verbatim.data.DatasetOptions.Separate;
import dev.verbatim.data.Source;
import dev.verbatim.spec.DatasetSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An experiment's images, decoded, under a data root that can be carried to another machine. */
public final class PackedDataset {
  private PackedDataset() {}

  /**
   * Writes a file for each image folder of a dataset.
   *
   * @param data the root where the folders are
   * @param out the root where the files go, under the same paths
   * @return the files
   * @throws DataException if the dataset is not made of image folders, or cannot be read
   */
  public static List<Path> write(DatasetSpec spec, Path data, Path out) {
    int threads = Runtime.getRuntime().availableProcessors();
    DatasetOptions from = Catalogue.options(spec, data, Optional.empty(), threads);
    DatasetOptions to = Catalogue.options(spec, out, Optional.empty(), threads);
    List<Path> files = new ArrayList<>();
    files.add(write(Catalogue.source(spec, data, true), from, Catalogue.source(spec, out, true)));
    if (from.split() instanceof Separate here && to.split() instanceof Separate there) {
      files.add(write(here.validation(), from, there.validation()));
    }
    return files;
  }

  private static Path write(Source source, DatasetOptions options, Source there) {
    if (source instanceof Source.ImageFolder folder && there instanceof Source.ImageFolder other) {
      CarriedImages.write(folder, options, other.path());
      return CarriedImages.file(other.path(), options.size());
    }
    throw new DataException(
        "data pack needs a dataset of kind image_folder; the others are read as they are");
  }
}
