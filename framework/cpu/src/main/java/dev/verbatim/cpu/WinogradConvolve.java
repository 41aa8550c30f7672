package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.POSITIONS;
import static dev.verbatim.cpu.WinogradPlanes.TILE;

import dev.verbatim.tensor.Tensor;
import java.util.List;

/**
 * Convolutions in tiles of four by four outputs, by Winograd's F(4x4, 3x3), and their gradients by
 * the input, which are the same over the gradient of the output. A unit is some rows of tiles; it
 * goes through the three steps in blocks, whose values stay in the caches. Where there are few
 * tiles and many weights, a unit is a panel of these instead.
 */
final class WinogradConvolve {
  /**
   * Tiles in a block, up to three times as many where groups are full then; many more are slower.
   */
  private static final int TILES = 16;

  /** Weights up to so many stay in the second-level cache from block to block. */
  private static final int NEAR_WEIGHTS = 1 << 14;

  /** Floats of the source that a unit aims at. */
  private static final int UNIT_FLOATS = 1 << 16;

  /** Weights from so many on go through memory if they are packed for all panels at once. */
  private static final int FAR_WEIGHTS = 1 << 17;

  /**
   * Floats of the source or target in tiles that stay near while one panel after another goes by.
   */
  private static final int NEAR_VALUES = 1 << 20;

  private final Pool pool;
  private final WinogradTransforms transforms;
  private final WinogradWeights weights;
  private final WinogradScratch[] scratch;
  private final Pool.Task sweep = this::sweep;
  private final Pool.Task valuesOfRows = this::valuesOfRows;
  private final Pool.Task productsOfPanel = this::productsOfPanel;
  private final Pool.Task outputsOfRows = this::outputsOfRows;
  private final WinogradPlanes allValues;
  private final WinogradPlanes allProducts;
  private final WinogradLines source = new WinogradLines();
  private final WinogradLines target = new WinogradLines();
  private Tensor bias = Tensor.none();
  private boolean accumulate;
  private Convolve.Ending ending = Convolve.Ending.NONE;
  private int rows;
  private int rowsInBlock;
  private int rowsInUnit;

  WinogradConvolve(
      Pool pool,
      WinogradScratch[] scratch,
      WinogradPlanes allValues,
      WinogradPlanes allProducts,
      Vectors widest,
      List<WinogradProducts> products) {
    this.pool = pool;
    this.scratch = scratch;
    this.allValues = allValues;
    this.allProducts = allProducts;
    transforms = widest.transforms();
    weights = new WinogradWeights(pool, widest.weightTransforms(), products);
  }

  void forward(Tensor x, Tensor w, Tensor b, Tensor y) {
    run(x, w, false, b, false, y, Convolve.Ending.NONE);
  }

  /** Forward without a bias. */
  void forward(Tensor x, Tensor w, Tensor y, Convolve.Ending last) {
    run(x, w, false, Tensor.none(), false, y, last);
  }

  void inputGradient(Tensor dY, Tensor w, boolean add, Tensor dX) {
    run(dY, w, true, Tensor.none(), add, dX, Convolve.Ending.NONE);
  }

  private void run(
      Tensor from,
      Tensor w,
      boolean backwards,
      Tensor b,
      boolean add,
      Tensor to,
      Convolve.Ending last) {
    source.set(CpuStorage.floats(from), from.shape());
    target.set(CpuStorage.floats(to), to.shape());
    bias = b;
    accumulate = add;
    ending = last;
    weights.set(CpuStorage.floats(w), source.channels(), target.channels(), backwards);
    rows = from.shape().dim(0) * source.rowsInImage();
    int pairs = source.channels() * target.channels();
    int widest = Math.max(source.channels(), target.channels());
    boolean fewTiles = (long) POSITIONS * widest * tiles(0, rows) <= NEAR_VALUES;
    if (fewTiles && pairs >= FAR_WEIGHTS && weights.cutInto(2 * pool.threads())) {
      panelByPanel();
      return;
    }
    weights.pack();
    int group = weights.at(0).group();
    int pair = Math.min(2 * group, TILES);
    int tilesInBlock = Math.ceilDiv(TILES, pair) * pair;
    int share = Math.ceilDiv(tiles(0, rows), pool.threads() * group) * group;
    int tiles = Math.min(tilesInBlock * Math.clamp(pairs / NEAR_WEIGHTS, 1, 4), share);
    rowsInBlock = rowsInBlock(tiles, group);
    int most = Math.min(UNIT_FLOATS / (TILE * source.line()), rows / (8 * pool.threads()));
    rowsInUnit = Math.max(most / rowsInBlock, 1) * rowsInBlock;
    pool.run(sweep, Math.ceilDiv(rows, rowsInUnit));
  }

  /**
   * Rows of so many tiles, or of some more that fill groups, as a group in part takes as long as a
   * full one; no more than a thread's share, and not where there are few blocks for a thread.
   */
  private int rowsInBlock(int tiles, int group) {
    int share = Math.ceilDiv(rows, pool.threads());
    int least = Math.min(Math.ceilDiv(tiles, source.tilesInRow()), share);
    int most = Math.min(2 * least, share / 8);
    for (int more = least; more < most; more++) {
      if (tiles(0, more) % group == 0) {
        return more;
      }
    }
    return least;
  }

  private void sweep(int unit, int worker) {
    int first = unit * rowsInUnit;
    int last = Math.min(first + rowsInUnit, rows);
    for (int row = first; row < last; row += rowsInBlock) {
      block(row, Math.min(row + rowsInBlock, last), scratch[worker]);
    }
    finish(first, last);
  }

  /**
   * Few tiles and many weights: all tiles at once, and each panel's weights are packed just before
   * they are used. So they need not be written to memory and read from there.
   */
  private void panelByPanel() {
    allValues.lay(source.channels(), tiles(0, rows));
    allProducts.lay(target.channels(), tiles(0, rows));
    rowsInUnit = Math.ceilDiv(rows, 4 * pool.threads());
    int units = Math.ceilDiv(rows, rowsInUnit);
    pool.run(valuesOfRows, units);
    weights.makeRoomForPanels();
    pool.run(productsOfPanel, weights.panels());
    pool.run(outputsOfRows, units);
  }

  private void valuesOfRows(int unit, int worker) {
    int first = unit * rowsInUnit;
    values(first, Math.min(first + rowsInUnit, rows), 0, allValues, scratch[worker].lines);
  }

  private void productsOfPanel(int unit, int worker) {
    int k = weights.channelOf(unit);
    WinogradProducts panel = weights.at(k);
    float[] u = weights.packPanel(k, worker);
    int plane = weights.ownPlane(k);
    for (int position = 0; position < POSITIONS; position++) {
      panel.products(
          allValues,
          source.channels(),
          tiles(0, rows),
          u,
          position * plane,
          allProducts,
          position,
          k,
          scratch[worker].values.fence);
    }
  }

  private void outputsOfRows(int unit, int worker) {
    int first = unit * rowsInUnit;
    int last = Math.min(first + rowsInUnit, rows);
    outputs(allProducts, first, last, 0, scratch[worker].lines);
    finish(first, last);
  }

  private void finish(int first, int last) {
    ending.pixels(target.pixel(first), target.pixel(last));
  }

  private int tiles(int first, int last) {
    return (last - first) * source.tilesInRow();
  }

  private void block(int first, int last, WinogradScratch s) {
    int tiles = tiles(first, last);
    WinogradPlanes v = s.values;
    v.lay(source.channels(), tiles);
    values(first, last, first, v, s.lines);
    WinogradPlanes m = v;
    if (!isInPlace()) {
      m = s.products;
      m.lay(target.channels(), tiles);
    }
    source.ahead(s.next, last, 1, last - first, POSITIONS);
    target.ahead(s.other, first, 0, last - first, POSITIONS);
    for (int position = 0; position < POSITIONS; position++) {
      products(position, tiles, v, m, s.values.fence);
      s.next.next();
      s.other.next();
    }
    outputs(m, first, last, first, s.lines);
  }

  /**
   * Some rows of the source in tiles.
   *
   * @param begin the row whose tiles come first in v
   */
  private void values(
      int first, int last, int begin, WinogradPlanes v, WinogradTransforms.Lines lines) {
    for (int row = first; row < last; row++) {
      source.place(row, lines);
      transforms.input(lines, 0, source.channels(), v, tiles(begin, row));
    }
  }

  /**
   * Whether products take the place of values: where there is one panel, these have been read when
   * the products of the same tiles are written.
   */
  private boolean isInPlace() {
    return source.channels() == target.channels() && target.channels() == weights.at(0).width();
  }

  private void products(
      int position, int tiles, WinogradPlanes v, WinogradPlanes m, float[] fence) {
    int in = source.channels();
    for (int k = 0; k < target.channels(); ) {
      WinogradProducts panel = weights.at(k);
      int uAt = weights.panelAt(position, k);
      panel.products(v, in, tiles, weights.packed(), uAt, m, position, k, fence);
      k += panel.width();
    }
  }

  /** Rows of the target from their products, like {@link #values}. */
  private void outputs(
      WinogradPlanes m, int first, int last, int begin, WinogradTransforms.Lines lines) {
    for (int row = first; row < last; row++) {
      target.place(row, lines);
      int tile = tiles(begin, row);
      if (accumulate) {
        transforms.outputAdded(m, tile, lines);
      } else if (bias.isPresent()) {
        transforms.outputWithBias(m, tile, CpuStorage.floats(bias), lines);
      } else {
        transforms.output(m, tile, lines);
      }
    }
  }
}
