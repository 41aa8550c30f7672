package dev.verbatim.cpu;

/**
 * The inner loop of convolutions and matrix products, on vectors of one width. A panel is one or
 * two vectors of neighbouring output channels.
 */
interface OutputTiles {
  /**
   * Outputs of one panel for the pixels {@code from} to {@code to}. Each output starts at its value
   * of {@code start} and adds {@code x · w} over the window's rows and, inside a row, over {@code
   * rowLength} values that lie side by side, in that order, one FMA each.
   *
   * @param vectors 1 or 2
   * @param channels how many channels of the panel are written
   */
  void run(Span s, int vectors, int channels, int from, int to);

  /** Operands of {@link #run}. One object a thread, set anew for each panel. */
  final class Span {
    float[] x = {};
    int xBase;

    /** Where the window of each pixel begins, from {@code xBase}. */
    int[] xOffsets = {};

    int rowStride;
    int rows;
    int rowLength;
    float[] w = {};
    int wAt;

    /** Floats from one row of weights to the next. */
    int wStride;

    float[] start = {};
    int startAt;
    float[] y = {};
    int yBase;

    /** Where the channels of each pixel go, from {@code yBase}. */
    int[] yOffsets = {};

    boolean accumulate;

    /** Room for one vector of any width. */
    final float[] partial = new float[16];
  }
}
