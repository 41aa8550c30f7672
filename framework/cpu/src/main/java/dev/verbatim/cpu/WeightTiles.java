package dev.verbatim.cpu;

/**
 * The inner loop of weight gradients, on vectors of one width. A panel is one or two vectors of
 * neighbouring output channels.
 */
interface WeightTiles {
  /**
   * The products {@code x · dY} of the first {@code count} pixels, added in index order, one FMA
   * each, to one panel of the sums of {@code taps} neighbouring taps.
   *
   * @param vectors 1 or 2
   */
  void run(Span s, int vectors, int count, int taps);

  /** Operands of {@link #run}. One object a thread. */
  final class Span {
    float[] x = {};

    /** Where the first tap lies for pixel offset 0. */
    int xBase;

    /** For each pixel its offset in x and its row in dY. */
    int[] pixels = {};

    /** How many pixels lie side by side each time, at the distance of the first two. */
    int columns = 1;

    /** Rows as wide as the panel. */
    float[] dY = {};

    int dYAt;
    float[] sums = {};

    /** Where the first tap and the panel's first channel lie. */
    int sumsAt;

    int sumsStride;

    /** Whether the sums begin at +0, instead of at what is there. */
    boolean fresh;

    /** See {@link VectorWidth#with32Registers}. Long enough to share no cache line with others. */
    final float[] fence = new float[32];
  }
}
