package dev.verbatim.run;

import dev.verbatim.augment.Augmentation;
import dev.verbatim.augment.Augmenter;
import dev.verbatim.data.Dataset;
import dev.verbatim.data.ImageSet;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.store.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A few training images of a run beside what its first epochs make of them. Normalization is left
 * out, so that colours are those of the image.
 */
final class AugmentedExamples {
  private static final int IMAGES = 4;
  private static final int EPOCHS = 7;

  private AugmentedExamples() {}

  /** What a run does to its images, but for normalization. */
  static List<Augmentation> visible(ResolvedConfig config) {
    return Catalogue.augmentations(config).stream()
        .filter(a -> !(a instanceof Augmentation.Normalize))
        .toList();
  }

  /** Where the images that are shown lie in a set: evenly spread. */
  static List<Integer> spread(ImageSet set, int count) {
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < Math.min(count, set.images()); i++) {
      positions.add((int) ((long) i * set.images() / count));
    }
    return positions;
  }

  /**
   * Writes {@code augmented.png}, and {@code augmented.csv} that says which image of which epoch
   * each picture in it is, epoch 0 being the original; neither for a run that augments nothing.
   */
  static void write(ResolvedConfig config, Dataset dataset, RunFolder folder) throws IOException {
    List<Augmentation> list = visible(config);
    if (list.isEmpty()) {
      return;
    }
    ImageSet set = dataset.train();
    var original = new Augmenter(List.of(), set.size());
    var augmented = new Augmenter(list, set.size());
    var pictures = new Pictures(set.size());
    float[] pixels = new float[set.size().bytes()];
    List<List<String>> rows = new ArrayList<>();
    int epochs = Math.min(EPOCHS, config.train().epochs());
    for (int position : spread(set, IMAGES)) {
      for (int epoch = 0; epoch <= epochs; epoch++) {
        var augmenter = epoch == 0 ? original : augmented;
        augmenter.write(set, position, config.seed(), epoch, pixels, 0);
        pictures.add(pixels);
        rows.add(
            List.of(
                String.valueOf(set.indices()[position]),
                dataset.classNames().get(set.labels()[position]),
                String.valueOf(epoch)));
      }
    }
    folder.writeCsv("augmented.csv", List.of("index", "class", "epoch"), rows);
    folder.write("augmented.png", pictures.png());
  }
}
