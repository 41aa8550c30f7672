package dev.verbatim.cpu;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.util.List;

/**
 * Convolutions of 3x3 with stride 1 and padding 1 by Winograd's F(2x2, 3x3), their gradients by the
 * input, and by the weights by F(3x3, 2x2).
 */
final class Winograd {
  static final boolean ON = Boolean.getBoolean("verbatim.winograd");
  private static final int TILES = Integer.getInteger("verbatim.winograd.tiles", 16);
  private static final int SUM_TILES = Integer.getInteger("verbatim.winograd.sumTiles", 64);
  private static final int CHUNK = WinogradTiles.CHUNK;
  private static final int PAD = Integer.getInteger("verbatim.winograd.pad", CHUNK);
  private static final int ROWS_IN_UNIT = 64;

  static final long[] PH = new long[5];

  private final Pool pool;
  private final WinogradTiles wide;
  private final WinogradTiles narrow;
  private final int wideWidth;
  private final int narrowWidth;
  private final Lanes lanes;
  private final float[][] values;
  private final float[][] products;
  private final Pool.Task transformUnit = this::transformWeights;
  private final Pool.Task packUnit = this::packWeights;
  private final Pool.Task sweepUnit = this::sweep;
  private final Pool.Task sumUnit = this::sumBlock;
  private final Pool.Task reduceUnit = this::reduce;
  private float[] plain = {};
  private float[] packed = {};
  private float[] zeros = {};
  private float[] sums = {};
  private float[] x = {};
  private float[] y = {};
  private float[] w = {};
  private float[] bias = {};
  private boolean biased;
  private boolean accumulate;
  private boolean reversed;
  private Convolve.Ending ending = (from, to) -> {};
  private int images;
  private int height;
  private int width;
  private int in;
  private int out;
  private int imagesInUnit;
  private int imagesInBlock;
  private int blocks;

  Winograd(Pool pool, List<WinogradTiles> kinds, List<Integer> widths, Lanes lanes) {
    this.pool = pool;
    this.lanes = lanes;
    wide = kinds.getFirst();
    wideWidth = widths.getFirst();
    narrow = wideWidth == CHUNK ? kinds.get(1) : wide;
    narrowWidth = wideWidth == CHUNK ? widths.get(1) : wideWidth;
    values = new float[pool.threads()][0];
    products = new float[pool.threads()][0];
  }

  /** The rule: which shapes are convolved so. */
  static boolean takes(Window window, Shape x, int out) {
    return window.kernelHeight() == 3
        && window.kernelWidth() == 3
        && window.stride() == 1
        && window.padding() == 1
        && x.dim(1) % 2 == 0
        && x.dim(2) % 2 == 0
        && x.dim(3) % CHUNK == 0
        && out % CHUNK == 0;
  }

  void forward(Tensor from, Tensor weights, Tensor b, Tensor to, Convolve.Ending last) {
    run(from, weights, b, false, false, to, last);
  }

  void inputGradient(Tensor dY, Tensor weights, boolean add, Tensor dX) {
    run(dY, weights, Tensor.none(), add, true, dX, (first, last) -> {});
  }

  private void run(
      Tensor from, Tensor weights, Tensor b, boolean add, boolean gradient, Tensor to, Convolve.Ending last) {
    place(from.shape(), to.shape().dim(3));
    x = CpuStorage.floats(from);
    y = CpuStorage.floats(to);
    w = CpuStorage.floats(weights);
    biased = b.isPresent();
    if (biased) {
      bias = CpuStorage.floats(b);
    }
    accumulate = add;
    reversed = gradient;
    ending = last;
    plain = grown(plain, 16 * in * out);
    packed = grown(packed, 16 * in * out);
    pool.run(transformUnit, Math.ceilDiv(in * out, 1024));
    pool.run(packUnit, 16);
    imagesInUnit = Math.clamp(images / (8 * pool.threads()), imagesFor(tiles()), Math.max(6, imagesFor(tiles())));
    pool.run(sweepUnit, Math.ceilDiv(images, imagesInUnit));
  }

  private int imagesFor(int tiles) {
    return Math.ceilDiv(tiles, height * width / 4);
  }

  /** Tiles in a block: more where the weights come from beyond the second-level cache. */
  private int tiles() {
    return TILES * Math.clamp(in * out >> 14, 1, 4);
  }

  private void place(Shape shape, int channels) {
    images = shape.dim(0);
    height = shape.dim(1);
    width = shape.dim(2);
    in = shape.dim(3);
    out = channels;
    if (zeros.length < width * in) {
      zeros = new float[width * in];
    }
  }

  private void transformWeights(int unit, int worker) {
    int first = unit * 1024;
    int count = Math.min(1024, in * out - first);
    wide.weights(w, first, in * out, count, plain, first, in * out);
  }

  /** Panels of one position: for each its rows. Panels begin where their channels do, times rows. */
  private void packWeights(int position, int worker) {
    int plane = in * out;
    int from = (reversed ? mirrored(position) : position) * plane;
    for (int k = 0; k < out; ) {
      int panel = panelWidth(k);
      int at = position * plane + k * in;
      if (reversed) {
        for (int first = 0; first < in; first += 64) {
          int count = Math.min(64, in - first);
          for (int o = 0; o < panel; o += 4) {
            Packing.fourRows(
                plain, from + (k + o) * in + first, in, count, packed, at + first * panel + o, panel);
          }
        }
      } else {
        for (int c = 0; c < in; c++) {
          System.arraycopy(plain, from + c * out + k, packed, at + c * panel, panel);
        }
      }
      k += panel;
    }
  }

  /** The kernel's pixels in reverse exchange the first and last positions of a tile. */
  private static int mirrored(int position) {
    int row = position / 4;
    int column = position % 4;
    return 4 * (row == 0 ? 3 : row == 3 ? 0 : row) + (column == 0 ? 3 : column == 3 ? 0 : column);
  }

  private int panelWidth(int k) {
    return out - k >= 2 * wideWidth ? 2 * wideWidth : 2 * narrowWidth;
  }

  private void sweep(int unit, int worker) {
    int firstImage = unit * imagesInUnit;
    int lastImage = Math.min(firstImage + imagesInUnit, images);
    int tilesInRow = width / 2;
    int tileRows = height / 2;
    int rowsInBlock = Math.max(1, tiles() / tilesInRow);
    int lastRow = lastImage * tileRows;
    for (int row = firstImage * tileRows; row < lastRow; row += rowsInBlock) {
      block(row, Math.min(rowsInBlock, lastRow - row), tilesInRow, tileRows, worker);
    }
    ending.pixels(firstImage * height * width, lastImage * height * width);
  }

  private void block(int firstRow, int rows, int tilesInRow, int tileRows, int worker) {
    int tiles = rows * tilesInRow;
    int padded = (tiles + 7) / 8 * 8;
    int chunk = padded * CHUNK;
    int vPlane = in * padded + PAD;
    int mPlane = out * padded + PAD;
    float[] v = grown(values, worker, 16 * vPlane + 32);
    int v0 = aligned(v);
    boolean inPlace = IN_PLACE && in == out && panelWidth(0) == out;
    float[] m = inPlace ? v : grown(products, worker, 16 * mPlane + 32);
    int m0 = aligned(m);
    long t0 = now();
    for (int r = 0; r < rows; r++) {
      input(firstRow + r, tileRows, tilesInRow, v, v0 + r * tilesInRow * CHUNK, chunk, vPlane);
    }
    int chunks = in / CHUNK;
    long t1 = now();
    PH[0] += t1 - t0;
    for (int p = 0; p < 16; p++) {
      for (int k = 0; k < out; ) {
        int panel = panelWidth(k);
        WinogradTiles loops = panel == 2 * wideWidth || ONE ? wide : narrow;
        int mAt = m0 + p * mPlane + k / CHUNK * chunk + k % CHUNK;
        loops.product(v, v0 + p * vPlane, chunk, chunks, packed, p * in * out + k * in, m, mAt, padded);
        k += panel;
      }
      if (TOUCH) {
        int part = 4 * rows * tilesInRow * in / 16;
        int xAt = (2 * (firstRow + rows) + 1) * width * in + p * part;
        float sum = touch(x, xAt, part);
        part = 4 * rows * tilesInRow * out / 16;
        int yAt = 2 * firstRow * width * out + p * part;
        sum += touch(y, yAt, part);
        sink[worker * 16] = sum;
      }
    }
    long t2 = now();
    PH[1] += t2 - t1;
    for (int r = 0; r < rows; r++) {
      int image = (firstRow + r) / tileRows;
      int row = (firstRow + r) % tileRows;
      int at = ((image * height + 2 * row) * width) * out;
      for (int k = 0; k < out; k += CHUNK) {
        wide.output(
            m,
            m0 + k / CHUNK * chunk + r * tilesInRow * CHUNK,
            mPlane,
            tilesInRow,
            bias,
            k,
            biased,
            accumulate,
            y,
            at + k,
            at + width * out + k,
            out);
      }
    }
    PH[2] += now() - t2;
  }

  private void input(int number, int tileRows, int tilesInRow, float[] v, int vAt, int chunk, int plane) {
    int image = number / tileRows;
    int row = number % tileRows;
    int line = width * in;
    int at = (image * height + 2 * row) * line;
    boolean top = row == 0;
    boolean bottom = row == tileRows - 1;
    for (int c = 0; c < in; c += CHUNK) {
      wide.input(
          x,
          top ? zeros : x,
          top ? 0 : at - line + c,
          at + c,
          at + line + c,
          bottom ? zeros : x,
          bottom ? 0 : at + 2 * line + c,
          tilesInRow,
          in,
          v,
          vAt + c / CHUNK * chunk,
          plane);
    }
  }

  void weightGradient(Tensor input, Tensor gradient, boolean add, Tensor dW) {
    place(input.shape(), gradient.shape().dim(3));
    x = CpuStorage.floats(input);
    y = CpuStorage.floats(gradient);
    w = CpuStorage.floats(dW);
    accumulate = add;
    imagesInBlock = Kernels.imagesPerBlock(images, 16 * in * out);
    blocks = Math.ceilDiv(images, imagesInBlock);
    sums = grown(sums, blocks * 16 * in * out);
    pool.run(sumUnit, blocks);
    pool.run(reduceUnit, Math.ceilDiv(in, 4));
  }

  private void sumBlock(int number, int worker) {
    int tilesInRow = width / 2;
    int tileRows = height / 2;
    int rowsInChunk = Math.max(1, SUM_TILES / tilesInRow);
    int first = number * imagesInBlock * tileRows;
    int last = Math.min((number + 1) * imagesInBlock, images) * tileRows;
    for (int row = first; row < last; row += rowsInChunk) {
      sumRows(
          row,
          Math.min(rowsInChunk, last - row),
          tilesInRow,
          tileRows,
          number * 16 * in * out,
          row == first,
          worker);
    }
  }

  private void sumRows(
      int firstRow, int rows, int tilesInRow, int tileRows, int sumsAt, boolean fresh, int worker) {
    int tiles = rows * tilesInRow;
    int chunk = tiles * CHUNK;
    int vPlane = in * tiles + PAD;
    int mPlane = out * tiles + PAD;
    float[] v = grown(values, worker, 16 * vPlane + 32);
    int v0 = aligned(v);
    float[] m = grown(products, worker, 16 * mPlane + 32);
    int m0 = aligned(m);
    long t0 = now();
    for (int r = 0; r < rows; r++) {
      input(firstRow + r, tileRows, tilesInRow, v, v0 + r * tilesInRow * CHUNK, chunk, vPlane);
      int image = (firstRow + r) / tileRows;
      int row = (firstRow + r) % tileRows;
      int at = ((image * height + 2 * row) * width) * out;
      for (int k = 0; k < out; k += CHUNK) {
        wide.gradient(
            y,
            at + k,
            at + width * out + k,
            tilesInRow,
            out,
            m,
            m0 + k / CHUNK * chunk + r * tilesInRow * CHUNK,
            mPlane);
      }
    }
    long t1 = now();
    PH[3] += t1 - t0;
    for (int p = 0; p < 16; p++) {
      for (int k = 0; k < out; ) {
        int panel = panelWidth(k);
        WinogradTiles loops = panel == 2 * wideWidth ? wide : narrow;
        int dAt = m0 + p * mPlane + k / CHUNK * chunk + k % CHUNK;
        for (int c = 0; c < in; c += 8) {
          int vAt = v0 + p * vPlane + c / CHUNK * chunk + c % CHUNK;
          int to = sumsAt + (p * in + c) * out + k;
          loops.sums(v, vAt, m, dAt, chunk, tiles, sums, to, out, fresh);
          if (TOUCH && k == 0) {
            int next = firstRow + rows;
            int part = 4 * tiles / 16 * 8;
            sink[worker * 16] = touch(x, (2 * next + 1) * width * in + p * 4 * tiles * in / 16 + 4 * tiles / 16 * c, part);
          }
        }
        if (TOUCH) {
          int part = 4 * tiles * panel / 16;
          int next = firstRow + rows;
          sink[worker * 16] += touch(y, 2 * next * width * out + p * 4 * tiles * out / 16 + 4 * tiles / 16 * k, part);
        }
        k += panel;
      }
    }
    PH[4] += now() - t1;
  }

  private void reduce(int unit, int worker) {
    int plane = in * out;
    int first = unit * 4 * out;
    int count = Math.min(4 * out, plane - first);
    for (int block = 1; block < blocks; block++) {
      for (int p = 0; p < 16; p++) {
        lanes.addInto(
            sums, (block * 16 + p) * plane + first, sums, p * plane + first, count);
      }
    }
    wide.weightGradients(sums, first, plane, count, accumulate, w, first, plane);
  }

  private static float[] grown(float[][] arrays, int worker, int size) {
    arrays[worker] = grown(arrays[worker], size);
    return arrays[worker];
  }

  /** Index of the first element that begins a cache line. */
  private static int aligned(float[] array) {
    Object[] holder = {array};
    long narrow = Integer.toUnsignedLong(Unchecked.UNSAFE.getInt(holder, (long) jdk.internal.misc.Unsafe.ARRAY_OBJECT_BASE_OFFSET));
    long address = (narrow << 3) + jdk.internal.misc.Unsafe.ARRAY_FLOAT_BASE_OFFSET;
    return (int) ((64 - address % 64) % 64 / 4) ^ SHIFT;
  }
  private static final boolean ONE = Boolean.getBoolean("one");
  private static final boolean IN_PLACE = !Boolean.getBoolean("notinplace");
  private static final boolean TOUCH = !Boolean.getBoolean("notouch");
  private final float[] sink = new float[32];

  private static final boolean PHASES = Boolean.getBoolean("phases");

  private static long now() {
    return PHASES ? System.nanoTime() : 0;
  }

  private static float touch(float[] a, int from, int count) {
    float sum = 0;
    int to = Math.min(from + count, a.length);
    for (int i = from; i < to; i += 16) {
      sum += a[i];
    }
    return sum;
  }

  private static final int SHIFT = Integer.getInteger("shift", 0);

  private static float[] grown(float[] array, int size) {
    return array.length >= size ? array : new float[size];
  }
}
