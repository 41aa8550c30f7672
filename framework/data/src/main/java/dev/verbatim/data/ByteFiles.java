package dev.verbatim.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.zip.GZIPInputStream;

/** Whole files, unpacked where they are gzip. */
final class ByteFiles {
  private ByteFiles() {}

  /** The file itself or, where it is not there, the same name with {@code .gz}. */
  static Path find(Path path) {
    Path packed = path.resolveSibling(path.getFileName() + ".gz");
    if (Files.isRegularFile(path)) {
      return path;
    }
    if (Files.isRegularFile(packed)) {
      return packed;
    }
    throw new DataException(
        "dataset file "
            + path
            + " is not there (nor "
            + packed.getFileName()
            + "); --data or VERBATIM_DATA names the folder it is looked for in");
  }

  /** Name, size and time of a file, for the cache. */
  static String state(Path path) {
    try {
      return path.toAbsolutePath().normalize()
          + "\t"
          + Files.size(path)
          + "\t"
          + Files.getLastModifiedTime(path).toMillis()
          + "\n";
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** How many bytes {@link #read} gives; a plain file is not read for it. */
  static long unpackedLength(Path path) {
    return path.getFileName().toString().endsWith(".gz")
        ? read(path, Hash.sha256()).length
        : path.toFile().length();
  }

  /** All bytes; those of the file itself go into the digest. */
  static byte[] read(Path path, MessageDigest digest) {
    try {
      byte[] bytes = Files.readAllBytes(path);
      digest.update(bytes);
      if (bytes.length > 2 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
          return in.readAllBytes();
        }
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new DataException("dataset file " + path + " is not there", e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static DataException unreadable(Path path, IOException e) {
    return new DataException("dataset file " + path + " cannot be read: " + e.getMessage(), e);
  }
}
