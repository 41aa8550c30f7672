package dev.verbatim.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of texts and files. */
public final class Hashes {
  private Hashes() {}

  /** A fresh digest. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** What a digest came to, in hex. */
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of a text in UTF-8. */
  public static String ofText(String text) {
    return ofBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Of bytes. */
  public static String ofBytes(byte[] bytes) {
    var digest = sha256();
    digest.update(bytes);
    return hex(digest);
  }

  /** Of the first bytes of a file. */
  static String ofStart(Path file, long length) throws IOException {
    var digest = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      digest.update(in.readNBytes(Math.toIntExact(length)));
    }
    return hex(digest);
  }

  /** Of a file's bytes. */
  public static String ofFile(Path file) throws IOException {
    var digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return hex(digest);
  }
}
