package dev.verbatim.data;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** A format of image files: what is there, and the pixels of each image. */
interface Reader {
  /**
   * What a scan found, without opening more files than it must.
   *
   * @param state a text that changes when the files do: names, sizes, times
   * @param images how many there are, good and bad
   */
  record Scan(String state, long bytes, int images) {}

  /** Lists the files without decoding them. */
  Scan scan();

  /** Decodes in parallel what the last scan found. */
  Decoded decode(MemorySegment pixels);

  /**
   * What decoding gave.
   *
   * @param labels the class of each image, in a fixed order
   * @param good whether each image could be decoded
   * @param filesSha256 SHA-256 over the names and contents of all files, in order
   */
  record Decoded(
      List<String> classNames,
      int[] labels,
      boolean[] good,
      String filesSha256,
      List<Skipped> skipped) {}
}
