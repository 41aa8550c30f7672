package dev.verbatim.run;

import dev.verbatim.data.ImageSet;
import dev.verbatim.store.Numbers;
import dev.verbatim.store.RunFolder;
import dev.verbatim.tensor.Elementary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Images that a network took for another class: a table of all of them, those it was surest of
 * first, and pictures of these.
 */
public final class Mistakes {
  private static final int PICTURED = 18;
  private static final List<String> HEADER =
      List.of("index", "class", "taken_for", "probability", "picture");
  private static final Comparator<Mistake> SUREST =
      Comparator.comparingDouble((Mistake mistake) -> -mistake.probability)
          .thenComparingInt(Mistake::position);

  /**
   * One of them.
   *
   * @param position in the set
   * @param probability that the network gave to the class it took the image for
   */
  private record Mistake(int position, int predicted, float probability) {}

  private final ImageSet images;
  private final List<Mistake> all = new ArrayList<>();

  Mistakes(ImageSet images) {
    this.images = images;
  }

  /**
   * Adds one.
   *
   * @param logits of several images, those of this one from {@code at} on
   */
  void add(int position, int predicted, float[] logits, int at, int classes) {
    float sum = 0;
    for (int j = 0; j < classes; j++) {
      sum += Elementary.exp(logits[at + j] - logits[at + predicted]);
    }
    all.add(new Mistake(position, predicted, 1 / sum));
  }

  /**
   * Writes {@code misclassified.csv} and, if there are any, {@code misclassified.png}. An image's
   * index is its place among all images of its source in the order of their files; its picture
   * counts from the top, from 1, and is empty where there is none.
   */
  void write(RunFolder folder, List<String> classNames) throws IOException {
    all.sort(SUREST);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Mistake mistake = all.get(i);
      rows.add(
          List.of(
              String.valueOf(images.indices()[mistake.position]),
              classNames.get(images.labels()[mistake.position]),
              classNames.get(mistake.predicted),
              Numbers.format(mistake.probability),
              i < PICTURED ? String.valueOf(i + 1) : ""));
    }
    folder.writeCsv("misclassified.csv", HEADER, rows);
    if (all.isEmpty()) {
      return;
    }
    var pictures = new Pictures(images.size());
    float[] pixels = new float[images.size().bytes()];
    for (Mistake mistake : all.subList(0, Math.min(PICTURED, all.size()))) {
      images.copyTo(mistake.position, pixels, new int[1]);
      pictures.add(pixels);
    }
    folder.write("misclassified.png", pictures.png());
  }
}
