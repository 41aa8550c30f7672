package dev.verbatim.data;

import java.lang.foreign.MemorySegment;

/** Images that lie uncompressed one after another. */
final class RawImages {
  private RawImages() {}

  /** Converts and resizes all images, grey or red, green and blue, into their slots. */
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
          byte[] converted = new byte[height * width * size.channels()];
          byte[] resized = new byte[size.bytes()];
          boolean fits = height == size.height() && width == size.width();
          for (int i = from; i < to; i++) {
            Pixels.convert(
                bytes, begin + i * stride, channels, height * width, converted, 0, size.channels());
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
