package dev.verbatim.run;

import java.lang.foreign.MemorySegment;

/**
 * The images of one split: positions in a block of stored pixels, and their classes.
 *
 * @param pixels all stored images, uint8, one after another
 * @param storedImages how many images {@code pixels} holds
 * @param indices where each image of the split lies among the stored ones
 * @param labels the class of each image of the split
 */
record Split(MemorySegment pixels, int storedImages, int[] indices, int[] labels) {
  int images() {
    return indices.length;
  }
}
