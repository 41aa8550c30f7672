package dev.verbatim.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes PNG files of 8 bits a channel without a palette, interlacing or a transparent colour,
 * which is what datasets of small images are made of; everything else, and whatever looks odd, is
 * left to OpenCV. An image is inflated whole: libpng goes row by row, and rows of 32 pixels are too
 * short for zlib's fast loop. One object for each thread.
 *
 * @see <a href="https://www.w3.org/TR/png-3/">Portable Network Graphics (PNG) Specification</a>
 */
final class PlainPng implements AutoCloseable {
  private static final int PIXELS = 0x49444154; // "IDAT"
  private static final int END = 0x49454e44; // "IEND"
  private static final int TRANSPARENT_COLOUR = 0x74524e53; // "tRNS"
  private static final int AFTER_HEADER = 33;
  private static final int LARGEST_SIDE = 1_000_000; // libpng's
  private static final long MOST_TIMES = 1032; // that DEFLATE makes of a byte

  private final Inflater inflater = new Inflater();
  private byte[] rows = {};

  /**
   * Rows of pixels, after one that is not there: each a byte, then its interleaved channels, of
   * which transparency means nothing.
   */
  record Rows(byte[] bytes, int height, int width, int channels) {
    /** Where the channels of a row begin. */
    int at(int row) {
      return (row + 1) * (width * channels + 1) + 1;
    }
  }

  /**
   * The pixels, grey or red, green and blue, then a channel of transparency if the file has one;
   * valid until the next call.
   *
   * @param file that {@link WholeFile#require} found to be a PNG, from 0 to its limit
   * @return nothing if OpenCV is to decode it
   */
  Optional<Rows> decode(ByteBuffer file) {
    int width = file.getInt(16);
    int height = file.getInt(20);
    int depth = file.get(24);
    int channels =
        switch (file.get(25)) {
          case 0 -> 1;
          case 2 -> 3;
          case 4 -> 2;
          case 6 -> 4;
          default -> 0;
        };
    int methods = file.getInt(25) & 0xffffff; // of compression, filters and interlacing
    long row = 1 + (long) width * channels;
    long inflated = height * row;
    if (depth != 8
        || channels == 0
        || methods != 0
        || Math.min(width, height) < 1
        || Math.max(width, height) > LARGEST_SIDE
        || inflated > MOST_TIMES * file.limit()
        || inflated + row > 1 << 30) {
      return Optional.empty();
    }
    if (rows.length != inflated + row) {
      rows = new byte[(int) (inflated + row)];
    }
    Arrays.fill(rows, 0, (int) row, (byte) 0);
    if (!inflate(file, (int) row)) {
      return Optional.empty();
    }
    for (int y = 1; y <= height; y++) {
      if (!unfilter(rows, y * (int) row, (int) row, channels)) {
        return Optional.empty();
      }
    }
    return Optional.of(new Rows(rows, height, width, channels));
  }

  /** Fills {@link #rows} from {@code from} on; false if something else than that is in the file. */
  private boolean inflate(ByteBuffer file, int from) {
    inflater.reset();
    int filled = from;
    boolean begun = false;
    boolean ended = false;
    try {
      for (int chunk = AFTER_HEADER, type; (type = file.getInt(chunk + 4)) != END; ) {
        int length = file.getInt(chunk);
        if (type == PIXELS && !ended) {
          begun = true;
          inflater.setInput(file.slice(chunk + 8, length));
          filled += inflater.inflate(rows, filled, rows.length - filled);
        } else if (isAncillary(type) && type != TRANSPARENT_COLOUR) {
          ended = begun;
        } else {
          return false;
        }
        chunk += 12 + length;
      }
    } catch (DataFormatException e) {
      return false;
    }
    return filled == rows.length && inflater.finished();
  }

  /** Whether it is four letters, the first in lower case. */
  private static boolean isAncillary(int type) {
    boolean letters = (type & (1 << 29)) != 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int lower = ((type >> shift) & 0xff) | 0x20;
      letters &= lower >= 'a' && lower <= 'z';
    }
    return letters;
  }

  @Override
  public void close() {
    inflater.end();
  }

  /** Makes a row's bytes from what they differ by from those to the left and above. */
  private static boolean unfilter(byte[] b, int row, int length, int pixel) {
    int first = row + 1;
    int second = first + pixel;
    int end = row + length;
    switch (b[row]) {
      case 0 -> {}
      case 1 -> {
        for (int i = second; i < end; i++) {
          b[i] += b[i - pixel];
        }
      }
      case 2 -> {
        for (int i = first; i < end; i++) {
          b[i] += b[i - length];
        }
      }
      case 3 -> {
        for (int i = first; i < second; i++) {
          b[i] += (byte) ((b[i - length] & 0xff) >> 1);
        }
        for (int i = second; i < end; i++) {
          b[i] += (byte) (((b[i - pixel] & 0xff) + (b[i - length] & 0xff)) >> 1);
        }
      }
      case 4 -> {
        for (int i = first; i < second; i++) {
          b[i] += b[i - length];
        }
        if (pixel >= 3) {
          colourByNearest(b, second, end, pixel, length);
        } else {
          for (int i = second; i < end; i++) {
            int left = b[i - pixel] & 0xff;
            b[i] += (byte) nearest(left, b[i - length] & 0xff, b[i - length - pixel] & 0xff);
          }
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /**
   * The filter that takes longest, three channels at a time, which need not wait for each other;
   * transparency, which nobody asks for, stays as it is.
   */
  private static void colourByNearest(byte[] b, int from, int end, int pixel, int length) {
    int left0 = b[from - pixel] & 0xff;
    int left1 = b[from - pixel + 1] & 0xff;
    int left2 = b[from - pixel + 2] & 0xff;
    int upperLeft0 = b[from - pixel - length] & 0xff;
    int upperLeft1 = b[from - pixel - length + 1] & 0xff;
    int upperLeft2 = b[from - pixel - length + 2] & 0xff;
    for (int i = from; i < end; i += pixel) {
      int upper0 = b[i - length] & 0xff;
      int upper1 = b[i - length + 1] & 0xff;
      int upper2 = b[i - length + 2] & 0xff;
      left0 = (b[i] + nearest(left0, upper0, upperLeft0)) & 0xff;
      left1 = (b[i + 1] + nearest(left1, upper1, upperLeft1)) & 0xff;
      left2 = (b[i + 2] + nearest(left2, upper2, upperLeft2)) & 0xff;
      b[i] = (byte) left0;
      b[i + 1] = (byte) left1;
      b[i + 2] = (byte) left2;
      upperLeft0 = upper0;
      upperLeft1 = upper1;
      upperLeft2 = upper2;
    }
  }

  /**
   * Which of the three is nearest to left + upper - upper left, the first of equals in this order
   * (Paeth 1991). No branches: which it is cannot be foretold.
   */
  private static int nearest(int left, int upper, int upperLeft) {
    int toLeft = Math.abs(upper - upperLeft);
    int toUpper = Math.abs(left - upperLeft);
    int toUpperLeft = Math.abs(left + upper - 2 * upperLeft);
    int other = upper + ((upperLeft - upper) & ((toUpperLeft - toUpper) >> 31));
    return left + ((other - left) & ((Math.min(toUpper, toUpperLeft) - toLeft) >> 31));
  }
}
