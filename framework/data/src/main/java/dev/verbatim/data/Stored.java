package dev.verbatim.data;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A decoded source.
 *
 * @param slots how many images {@code pixels} has room for
 * @param indices slots of the good images, in order
 * @param labels their classes
 */
record Stored(
    ImageSize size,
    MemorySegment pixels,
    int slots,
    int[] indices,
    int[] labels,
    List<String> classNames,
    String filesSha256,
    String pixelsSha256,
    List<Skipped> skipped) {}
