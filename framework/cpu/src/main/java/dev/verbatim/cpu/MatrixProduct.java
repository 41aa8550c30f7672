package dev.verbatim.cpu;

import dev.verbatim.cpu.Panels.Panel;
import dev.verbatim.tensor.Kernels.Transpose;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Matrix products, by the same inner loops as convolutions: rows of A are the pixels of a 1x1
 * window; where A is transposed, its columns are the taps of a weight gradient.
 */
final class MatrixProduct implements Pool.Task {
  /** Rows of a unit: a multiple of this, so that a panel stays in the cache for many of them. */
  private static final int ROWS = 24;

  private static final int MOST_ROWS = 4 * ROWS;
  private static final int UNITS_FOR_THREAD = 8;

  /** Columns of B whose rows lie so far apart that each is a page of its own. */
  private static final int FAR = 1024;

  /** Panels that are packed together where rows are far: longer pieces of them are read. */
  private static final int MOST_IN_GROUP = 8;

  /** Floats of a group that stay in the second-level cache, unless one panel has more. */
  private static final int NEAR = 1 << 18;

  private final Pool pool;
  private final Scratch scratch;
  private final List<Panels.Form> forms;
  private final OutputTiles.Span[] outputSpans;
  private final WeightTiles.Span[] weightSpans;
  private final List<Panels> panelsMade = new ArrayList<>();
  private final Pool.Task packRows = this::packRows;
  private final Pool.Task packTransposed = this::packTransposed;
  private final Pool.Task groups = this::group;
  private final Pool.Task sumsTask = this::sums;
  private int[] aOffsets = {};
  private int[] columnOffsets = {};
  private int[] cOffsets = {};
  private Panels panels;
  private float[] a = {};
  private float[] b = {};
  private float[] c = {};
  private float[] packed = {};
  private float[] start = {};
  private boolean accumulate;

  /** Whether panels are read where they lie in B: it is one, or few rows go by, not far apart. */
  private boolean inPlace;

  private boolean transposed;
  private int panelsInGroup;
  private int rowsInUnit;
  private int m;
  private int n;
  private int k;

  MatrixProduct(Pool pool, Scratch scratch, List<Panels.Form> forms) {
    this.pool = pool;
    this.scratch = scratch;
    this.forms = forms;
    this.panels = panelsOf(1);
    this.outputSpans = new OutputTiles.Span[pool.threads()];
    this.weightSpans = new WeightTiles.Span[pool.threads()];
    for (int i = 0; i < pool.threads(); i++) {
      outputSpans[i] = new OutputTiles.Span();
      weightSpans[i] = new WeightTiles.Span();
    }
  }

  void run(
      Transpose transpose, Tensor left, Tensor right, Tensor bias, boolean add, Tensor product) {
    a = CpuStorage.floats(left);
    b = CpuStorage.floats(right);
    c = CpuStorage.floats(product);
    accumulate = add;
    m = product.shape().dim(0);
    n = product.shape().dim(1);
    panels = panelsOf(n);
    if (transpose == Transpose.TN) {
      k = left.shape().dim(0);
      aOffsets = pixels(aOffsets, k, m);
      columnOffsets = pixels(columnOffsets, k, ROWS);
      packed = scratch.packed(k * panels.paddedChannels());
      pool.run(packRows, panels.list().size());
      pool.run(sumsTask, Math.ceilDiv(m, ROWS));
      return;
    }
    k = left.shape().dim(1);
    aOffsets = multiples(aOffsets, m, k);
    cOffsets = multiples(cOffsets, m, n);
    start = scratch.start(panels.paddedChannels());
    Packing.start(bias, panels, start);
    transposed = transpose == Transpose.NT;
    int count = panels.list().size();
    boolean fewRows = m <= ROWS;
    if (count > 1 && fewRows && (transposed || n >= FAR)) {
      int most = Math.min(NEAR / (k * widest()), count / (2 * pool.threads()));
      panelsInGroup = transposed ? 1 : Math.clamp(most, 1, MOST_IN_GROUP);
      pool.run(groups, Math.ceilDiv(count, panelsInGroup));
      return;
    }
    inPlace = !transposed && panels.paddedChannels() == n && (count == 1 || fewRows);
    if (!inPlace) {
      packed = scratch.packed(k * panels.paddedChannels());
      pool.run(transposed ? packTransposed : packRows, count);
    }
    int rows = m * count / (UNITS_FOR_THREAD * pool.threads()) / ROWS * ROWS;
    rowsInUnit = Math.clamp(rows, ROWS, MOST_ROWS);
    pool.run(this, Math.ceilDiv(m, rowsInUnit) * count);
  }

  private void packRows(int panel, int worker) {
    Packing.rows(b, k, panels, panel, packed);
  }

  private void packTransposed(int number, int worker) {
    Panel panel = panels.list().get(number);
    Packing.transposed(b, panel.first() * k, k, panel, packed, k * panel.at());
  }

  /** Some rows of one panel of {@code A · B}. */
  @Override
  public void run(int unit, int worker) {
    Panel panel = panels.list().get(unit % panels.list().size());
    int from = unit / panels.list().size() * rowsInUnit;
    int to = Math.min(from + rowsInUnit, m);
    if (inPlace) {
      product(panel, from, to, b, panel.first(), n, worker);
    } else {
      product(panel, from, to, packed, k * panel.at(), panel.width(), worker);
    }
  }

  private int widest() {
    return forms.getFirst().width();
  }

  /**
   * All rows of some panels of {@code A · B}, which are packed for it: where few rows go by B, to
   * write and read it once more would cost more than the product. Rows of a transposed B lie
   * together, so one panel at a time is read well.
   */
  private void group(int unit, int worker) {
    int first = unit * panelsInGroup;
    int last = Math.min(first + panelsInGroup, panels.list().size());
    int begin = panels.list().get(first).at();
    float[] near = scratch.panel(worker, k * panelsInGroup * widest());
    if (transposed) {
      Panel only = panels.list().get(first);
      Packing.transposed(b, only.first() * k, k, only, near, 0);
    } else {
      Packing.rows(b, k, panels, first, last, near, 0);
    }
    for (int p = first; p < last; p++) {
      Panel panel = panels.list().get(p);
      product(panel, 0, m, near, k * (panel.at() - begin), panel.width(), worker);
    }
  }

  private void product(Panel panel, int from, int to, float[] w, int wAt, int wStride, int worker) {
    OutputTiles.Span s = outputSpans[worker];
    s.x = a;
    s.xBase = 0;
    s.xOffsets = aOffsets;
    s.rows = 1;
    s.rowStride = 0;
    s.rowLength = k;
    s.write(c, panel, accumulate);
    s.w = w;
    s.wAt = wAt;
    s.wStride = wStride;
    s.wSkip = 0;
    s.start = start;
    s.startAt = panel.at();
    s.yBase = panel.first();
    s.yOffsets = cOffsets;
    panel.kind().outputs().run(s, panel.vectors(), from, to);
  }

  /** Some rows of {@code Aᵀ · B}. */
  private void sums(int unit, int worker) {
    int from = unit * ROWS;
    int to = Math.min(from + ROWS, m);
    int padded = panels.paddedChannels();
    WeightTiles.Span s = weightSpans[worker];
    if (panels.list().size() > 1) {
      s.x = columns(from, to, worker);
      s.xBase = 0;
      s.pixels = columnOffsets;
    } else {
      s.x = a;
      s.xBase = from;
      s.pixels = aOffsets;
    }
    boolean direct = padded == n && !accumulate;
    s.sums = direct ? c : scratch.image(worker, ROWS * padded);
    int sumsAt = direct ? from * n : 0;
    s.sumsStride = padded;
    s.fresh = true;
    s.dY = packed;
    for (int p = 0; p < panels.list().size(); p++) {
      Panel panel = panels.list().get(p);
      s.sumsAt = sumsAt + panel.at();
      s.dYAt = k * panel.at();
      panel.kind().weights().run(s, panel.vectors(), k, to - from);
    }
    for (int row = from; row < to && !direct; row++) {
      Panels.unpackRow(panels, s.sums, (row - from) * padded, accumulate, c, row * n);
    }
  }

  /** Columns of A side by side, since each panel reads them and rows of A may be far apart. */
  private float[] columns(int from, int to, int worker) {
    float[] columns = scratch.panel(worker, k * ROWS);
    for (int i = 0; i < k; i++) {
      System.arraycopy(a, aOffsets[2 * i] + from, columns, columnOffsets[2 * i], to - from);
    }
    return columns;
  }

  private Panels panelsOf(int channels) {
    for (int i = 0; i < panelsMade.size(); i++) {
      if (panelsMade.get(i).channels() == channels) {
        return panelsMade.get(i);
      }
    }
    Panels made = Panels.of(channels, forms);
    panelsMade.add(made);
    return made;
  }

  private static int[] multiples(int[] table, int count, int step) {
    int[] room = table.length >= count ? table : new int[count];
    for (int i = 0; i < count; i++) {
      room[i] = i * step;
    }
    return room;
  }

  /** For each row of A and B where it begins and its number. */
  private static int[] pixels(int[] table, int count, int step) {
    int[] room = table.length >= 2 * count ? table : new int[2 * count];
    for (int i = 0; i < count; i++) {
      room[2 * i] = i * step;
      room[2 * i + 1] = i;
    }
    return room;
  }
}
