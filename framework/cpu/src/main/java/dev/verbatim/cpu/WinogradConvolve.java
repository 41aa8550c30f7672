package dev.verbatim.cpu;

import dev.verbatim.tensor.Tensor;
import java.util.List;

/**
 * Convolutions in tiles of two by two outputs, by Winograd's F(2x2, 3x3), and their gradients by
 * the input, which are the same over the gradient of the output. A unit is some rows of tiles; it
 * goes through the three steps in blocks, whose values stay in the caches.
 */
final class WinogradConvolve {
  /** Tiles in a block, or a few more; many more are slower. */
  private static final int TILES = 16;

  /** Weights up to so many stay in the second-level cache from block to block. */
  private static final int NEAR_WEIGHTS = 1 << 14;

  /** Floats of the source that a unit aims at. */
  private static final int UNIT_FLOATS = 1 << 16;

  private final Pool pool;
  private final WinogradTransforms transforms;
  private final WinogradWeights weights;
  private final WinogradScratch[] scratch;
  private final int group;
  private final int tilesInBlock;
  private final Pool.Task sweep = this::sweep;
  private final WinogradLines source = new WinogradLines();
  private final WinogradLines target = new WinogradLines();
  private Tensor bias = Tensor.none();
  private boolean accumulate;
  private Convolve.Ending ending = Convolve.Ending.NONE;
  private int rows;
  private int rowsInBlock;
  private int rowsInUnit;

  WinogradConvolve(
      Pool pool, WinogradScratch[] scratch, Vectors widest, List<WinogradProducts> products) {
    this.pool = pool;
    this.scratch = scratch;
    transforms = widest.transforms();
    weights = new WinogradWeights(pool, widest.weightTransforms(), products);
    group = products.getFirst().group();
    tilesInBlock = Math.ceilDiv(TILES, 2 * group) * 2 * group;
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
    rows = from.shape().dim(0) * from.shape().dim(1) / 2;
    int pairs = source.channels() * target.channels();
    int share = Math.ceilDiv(rows * source.tilesInRow(), pool.threads() * group) * group;
    int tiles = Math.min(tilesInBlock * Math.clamp(pairs / NEAR_WEIGHTS, 1, 4), share);
    rowsInBlock = Math.ceilDiv(tiles, source.tilesInRow());
    int most = Math.min(UNIT_FLOATS / (2 * source.line()), rows / (8 * pool.threads()));
    rowsInUnit = Math.max(most / rowsInBlock, 1) * rowsInBlock;
    pool.run(sweep, Math.ceilDiv(rows, rowsInUnit));
  }

  private void sweep(int unit, int worker) {
    int first = unit * rowsInUnit;
    int last = Math.min(first + rowsInUnit, rows);
    for (int row = first; row < last; row += rowsInBlock) {
      block(row, Math.min(row + rowsInBlock, last), scratch[worker]);
    }
    int pixelsInRow = 4 * source.tilesInRow();
    ending.pixels(first * pixelsInRow, last * pixelsInRow);
  }

  private void block(int first, int last, WinogradScratch s) {
    int tilesInRow = source.tilesInRow();
    int tiles = (last - first) * tilesInRow;
    WinogradPlanes v = s.values;
    v.lay(source.channels(), tiles);
    for (int row = first; row < last; row++) {
      source.place(row, s.lines);
      transforms.input(s.lines, 0, source.channels(), v, (row - first) * tilesInRow);
    }
    WinogradPlanes m = v;
    if (!isInPlace()) {
      m = s.products;
      m.lay(target.channels(), tiles);
    }
    for (int position = 0; position < 16; position++) {
      products(position, tiles, v, m);
      source.touch(v, 2 * last + 1, tiles, position, position + 1, 16);
      target.touch(v, 2 * first, tiles, position, position + 1, 16);
    }
    for (int row = first; row < last; row++) {
      target.place(row, s.lines);
      output(m, (row - first) * tilesInRow, s.lines);
    }
  }

  /**
   * Whether products take the place of values: where there is one panel, these have been read when
   * the products of the same tiles are written.
   */
  private boolean isInPlace() {
    return source.channels() == target.channels() && target.channels() == weights.at(0).width();
  }

  private void products(int position, int tiles, WinogradPlanes v, WinogradPlanes m) {
    int in = source.channels();
    for (int k = 0; k < target.channels(); ) {
      WinogradProducts panel = weights.at(k);
      int uAt = weights.panelAt(position, k);
      panel.products(v, in, tiles, weights.packed(), uAt, m, position, k);
      k += panel.width();
    }
  }

  private void output(WinogradPlanes m, int tile, WinogradTransforms.Lines lines) {
    if (accumulate) {
      transforms.outputAdded(m, tile, lines);
    } else if (bias.isPresent()) {
      transforms.outputWithBias(m, tile, CpuStorage.floats(bias), lines);
    } else {
      transforms.output(m, tile, lines);
    }
  }
}
