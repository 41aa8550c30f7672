package dev.verbatim.bench;

import dev.verbatim.tensor.Shape;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A batch of images, written {@code 16@32x32 batch 128}: channels, rows, columns, images. */
record Images(int channels, int height, int width, int batch) {
  private static final Pattern TEXT = Pattern.compile("(\\d+)@(\\d+)x(\\d+) batch (\\d+)");

  static Images parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException("needs images as in 16@32x32 batch 128, got " + text);
    }
    return new Images(
        Integer.parseInt(m.group(1)),
        Integer.parseInt(m.group(2)),
        Integer.parseInt(m.group(3)),
        Integer.parseInt(m.group(4)));
  }

  Shape shape() {
    return Shape.of(batch, height, width, channels);
  }
}
