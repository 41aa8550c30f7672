package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.POSITIONS;

import java.util.List;

/**
 * A convolution's weights at the positions of a tile, packed: for each position its panels one
 * after another, a row as wide as the panel for each channel of the source.
 */
final class WinogradWeights {
  /** Channels in a unit of work: of rows that are as long as all channels, and along them. */
  private static final int ROWS = WinogradPlanes.CHUNK;

  private static final int ALONG = 128;

  /** The most channels in a unit where a panel's channels are the rows, and floats of both. */
  private static final int ALONG_TRANSPOSED = 64;

  private static final int TRANSPOSED = 2048;

  /** The narrowest panels that others are cut into: sums of two go to lines of their own. */
  private static final int NARROWEST = 2 * WinogradPlanes.CHUNK;

  /**
   * Floats between planes, so that these do not collide in the caches. A panel's rows begin at
   * multiples of its width, so it is one of every width.
   */
  private static final int GAP = 64;

  private final Pool pool;
  private final WinogradWeightTransforms transforms;
  private final List<WinogradProducts> products;
  private final Pool.Task packRows = this::packRows;
  private final Pool.Task packTransposed = this::packTransposed;
  private final float[][] blocks;
  private final float[][] ownPanels;
  private float[] weights = {};
  private float[] packed = {};
  private int widest;
  private int in;
  private int out;
  private int plane;
  private boolean reverse;

  /**
   * Nothing yet.
   *
   * @param products widest first
   */
  WinogradWeights(Pool pool, WinogradWeightTransforms transforms, List<WinogradProducts> products) {
    this.pool = pool;
    this.transforms = transforms;
    this.products = products;
    blocks = new float[pool.threads()][];
    ownPanels = new float[pool.threads()][0];
  }

  /**
   * What is packed next: weights {@code [3, 3, in, out]}.
   *
   * @param backwards whether as {@code [3, 3, out, in]} with the kernel's pixels in reverse
   */
  void set(float[] w, int from, int to, boolean backwards) {
    weights = w;
    in = from;
    out = to;
    reverse = backwards;
    widest = 0;
  }

  /** Takes narrower panels if there are fewer than this otherwise; whether there are enough. */
  boolean cutInto(int panels) {
    int first = widest;
    while (panels() < panels) {
      widest++;
      if (widest == products.size() || products.get(widest).width() < NARROWEST) {
        widest = first;
        return false;
      }
    }
    return true;
  }

  /** Packs all panels, for {@link #packed}. */
  void pack() {
    plane = in * out + GAP;
    if (packed.length < POSITIONS * plane) {
      packed = new float[POSITIONS * plane];
    }
    if (reverse) {
      pool.run(packTransposed, panels() * Math.ceilDiv(in, alongTransposed()));
    } else {
      pool.run(packRows, in / ROWS * Math.ceilDiv(out, ALONG));
    }
  }

  float[] packed() {
    return packed;
  }

  /** Where the panel that begins at a channel of the target lies: at a multiple of its width. */
  int panelAt(int position, int channel) {
    return position * plane + channel * in;
  }

  /** The loops for the panel that begins at a channel. */
  WinogradProducts at(int channel) {
    return WinogradPanel.at(products, widest, channel, out);
  }

  /** How many panels there are. */
  int panels() {
    return WinogradPanel.count(products, widest, out);
  }

  /** The channel of the target that a panel begins at. */
  int channelOf(int panel) {
    int k = 0;
    for (int i = 0; i < panel; i++) {
      k += at(k).width();
    }
    return k;
  }

  /** Makes room for {@link #packPanel}. */
  void makeRoomForPanels() {
    Scratch.growAll(ownPanels, POSITIONS * ownPlane(0));
  }

  /** Packs the panel that begins at a channel, for itself: a worker's own, until its next one. */
  float[] packPanel(int channel, int worker) {
    int width = at(channel).width();
    int ownPlane = ownPlane(channel);
    float[] own = ownPanels[worker];
    if (reverse) {
      for (int first = 0; first < in; first += alongTransposed()) {
        packTransposed(channel, first, own, first * width, ownPlane, worker);
      }
    } else {
      for (int c = 0; c < in; c++) {
        transforms.weights(weights, c * out + channel, in * out, width, own, c * width, ownPlane);
      }
    }
    return own;
  }

  /** Floats from a position to the next of {@link #packPanel}. */
  int ownPlane(int channel) {
    return in * at(channel).width() + GAP;
  }

  private void packRows(int unit, int worker) {
    int first = unit % (in / ROWS) * ROWS;
    int along = unit / (in / ROWS) * ALONG;
    int end = Math.min(along + ALONG, out);
    for (int k = along; k < end; ) {
      int width = at(k).width();
      for (int c = first; c < first + ROWS; c++) {
        int to = panelAt(0, k) + c * width;
        transforms.weights(weights, c * out + k, in * out, width, packed, to, plane);
      }
      k += width;
    }
  }

  private void packTransposed(int unit, int worker) {
    int columns = Math.ceilDiv(in, alongTransposed());
    int first = unit % columns * alongTransposed();
    int k = channelOf(unit / columns);
    packTransposed(k, first, packed, panelAt(0, k) + first * at(k).width(), plane, worker);
  }

  /** Some of a panel's rows, through a block that they cross as columns. */
  private void packTransposed(int k, int first, float[] to, int toAt, int toPlane, int worker) {
    int count = Math.min(alongTransposed(), in - first);
    int width = at(k).width();
    int blockPlane = width * count + GAP;
    float[] block = block(worker);
    for (int row = 0; row < width; row++) {
      int last = 8 * in * out + (k + row) * in + first; // of the kernel's pixels
      transforms.weights(weights, last, -in * out, count, block, row * count, blockPlane);
    }
    for (int position = 0; position < POSITIONS; position++) {
      int from = position * blockPlane;
      int at = toAt + position * toPlane;
      for (int row = 0; row < width; row += 4) {
        Packing.fourRows(block, from + row * count, count, count, to, at + row, width);
      }
    }
  }

  private int alongTransposed() {
    return Math.min(ALONG_TRANSPOSED, TRANSPOSED / at(0).width());
  }

  private float[] block(int worker) {
    if (blocks[worker] == null) {
      blocks[worker] = new float[POSITIONS * (TRANSPOSED + GAP)];
    }
    return blocks[worker];
  }
}
