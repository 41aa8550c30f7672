package dev.verbatim.cpu;

import jdk.internal.misc.Unsafe;

/**
 * Reads of arrays without a check of their bounds, for loops on vectors, which would check each of
 * a tile's pixels anew in every row of its window. Ops have checked the shapes before. A loop calls
 * {@code UNSAFE.getFloat} itself: a method around it is not always inlined into a loop of so many
 * vectors, which then become objects.
 */
final class Unchecked {
  static final Unsafe UNSAFE = Unsafe.getUnsafe();

  private Unchecked() {}

  /** Where an element lies. */
  static long offset(int index) {
    return Unsafe.ARRAY_FLOAT_BASE_OFFSET + (long) Float.BYTES * index;
  }
}
