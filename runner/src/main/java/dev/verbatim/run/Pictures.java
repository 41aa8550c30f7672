package dev.verbatim.run;

import dev.verbatim.data.ImageSize;
import dev.verbatim.report.draw.Png;
import dev.verbatim.report.draw.Raster;
import java.util.ArrayList;
import java.util.List;

/**
 * Images for people to look at, one below the other in one PNG. Large ones are made smaller by a
 * whole factor, each pixel the mean of those it stands for.
 */
final class Pictures {
  private static final int LARGEST_SIDE = 96;

  private final ImageSize size;
  private final int factor;
  private final List<int[]> pictures = new ArrayList<>();

  Pictures(ImageSize size) {
    this.size = size;
    this.factor = Math.ceilDiv(Math.max(size.height(), size.width()), LARGEST_SIDE);
  }

  /**
   * Adds an image.
   *
   * @param pixels [h, w, c] in [0, 1]; of other than three channels the first is shown
   */
  void add(float[] pixels) {
    int width = size.width() / factor;
    int[] rgb = new int[size.height() / factor * width];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = mean(pixels, i / width * factor, i % width * factor);
    }
    pictures.add(rgb);
  }

  private int mean(float[] pixels, int top, int left) {
    int rgb = 0;
    for (int c = 0; c < 3; c++) {
      float sum = 0;
      for (int i = 0; i < factor * factor; i++) {
        int at = (top + i / factor) * size.width() + left + i % factor;
        sum += pixels[at * size.channels() + (size.channels() == 3 ? c : 0)];
      }
      rgb = rgb << 8 | byteOf(sum / (factor * factor));
    }
    return rgb;
  }

  private static int byteOf(float value) {
    return Math.clamp(Math.round(value * 255f), 0, 255);
  }

  /** The file. */
  byte[] png() {
    int width = size.width() / factor;
    int height = size.height() / factor;
    int[] all = new int[pictures.size() * width * height];
    for (int i = 0; i < pictures.size(); i++) {
      System.arraycopy(pictures.get(i), 0, all, i * width * height, width * height);
    }
    return Png.encode(new Raster(width, pictures.size() * height, all));
  }
}
