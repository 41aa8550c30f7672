package dev.verbatim.report.draw;

import com.jcraft.jzlib.Deflater;
import com.jcraft.jzlib.DeflaterOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Compression whose bytes are the same on every machine; those of {@code java.util.zip} are the
 * system's affair.
 */
public final class Deflate {
  private static final int LEVEL = 6;

  private Deflate() {}

  /** The bytes in zlib's format (RFC 1950). */
  public static byte[] zlib(byte[] bytes) {
    var compressed = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(compressed, new Deflater(LEVEL))) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail so
    }
    return compressed.toByteArray();
  }
}
