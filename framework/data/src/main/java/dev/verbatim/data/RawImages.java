package dev.verbatim.data;

import java.lang.foreign.MemorySegment;

/** Images that lie uncompressed one after another. */
final class RawImages {
  private RawImages() {}

  /**
   * Converts and resizes all images into their slots. Colours come in the order blue, green, red.
   */
  static void place(
      byte[] bytes,
      int begin,
      int height,
      int width,
      int channels,
      ImageSize size,
      MemorySegment pixels,
      int count,
      int threads) {
    int stride = height * width * channels;
    Parallel.ranges(
        count,
        threads,
        (from, to) -> {
          byte[] raw = new byte[stride];
          byte[] converted = new byte[height * width * size.channels()];
          byte[] resized = new byte[size.bytes()];
          boolean fits = height == size.height() && width == size.width();
          for (int i = from; i < to; i++) {
            System.arraycopy(bytes, begin + i * stride, raw, 0, stride);
            Pixels.convert(raw, channels, height * width, converted, size.channels());
            if (!fits) {
              Pixels.resize(converted, height, width, resized, size);
            }
            MemorySegment.copy(
                MemorySegment.ofArray(fits ? converted : resized),
                0,
                pixels,
                (long) i * size.bytes(),
                size.bytes());
          }
        });
  }
}
