package dev.verbatim.data;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** A format of image files: what is there, and the pixels of each image. */
interface Reader {
  /**
   * What a scan found.
   *
   * @param state a text that changes when the files do: names, sizes, times
   * @param labels the class of each image, in a fixed order
   */
  record Scan(String state, long bytes, int[] labels, List<String> classNames) {}

  /** Lists the files without decoding them. */
  Scan scan();

  /** Decodes in parallel. */
  Decoded decode(Scan scan, MemorySegment pixels);

  /**
   * What decoding gave.
   *
   * @param good whether each image could be decoded
   * @param filesSha256 SHA-256 over the names and contents of all files, in order
   */
  record Decoded(boolean[] good, String filesSha256, List<Skipped> skipped) {}
}
