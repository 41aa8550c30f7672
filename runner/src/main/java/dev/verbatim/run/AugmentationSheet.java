package dev.verbatim.run;

import dev.verbatim.augment.Augmenter;
import dev.verbatim.data.Dataset;
import dev.verbatim.data.ImageSet;
import dev.verbatim.data.ImageSize;
import dev.verbatim.spec.ResolvedConfig;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A picture of training images: each row an original, then the same image as it is in the first
 * epochs. Normalization is left out, so that colours are those of the image.
 */
public final class AugmentationSheet {
  private static final int ROWS = 8;
  private static final int EPOCHS = 7;
  private static final int GAP = 4;
  private static final int SMALLEST_SIDE = 64;
  private static final int PAPER = 0xffffff;

  private AugmentationSheet() {}

  /**
   * Writes the picture as PNG.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(ResolvedConfig config, Runs.Settings settings, Path file)
      throws IOException {
    Dataset dataset = new Runs(settings, new RunListener() {}).open(config.dataset());
    ImageSet set = dataset.train();
    ImageSize size = set.size();
    int zoom = Math.max(1, SMALLEST_SIDE / Math.min(size.height(), size.width()));
    int cellWidth = size.width() * zoom + GAP;
    int cellHeight = size.height() * zoom + GAP;
    var sheet =
        new BufferedImage(
            (1 + EPOCHS) * cellWidth + 2 * GAP,
            ROWS * cellHeight + GAP,
            BufferedImage.TYPE_INT_RGB);
    var graphics = sheet.createGraphics();
    graphics.setColor(new java.awt.Color(PAPER));
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    graphics.dispose();
    var original = new Augmenter(List.of(), size);
    var augmented = new Augmenter(AugmentedExamples.visible(config), size);
    float[] pixels = new float[size.bytes()];
    List<Integer> positions = AugmentedExamples.spread(set, ROWS);
    for (int row = 0; row < positions.size(); row++) {
      int position = positions.get(row);
      for (int column = 0; column <= EPOCHS; column++) {
        (column == 0 ? original : augmented).write(set, position, config.seed(), column, pixels, 0);
        int left = GAP + column * cellWidth + (column > 0 ? GAP : 0);
        draw(sheet, left, GAP + row * cellHeight, pixels, size, zoom);
      }
    }
    if (file.toAbsolutePath().getParent() != null) {
      Files.createDirectories(file.toAbsolutePath().getParent());
    }
    ImageIO.write(sheet, "png", file.toFile());
  }

  private static void draw(
      BufferedImage sheet, int left, int top, float[] pixels, ImageSize size, int zoom) {
    for (int y = 0; y < size.height() * zoom; y++) {
      for (int x = 0; x < size.width() * zoom; x++) {
        int at = (y / zoom * size.width() + x / zoom) * size.channels();
        boolean colour = size.channels() == 3;
        int rgb =
            (byteOf(pixels[at]) << 16)
                | (byteOf(pixels[at + (colour ? 1 : 0)]) << 8)
                | byteOf(pixels[at + (colour ? 2 : 0)]);
        sheet.setRGB(left + x, top + y, rgb);
      }
    }
  }

  private static int byteOf(float value) {
    return Math.clamp(Math.round(value * 255f), 0, 255);
  }
}
