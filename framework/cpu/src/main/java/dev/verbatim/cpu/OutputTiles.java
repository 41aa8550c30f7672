package dev.verbatim.cpu;

/**
 * The inner loop of convolutions and matrix products, on vectors of one width. A panel is one or
 * two vectors of neighbouring output channels.
 */
interface OutputTiles {
  /**
   * Outputs of one panel for the pixels {@code from} to {@code to}. Each output starts at its value
   * of {@code start} and adds {@code x · w} over the window's rows and, inside a row, over {@code
   * rowLength} values (one or more) that lie side by side, in that order, one FMA each.
   *
   * @param vectors 1 or 2
   */
  void run(Span s, int vectors, int from, int to);

  /** Operands of {@link #run}. One object a thread, set anew for each panel. */
  final class Span {
    float[] x = {};
    int xBase;

    /** Where the window of each pixel begins, from {@code xBase}. */
    int[] xOffsets = {};

    int rowStride;
    int rows;
    int rowLength;

    /** Weights, in rows for each value of the window. */
    float[] w = {};

    int wAt;

    /** Floats from one row of weights to the next. */
    int wStride;

    /** Floats that are left out behind the weights of each row of the window. */
    int wSkip;

    float[] start = {};
    int startAt;
    float[] y = {};
    int yBase;

    /** Where the channels of each pixel go, from {@code yBase}. */
    int[] yOffsets = {};

    /** How many channels of the panel are written. */
    int channels;

    boolean accumulate;

    /** Where {@link #outAt} counts: y, or room for a tile that {@link #put} has work to do for. */
    float[] out = {};

    /** See {@link VectorWidth#with32Registers}. Long enough to share no cache line with others. */
    final float[] fence = new float[32];

    private final float[] sums = new float[12 * 16];
    private boolean direct;

    /**
     * All bits where a tile writes to y, none where it does not. A branch instead would have tiles
     * compiled twice, once more when the other side is first taken.
     */
    private int mask;

    private int width;
    private Lanes lanes = new ScalarLanes();

    /** Where the sums of a panel go; its weights are packed in rows as wide as it is. */
    void write(float[] to, Panels.Panel panel, boolean adds) {
      y = to;
      width = panel.width();
      wStride = width;
      channels = panel.channels();
      accumulate = adds;
      lanes = panel.kind().elements();
      direct = panel.isFull() && !adds;
      out = direct ? y : sums;
      mask = direct ? -1 : 0;
    }

    /** Where a tile writes the sums of a pixel in {@link #out}. */
    int outAt(int firstPixel, int pixel) {
      return (mask & (yBase + yOffsets[firstPixel + pixel])) + (~mask & (pixel * width));
    }

    /**
     * The first pixel from {@code q} on that is not at this distance from the one before it, or
     * that is behind this many.
     *
     * @param pixels no more than the pixels of a row, so that they go beyond its end once at most
     */
    int endOfRow(int q, int pixels, int step) {
      if (xOffsets[q + pixels - 1] - xOffsets[q] == (pixels - 1) * step) {
        return q + pixels;
      }
      int next = q + 1;
      while (xOffsets[next] - xOffsets[next - 1] == step) {
        next++;
      }
      return next;
    }

    /** Takes a tile's sums to y, where they are not there yet. */
    void put(int firstPixel, int pixels) {
      if (direct) {
        return;
      }
      if (accumulate && channels == width) {
        lanes.addRows(sums, pixels, width, y, yBase, yOffsets, firstPixel);
        return;
      }
      for (int p = 0; p < pixels; p++) {
        int at = yBase + yOffsets[firstPixel + p];
        for (int c = 0; c < channels; c++) {
          float sum = sums[p * width + c];
          y[at + c] = accumulate ? y[at + c] + sum : sum;
        }
      }
    }
  }
}
