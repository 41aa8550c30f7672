package dev.verbatim.cpu;

import java.util.Arrays;

/** Memory that a kernel needs while it runs: it grows to what is asked and is then used again. */
final class Scratch {
  private static final float[] EMPTY = {};

  private final float[][] images;
  private final float[][] panels;
  private float[] packed = EMPTY;
  private float[] start = EMPTY;
  private float[] sums = EMPTY;

  Scratch(int workers) {
    images = new float[workers][];
    panels = new float[workers][];
    Arrays.fill(images, EMPTY);
    Arrays.fill(panels, EMPTY);
  }

  /** A part of an image, one for each worker. */
  float[] image(int worker, int size) {
    images[worker] = grown(images[worker], size);
    return images[worker];
  }

  /** What a worker packs for itself: panels, columns, a gradient's channels padded to a panel. */
  float[] panel(int worker, int size) {
    panels[worker] = grown(panels[worker], size);
    return panels[worker];
  }

  /** Weights packed into panels, or columns of a matrix side by side. */
  float[] packed(int size) {
    packed = grown(packed, size);
    return packed;
  }

  /** First values of sums. */
  float[] start(int size) {
    start = grown(start, size);
    return start;
  }

  /** Partial sums. */
  float[] sums(int size) {
    sums = grown(sums, size);
    return sums;
  }

  /** Makes room in all workers' arrays, where it is not known which of them will take a unit. */
  static void growAll(float[][] arrays, int size) {
    for (int worker = 0; worker < arrays.length; worker++) {
      arrays[worker] = grown(arrays[worker], size);
    }
  }

  private static float[] grown(float[] array, int size) {
    return array.length >= size ? array : new float[size];
  }
}
