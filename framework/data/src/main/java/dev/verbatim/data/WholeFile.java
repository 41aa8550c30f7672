package dev.verbatim.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Tells whole PNG, JPEG and BMP files from damaged ones before they are decoded: decoders fill what
 * is missing of a truncated file with grey, and complain on the standard error output only.
 */
final class WholeFile {
  private static final long PNG_SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int PNG_END = 0x49454e44; // "IEND"
  private static final int PNG_HEADER = 0x49484452; // "IHDR"
  private static final int BMP_HEADER = 34;

  private WholeFile() {}

  /** What a file is. */
  enum Format {
    PNG,
    JPEG,
    BMP
  }

  /**
   * Refuses a file that is damaged or of another format.
   *
   * @param file from 0 to its limit
   */
  static Format require(ByteBuffer file) throws BadImage {
    int length = file.limit();
    if (length == 0) {
      throw new BadImage("empty file");
    }
    if (length >= 8 && file.getLong(0) == PNG_SIGNATURE) {
      png(file);
      return Format.PNG;
    }
    if (length >= 3 && unsigned(file, 0) == 0xff && unsigned(file, 1) == 0xd8) {
      jpeg(file);
      return Format.JPEG;
    }
    if (length >= 2 && file.get(0) == 'B' && file.get(1) == 'M') {
      bmp(file);
      return Format.BMP;
    }
    throw new BadImage("not a PNG, JPEG or BMP file");
  }

  /** Chunks of length, type, data and checksum, up to the one called IEND. */
  private static void png(ByteBuffer file) throws BadImage {
    CRC32 checksum = new CRC32();
    int type = 0;
    for (int at = 8; type != PNG_END; ) {
      int left = file.limit() - at - 12;
      if (left < 0 || file.getInt(at) < 0 || file.getInt(at) > left) {
        throw new BadImage("truncated PNG");
      }
      int bytes = file.getInt(at);
      type = file.getInt(at + 4);
      checksum.reset();
      checksum.update(file.slice(at + 4, bytes + 4));
      if ((int) checksum.getValue() != file.getInt(at + 8 + bytes)) {
        throw new BadImage("damaged PNG");
      }
      at += 12 + bytes;
    }
    if (file.getInt(8) != 13 || file.getInt(12) != PNG_HEADER) {
      throw new BadImage("damaged PNG");
    }
    long width = file.getInt(16) & 0xffffffffL;
    long height = file.getInt(20) & 0xffffffffL;
    if (width > ImageDecoder.MOST_PIXELS
        || height > ImageDecoder.MOST_PIXELS
        || width * height > ImageDecoder.MOST_PIXELS) {
      throw new BadImage("a PNG of " + width + "x" + height + " pixels");
    }
  }

  /** Segments with a length, and after each start of scan coded data, up to the end-of-image. */
  private static void jpeg(ByteBuffer file) throws BadImage {
    int length = file.limit();
    int at = 2;
    boolean coded = false;
    while (at + 1 < length) {
      int marker = unsigned(file, at) == 0xff ? unsigned(file, at + 1) : -1;
      if (coded && (marker <= 0 || (marker >= 0xd0 && marker <= 0xd7))) {
        at++; // data, an escaped ff, or a restart
      } else if (marker == 0xff) {
        at++; // padding
      } else if (marker == 0xd9) {
        return;
      } else if (marker < 0) {
        throw new BadImage("damaged JPEG");
      } else if (at + 3 < length) {
        at += 2 + (file.getShort(at + 2) & 0xffff);
        coded = marker == 0xda || coded;
      } else {
        break;
      }
    }
    throw new BadImage("truncated JPEG");
  }

  /** The header's own file size and, where rows are not packed, what the rows need. */
  private static void bmp(ByteBuffer file) throws BadImage {
    int length = file.limit();
    if (length < BMP_HEADER) {
      throw new BadImage("truncated BMP");
    }
    ByteBuffer little = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    long needed = little.getInt(2) & 0xffffffffL;
    int packing = little.getInt(30);
    if (little.getInt(14) >= 40 && (packing == 0 || packing == 3)) {
      long rowBits = (long) little.getInt(18) * little.getShort(28);
      long rows = Math.abs((long) little.getInt(22));
      long offset = little.getInt(10) & 0xffffffffL;
      needed = Math.max(needed, offset + rows * ((rowBits + 31) / 32 * 4));
    }
    if (needed > length) {
      throw new BadImage("truncated BMP");
    }
  }

  private static int unsigned(ByteBuffer file, int at) {
    return file.get(at) & 0xff;
  }
}
