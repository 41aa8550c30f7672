package dev.verbatim.data;

/** Changes of channels and size in whole numbers, the same on every machine. */
final class Pixels {
  private Pixels() {}

  /**
   * Pixels in another count of channels: transparency is dropped; colour becomes {@code (77 R + 150
   * G + 29 B + 128) / 256}; grey is repeated.
   *
   * @param from interleaved: grey or red, green, blue, then transparency if there is any
   * @param to grey or red, green, blue
   */
  static void convert(
      byte[] from, int fromAt, int channels, int pixels, byte[] to, int toAt, int wanted) {
    boolean colour = channels >= 3;
    for (int i = 0; i < pixels; i++) {
      int at = fromAt + i * channels;
      int out = toAt + i * wanted;
      int red = from[at] & 0xff;
      int green = colour ? from[at + 1] & 0xff : red;
      int blue = colour ? from[at + 2] & 0xff : red;
      if (wanted == 1) {
        to[out] = (byte) ((77 * red + 150 * green + 29 * blue + 128) >> 8);
      } else {
        to[out] = (byte) red;
        to[out + 1] = (byte) green;
        to[out + 2] = (byte) blue;
      }
    }
  }

  /**
   * Bilinear resizing with pixel centres at half: output i lies at {@code ((2 i + 1) · in / out -
   * 1) / 2}, held to the image; weights are exact fractions and the result is rounded half up.
   */
  static void resize(byte[] from, int height, int width, byte[] to, ImageSize size) {
    int channels = size.channels();
    long whole = 4L * size.height() * size.width();
    for (int row = 0; row < size.height(); row++) {
      long y = place(row, height, size.height());
      int y0 = (int) (y / (2L * size.height()));
      int y1 = Math.min(y0 + 1, height - 1);
      long wy = y % (2L * size.height());
      for (int column = 0; column < size.width(); column++) {
        long x = place(column, width, size.width());
        int x0 = (int) (x / (2L * size.width()));
        int x1 = Math.min(x0 + 1, width - 1);
        long wx = x % (2L * size.width());
        for (int c = 0; c < channels; c++) {
          long top =
              (2L * size.width() - wx) * at(from, y0, x0, width, channels, c)
                  + wx * at(from, y0, x1, width, channels, c);
          long bottom =
              (2L * size.width() - wx) * at(from, y1, x0, width, channels, c)
                  + wx * at(from, y1, x1, width, channels, c);
          long sum = (2L * size.height() - wy) * top + wy * bottom;
          to[(row * size.width() + column) * channels + c] = (byte) ((sum + whole / 2) / whole);
        }
      }
    }
  }

  /** Where an output lies, in units of 1 / (2 · out). */
  private static long place(int i, int in, int out) {
    return Math.clamp((2L * i + 1) * in - out, 0L, (in - 1) * 2L * out);
  }

  private static int at(byte[] image, int row, int column, int width, int channels, int channel) {
    return image[(row * width + column) * channels + channel] & 0xff;
  }
}
