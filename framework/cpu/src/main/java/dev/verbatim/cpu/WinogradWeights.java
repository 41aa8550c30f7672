package dev.verbatim.cpu;

import java.util.List;

/**
 * A convolution's weights at the 16 positions of a tile, packed: for each position its panels one
 * after another, a row as wide as the panel for each channel of the source. A panel begins where
 * its first channel does, times the channels of the source.
 */
final class WinogradWeights {
  /** Pairs of channels in a unit of work. */
  private static final int PAIRS = 1024;

  private static final int COLUMNS_IN_FIRST_CACHE = 64;

  private final Pool pool;
  private final WinogradWeightTransforms transforms;
  private final List<WinogradProducts> products;
  private final Pool.Task transform = this::transform;
  private final Pool.Task pack = this::pack;
  private float[] weights = {};
  private float[] plain = {};
  private float[] packed = {};
  private int in;
  private int out;
  private boolean reversed;

  /**
   * Nothing yet.
   *
   * @param products widest first
   */
  WinogradWeights(Pool pool, WinogradWeightTransforms transforms, List<WinogradProducts> products) {
    this.pool = pool;
    this.transforms = transforms;
    this.products = products;
  }

  /**
   * Packs weights {@code [3, 3, in, out]}.
   *
   * @param backwards whether as {@code [3, 3, out, in]} with the kernel's pixels in reverse
   */
  void set(float[] w, int from, int to, boolean backwards) {
    weights = w;
    in = from;
    out = to;
    reversed = backwards;
    if (plain.length < 16 * in * out) {
      plain = new float[16 * in * out];
      packed = new float[16 * in * out];
    }
    pool.run(transform, Math.ceilDiv(in * out, PAIRS));
    pool.run(pack, 16);
  }

  float[] packed() {
    return packed;
  }

  /** The loops for the panel that begins at a channel. */
  WinogradProducts at(int channel) {
    return WinogradPanel.at(products, channel, out);
  }

  private void transform(int unit, int worker) {
    int first = unit * PAIRS;
    transforms.weights(weights, first, Math.min(PAIRS, in * out - first), in * out, plain);
  }

  private void pack(int position, int worker) {
    int from = (reversed ? mirrored(position) : position) * in * out;
    int at = position * in * out;
    for (int k = 0; k < out; ) {
      int width = at(k).width();
      if (reversed) {
        packTransposed(from + k * in, width, at + k * in);
      } else {
        for (int c = 0; c < in; c++) {
          System.arraycopy(plain, from + c * out + k, packed, at + k * in + c * width, width);
        }
      }
      k += width;
    }
  }

  private void packTransposed(int from, int width, int at) {
    for (int first = 0; first < in; first += COLUMNS_IN_FIRST_CACHE) {
      int count = Math.min(COLUMNS_IN_FIRST_CACHE, in - first);
      for (int k = 0; k < width; k += 4) {
        int to = at + first * width + k;
        Packing.fourRows(plain, from + k * in + first, in, count, packed, to, width);
      }
    }
  }

  /** In a kernel whose pixels are in reverse, the first and the last positions change places. */
  private static int mirrored(int position) {
    return mirroredLine(position / 4) * 4 + mirroredLine(position % 4);
  }

  private static int mirroredLine(int line) {
    return line == 0 ? 3 : line == 3 ? 0 : line;
  }
}
