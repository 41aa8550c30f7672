package dev.verbatim.augment;

import java.util.Arrays;
import java.util.List;

/**
 * A list of augmentations in numbers, for a device that does them itself ({@link
 * dev.verbatim.tensor.Kernels#augmentImages}): for each a code and then what the device needs to
 * know, whole numbers as they are and others as the bits of a float32; at the end a 0.
 */
public final class Program {
  static final int CROP = 1;
  static final int FLIP = 2;
  static final int ROTATION = 3;
  static final int TRANSLATION = 4;
  static final int AFFINE = 5;
  static final int JITTER = 6;
  static final int CUTOUT = 7;
  static final int NORMALIZE = 8;

  private final int height;
  private final int width;
  private int[] words = {};

  private Program(int height, int width) {
    this.height = height;
    this.width = width;
  }

  /** The words for a list and images of one size. */
  public static int[] of(List<Augmentation> list, int height, int width) {
    Program program = new Program(height, width);
    list.forEach(augmentation -> augmentation.encode(program));
    program.whole(0);
    return program.words;
  }

  /** Of the images. */
  int height() {
    return height;
  }

  /** Of the images. */
  int width() {
    return width;
  }

  Program whole(int word) {
    words = Arrays.copyOf(words, words.length + 1);
    words[words.length - 1] = word;
    return this;
  }

  Program number(double value) {
    return whole(Float.floatToRawIntBits((float) value));
  }
}
