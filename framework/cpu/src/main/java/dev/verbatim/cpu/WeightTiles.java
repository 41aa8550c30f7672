package dev.verbatim.cpu;

/**
 * The inner loop of weight gradients, on vectors of one width. A panel is one or two vectors of
 * neighbouring output channels.
 */
interface WeightTiles {
  /**
   * Adds to one panel of sums the products {@code x · dY} of the pixels {@code from} to {@code to},
   * in index order, one FMA each, for the taps {@code firstTap} to {@code lastTap}, which lie side
   * by side in a row of the window.
   *
   * @param vectors 1 or 2
   */
  void run(Span s, int vectors, int from, int to, int firstTap, int lastTap);

  /** Operands of {@link #run}. One object a thread. */
  final class Span {
    float[] x = {};

    /** Where tap 0 of the window row lies for pixel offset 0. */
    int xBase;

    int[] xOffsets = {};
    float[] dY = {};
    int dYAt;
    int dYStride;
    float[] sums = {};

    /** Where tap 0 of the window row and the panel's first channel lie. */
    int sumsAt;

    int sumsStride;
  }
}
