package dev.verbatim.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * SHA-256 over the size and, for each image in order, its class (4 bytes, big-endian) and the
 * SHA-256 of its pixels. Hashed in parallel.
 */
final class PixelFingerprint {
  private PixelFingerprint() {}

  static String of(ImageSize size, MemorySegment pixels, int[] indices, int[] labels, int threads) {
    byte[][] hashes = new byte[indices.length][];
    Parallel.ranges(
        indices.length,
        threads,
        (from, to) -> {
          MessageDigest digest = Hash.sha256();
          byte[] image = new byte[size.bytes()];
          for (int i = from; i < to; i++) {
            MemorySegment.copy(
                pixels,
                ValueLayout.JAVA_BYTE,
                (long) indices[i] * image.length,
                image,
                0,
                image.length);
            hashes[i] = digest.digest(image);
          }
        });
    MessageDigest all = Hash.sha256();
    all.update(size.toString().getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < hashes.length; i++) {
      all.update(ByteBuffer.allocate(4).putInt(labels[i]).array());
      all.update(hashes[i]);
    }
    return Hash.hex(all);
  }
}
