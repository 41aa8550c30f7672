package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.CHUNK;
import static dev.verbatim.cpu.WinogradPlanes.LINE;
import static dev.verbatim.cpu.WinogradPlanes.POSITIONS;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;
import java.util.List;

/**
 * Gradient by the weights of a convolution in tiles, F(3x3, 4x4). A unit is a block of images and,
 * where there are few blocks, some of the input's channels. The blocks' sums are added and
 * transformed in a second pass. Where there are few tiles and many weights, a unit is a chunk of
 * the input's channels, all of it.
 */
final class WinogradWeightGradient {
  /** Tiles whose values and gradients, of 32 channels, take a part of the second-level cache. */
  private static final int TILES = 32;

  /** Sums beyond so many come from beyond that cache, and should be worth it. */
  private static final int NEAR_WEIGHTS = 1 << 11;

  /** Sums from so many weights on go through memory if they are transformed in a second pass. */
  private static final int FAR_WEIGHTS = 1 << 15;

  /** Floats of either side in tiles that stay near while one chunk after another goes by. */
  private static final int NEAR_VALUES = 1 << 21;

  private static final int UNITS_FOR_THREAD = 4;

  /** Channels of the input in a unit of the second pass. */
  private static final int CHANNELS_IN_UNIT = 4;

  private final Pool pool;
  private final WinogradTransforms transforms;
  private final WinogradWeightTransforms weightTransforms;
  private final List<WinogradSums> panels;
  private final Lanes lanes;
  private final WinogradScratch[] scratch;
  private final WinogradPlanes allGradients;
  private final float[][] ownSums;
  private final Pool.Task gradientsOfRows = this::gradientsOfRows;
  private final Pool.Task chunkOfInput = this::chunkOfInput;
  private final Pool.Task blockSums = this::blockSums;
  private final Pool.Task reduction = this::reduce;
  private final WinogradLines x = new WinogradLines();
  private final WinogradLines dY = new WinogradLines();
  private float[] sums = {};
  private float[] dW = {};
  private boolean accumulate;

  /**
   * Floats from a position to the next: as in {@link WinogradPlanes#plane}, lines do not collide.
   */
  private int plane;

  private int rows;
  private int rowsInBlock;
  private int rowsInTurn;
  private int blocks;
  private int channelsInPart;
  private int parts;
  private int rowsInUnit;

  WinogradWeightGradient(
      Pool pool,
      WinogradScratch[] scratch,
      WinogradPlanes allGradients,
      Vectors widest,
      List<WinogradSums> panels) {
    this.pool = pool;
    this.scratch = scratch;
    this.allGradients = allGradients;
    ownSums = new float[pool.threads()][0];
    this.panels = panels;
    transforms = widest.transforms();
    weightTransforms = widest.weightTransforms();
    lanes = widest.elements();
  }

  void run(Tensor input, Tensor gradient, boolean add, Tensor weightGradient) {
    x.set(CpuStorage.floats(input), input.shape());
    dY.set(CpuStorage.floats(gradient), gradient.shape());
    dW = CpuStorage.floats(weightGradient);
    accumulate = add;
    int images = input.shape().dim(0);
    int rowsInImage = x.rowsInImage();
    int pairs = x.channels() * dY.channels();
    int imagesInBlock = Kernels.imagesPerBlock(images, POSITIONS * pairs);
    blocks = Math.ceilDiv(images, imagesInBlock);
    rows = images * rowsInImage;
    rowsInBlock = imagesInBlock * rowsInImage;
    int widest = Math.max(x.channels(), dY.channels());
    boolean fewTiles = (long) POSITIONS * widest * tiles(0, rows) <= NEAR_VALUES;
    if (fewTiles && blocks == 1 && pairs >= FAR_WEIGHTS) {
      chunkByChunk();
      return;
    }
    int tiles = TILES * Math.clamp(pairs / NEAR_WEIGHTS, 1, 4);
    int turns = Math.max(Math.round((float) tiles(0, rowsInBlock) / tiles), 1);
    rowsInTurn = Math.ceilDiv(rowsInBlock, turns);
    cutChannels();
    plane = pairs + LINE;
    if (sums.length < blocks * POSITIONS * plane) {
      sums = new float[blocks * POSITIONS * plane];
    }
    pool.run(blockSums, blocks * parts);
    pool.run(reduction, x.channels() / CHANNELS_IN_UNIT);
  }

  /**
   * Few tiles and many weights: the sums of a chunk of the input's channels over all tiles,
   * transformed before those of the next. So they need not be written to memory and read again.
   */
  private void chunkByChunk() {
    allGradients.lay(dY.channels(), tiles(0, rows));
    rowsInUnit = Math.ceilDiv(rows, UNITS_FOR_THREAD * pool.threads());
    pool.run(gradientsOfRows, Math.ceilDiv(rows, rowsInUnit));
    for (WinogradScratch s : scratch) {
      s.values.lay(CHUNK, tiles(0, rows));
    }
    Scratch.growAll(ownSums, POSITIONS * ownPlane());
    pool.run(chunkOfInput, x.channels() / CHUNK);
  }

  private int ownPlane() {
    return CHUNK * dY.channels() + LINE;
  }

  private void gradientsOfRows(int unit, int worker) {
    int first = unit * rowsInUnit;
    int last = Math.min(first + rowsInUnit, rows);
    WinogradTransforms.Lines lines = scratch[worker].lines;
    for (int row = first; row < last; row++) {
      dY.place(row, lines);
      transforms.gradient(lines, allGradients, tiles(0, row));
    }
  }

  private void chunkOfInput(int unit, int worker) {
    int channel = unit * CHUNK;
    int out = dY.channels();
    int tiles = tiles(0, rows);
    WinogradPlanes v = scratch[worker].values;
    WinogradTransforms.Lines lines = scratch[worker].lines;
    for (int row = 0; row < rows; row++) {
      x.place(row, lines);
      transforms.input(lines, channel, channel + CHUNK, v, tiles(0, row));
    }
    int ownPlane = ownPlane();
    float[] own = ownSums[worker];
    for (int position = 0; position < POSITIONS; position++) {
      int vAt = v.at(position, 0, 0);
      for (int k = 0; k < out; ) {
        WinogradSums panel = WinogradPanel.at(panels, 0, k, out);
        int dAt = allGradients.at(position, k, 0);
        panel.sums(v, vAt, allGradients, dAt, tiles, own, position * ownPlane + k, out, true);
        k += panel.width();
      }
    }
    int pairs = x.channels() * out;
    weightTransforms.gradient(own, 0, ownPlane, CHUNK * out, accumulate, dW, channel * out, pairs);
  }

  private int tiles(int first, int last) {
    return (last - first) * x.tilesInRow();
  }

  private void cutChannels() {
    int most = x.channels() / CHUNK;
    int wanted = pool.threads() == 1 ? 1 : UNITS_FOR_THREAD * pool.threads();
    int cut = Math.clamp(Math.ceilDiv(wanted, blocks), 1, most);
    channelsInPart = Math.ceilDiv(most, cut) * CHUNK;
    parts = Math.ceilDiv(x.channels(), channelsInPart);
  }

  private void blockSums(int unit, int worker) {
    int block = unit / parts;
    int channel = unit % parts * channelsInPart;
    int first = block * rowsInBlock;
    int last = Math.min(first + rowsInBlock, rows);
    for (int row = first; row < last; row += rowsInTurn) {
      int end = Math.min(row + rowsInTurn, last);
      int to = Math.min(channel + channelsInPart, x.channels());
      turn(block, row, end, channel, to, row == first, scratch[worker]);
    }
  }

  /** Some rows of tiles of a block, transformed and added to its sums. */
  private void turn(
      int block,
      int first,
      int last,
      int channel,
      int lastChannel,
      boolean fresh,
      WinogradScratch s) {
    int tiles = tiles(first, last);
    s.values.lay(lastChannel - channel, tiles);
    s.products.lay(dY.channels(), tiles);
    for (int row = first; row < last; row++) {
      int tile = tiles(first, row);
      x.place(row, s.lines);
      transforms.input(s.lines, channel, lastChannel, s.values, tile);
      dY.place(row, s.lines);
      transforms.gradient(s.lines, s.products, tile);
    }
    int ofPosition =
        (lastChannel - channel) / CHUNK * WinogradPanel.count(panels, 0, dY.channels());
    x.ahead(s.next, last, 1, last - first, POSITIONS * ofPosition);
    dY.ahead(s.other, last, 0, last - first, POSITIONS * ofPosition);
    for (int position = 0; position < POSITIONS; position++) {
      sums(block, position, channel, lastChannel, tiles, fresh, s);
    }
  }

  private void sums(
      int block,
      int position,
      int channel,
      int lastChannel,
      int tiles,
      boolean fresh,
      WinogradScratch s) {
    int in = lastChannel - channel;
    int out = dY.channels();
    int planeAt = (block * POSITIONS + position) * plane;
    for (int k = 0; k < out; ) {
      WinogradSums panel = WinogradPanel.at(panels, 0, k, out);
      int dAt = s.products.at(position, k, 0);
      for (int c = 0; c < in; c += CHUNK) {
        int vAt = s.values.at(position, c, 0);
        int at = planeAt + (channel + c) * out + k;
        panel.sums(s.values, vAt, s.products, dAt, tiles, sums, at, out, fresh);
        s.next.next();
        s.other.next();
      }
      k += panel.width();
    }
  }

  private void reduce(int unit, int worker) {
    int pairs = x.channels() * dY.channels();
    int count = CHANNELS_IN_UNIT * dY.channels();
    int first = unit * count;
    for (int block = 1; block < blocks; block++) {
      for (int position = 0; position < POSITIONS; position++) {
        int from = (block * POSITIONS + position) * plane + first;
        lanes.addInto(sums, from, sums, position * plane + first, count);
      }
    }
    weightTransforms.gradient(sums, first, plane, count, accumulate, dW, first, pairs);
  }
}
