package dev.verbatim.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Some images of a stored block.
 *
 * @param size of each image
 * @param pixels all stored images, uint8, NHWC; possibly a mapped file
 * @param storedImages how many images {@code pixels} holds
 * @param indices where each image of this set lies among the stored ones
 * @param labels the class of each image of this set
 */
public record ImageSet(
    ImageSize size, MemorySegment pixels, int storedImages, int[] indices, int[] labels) {
  /** How many images there are. */
  public int images() {
    return indices.length;
  }

  /**
   * Copies images and their classes to the host, from the image at {@code first} on, round and
   * round.
   *
   * @param x filled with pixels in [0, 1], as many images as {@code classes} has room for
   */
  public void copyTo(int first, float[] x, int[] classes) {
    for (int i = 0; i < classes.length; i++) {
      int position = (first + i) % indices.length;
      classes[i] = labels[position];
      long at = (long) indices[position] * size.bytes();
      for (int k = 0; k < size.bytes(); k++) {
        x[i * size.bytes() + k] = (pixels.get(ValueLayout.JAVA_BYTE, at + k) & 0xff) / 255f;
      }
    }
  }
}
