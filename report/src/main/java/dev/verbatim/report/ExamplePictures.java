package dev.verbatim.report;

import dev.verbatim.report.draw.Drawing;
import dev.verbatim.report.draw.Gallery;
import dev.verbatim.report.draw.Raster;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Images that a run kept for people to look at: pictures of one size, one below the other in a PNG,
 * and a table whose first rows say what they are.
 */
final class ExamplePictures {
  private static final int MISTAKES_IN_A_ROW = 6;
  private static final int LARGEST = 4096;

  private ExamplePictures() {}

  /**
   * Images that the network took for another class, those first of which it was surest.
   *
   * @param evaluation the folder of an evaluation
   * @param of the run, of whose size they are
   * @return empty where there are none
   */
  static Optional<Drawing> misclassified(Path evaluation, Images of, String title)
      throws BrokenFileException {
    if (!Files.exists(evaluation.resolve("misclassified.png"))) {
      return Optional.empty();
    }
    CsvTable table =
        CsvTable.read(
            evaluation.resolve("misclassified.csv"),
            List.of("class", "taken_for", "probability", "picture"));
    int shown = (int) table.column("picture").stream().filter(text -> !text.isEmpty()).count();
    List<Raster> pictures = pictures(evaluation.resolve("misclassified.png"), of, shown);
    List<Gallery.Item> items = new ArrayList<>();
    for (int row = 0; row < shown; row++) {
      String probability =
          Numbers.show(100 * table.number(row, "probability"), Metric.Unit.PERCENT);
      String taken = table.text(row, "taken_for") + ", " + probability + " %";
      items.add(new Gallery.Item(pictures.get(row), List.of(table.text(row, "class"), taken)));
    }
    String note =
        "Below each its class, then what it was taken for and how surely; "
            + shown
            + " of "
            + Numbers.count(table.rows());
    return Optional.of(new Gallery(title, note, MISTAKES_IN_A_ROW, List.of(), items).draw());
  }

  /**
   * Training images beside what a run's first epochs made of them.
   *
   * @param epochs that there were
   * @return empty for a run that left them as they are
   */
  static Optional<Drawing> augmented(Path run, Images of, int epochs, String title)
      throws BrokenFileException {
    if (!Files.exists(run.resolve("augmented.png"))) {
      return Optional.empty();
    }
    CsvTable table = CsvTable.read(run.resolve("augmented.csv"), List.of("class", "epoch"));
    List<Raster> pictures = pictures(run.resolve("augmented.png"), of, table.rows());
    int columns = 0;
    List<Gallery.Item> items = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      int epoch = (int) table.whole(row, "epoch");
      if (epoch > epochs) {
        continue;
      }
      columns = Math.max(columns, epoch + 1);
      List<String> lines = epoch == 0 ? List.of(table.text(row, "class")) : List.of();
      items.add(new Gallery.Item(pictures.get(row), lines));
    }
    List<String> headings =
        Stream.concat(
                Stream.of("original"),
                IntStream.range(1, columns).mapToObj(epoch -> "epoch " + epoch))
            .toList();
    return Optional.of(new Gallery(title, "", columns, headings, items).draw());
  }

  private static List<Raster> pictures(Path file, Images of, int count) throws BrokenFileException {
    BufferedImage image;
    try {
      image = ImageIO.read(file.toFile());
    } catch (IOException e) {
      image = null;
    }
    boolean fits =
        image != null
            && count > 0
            && image.getHeight() % count == 0
            && image.getWidth() <= LARGEST
            && (of.height() == 0 || image.getHeight() == of.height() * count)
            && (of.width() == 0 || image.getWidth() == of.width());
    if (image == null || !fits) {
      throw new BrokenFileException(
          file.getFileName() + " is not a PNG of " + count + " pictures, one below the other");
    }
    int width = image.getWidth();
    int height = image.getHeight() / count;
    List<Raster> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] rgb = image.getRGB(0, i * height, width, height, null, 0, width);
      for (int p = 0; p < rgb.length; p++) {
        rgb[p] &= 0xffffff;
      }
      pictures.add(new Raster(width, height, rgb));
    }
    return pictures;
  }
}
