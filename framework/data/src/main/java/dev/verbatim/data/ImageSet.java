package dev.verbatim.data;

import java.lang.foreign.MemorySegment;

/**
 * Some images of a stored block.
 *
 * @param size of each image
 * @param pixels all stored images, uint8, NHWC; possibly a mapped file
 * @param storedImages how many images {@code pixels} holds
 * @param indices where each image of this set lies among the stored ones
 * @param labels the class of each image of this set
 */
public record ImageSet(ImageSize size, MemorySegment pixels, int storedImages, int[] indices, int[] labels) {
  /** How many images there are. */
  public int images() {
    return indices.length;
  }
}
