package dev.verbatim.cpu;

import dev.verbatim.cpu.Panels.Panel;
import dev.verbatim.tensor.Kernels.Transpose;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Matrix products, by the same inner loops as convolutions: rows of A are the pixels of a 1x1
 * window; where A is transposed, or few rows of it go by a wide B, its columns are the taps of a
 * weight gradient.
 */
final class MatrixProduct implements Pool.Task {
  /** Rows of a unit: a multiple of this, so that a panel stays in the cache for many of them. */
  private static final int ROWS = 24;

  private static final int MOST_ROWS = 4 * ROWS;
  private static final int UNITS_FOR_THREAD = 8;

  /** Columns of B whose rows lie so far apart that each is a page of its own. */
  private static final int FAR = 1024;

  /** Rows of A that go by such a B where it lies; for more of them it pays to pack it. */
  private static final int MOST_ROWS_BY_PAGES = 64;

  /** Rows of B that are read or packed by turns: as many pages as a processor finds at once. */
  private static final int PAGES = 32;

  /** Columns of A that are transposed at once: they stay in the first cache. */
  private static final int COLUMNS_IN_UNIT = 64;

  private final Pool pool;
  private final Scratch scratch;
  private final List<Panels.Form> forms;
  private final OutputTiles.Span[] outputSpans;
  private final WeightTiles.Span[] weightSpans;
  private final List<Panels> panelsMade = new ArrayList<>();
  private final Pool.Task packRows = this::packRows;
  private final Pool.Task packTransposed = this::packTransposed;
  private final Pool.Task rowsOfB = this::rowsOfB;
  private final Pool.Task transposeColumns = this::transposeColumns;
  private final Pool.Task byPages = this::byPages;
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

  /** Whether panels are read where they lie in B: it is one, or few rows of A go by near ones. */
  private boolean inPlace;

  private int panelsInUnit;
  private int rowsPacked;
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
      aOffsets = pixels(aOffsets, k, m, 1);
      columnOffsets = pixels(columnOffsets, k, ROWS, 1);
      packAllRows();
      pool.run(sumsTask, Math.ceilDiv(m, ROWS));
      return;
    }
    k = left.shape().dim(1);
    if (transpose == Transpose.NT && m <= Math.min(n, k) && !bias.isPresent()) {
      runSwapped(bias);
      return;
    }
    aOffsets = multiples(aOffsets, m, k);
    cOffsets = multiples(cOffsets, m, n);
    start = scratch.start(panels.paddedChannels());
    Packing.start(bias, panels, start);
    boolean transposed = transpose == Transpose.NT;
    int count = panels.list().size();
    boolean fewRows = m <= ROWS;
    if (m <= MOST_ROWS_BY_PAGES && !transposed && !accumulate && n >= FAR && n % widest() == 0) {
      transposeA();
      panelsInUnit = Math.max(1, count / (2 * pool.threads()));
      pool.run(byPages, Math.ceilDiv(count, panelsInUnit));
      return;
    }
    boolean near = count == 1 || (fewRows && n < FAR);
    inPlace = !transposed && panels.paddedChannels() == n && near;
    if (transposed) {
      packed = scratch.packed(k * panels.paddedChannels());
      pool.run(packTransposed, count);
    } else if (!inPlace) {
      packAllRows();
    }
    rowsInUnit = rowsInUnit(m * count);
    pool.run(this, Math.ceilDiv(m, rowsInUnit) * count);
  }

  private int rowsInUnit(int rows) {
    int share = rows / (UNITS_FOR_THREAD * pool.threads()) / ROWS * ROWS;
    return Math.clamp(share, ROWS, MOST_ROWS);
  }

  /** Packs B, some rows of all panels after the other. */
  private void packAllRows() {
    packed = scratch.packed(k * panels.paddedChannels());
    rowsPacked = Math.clamp(Math.ceilDiv(k, 4 * pool.threads()), 1, PAGES);
    pool.run(packRows, Math.ceilDiv(k, rowsPacked));
  }

  private void packRows(int unit, int worker) {
    int from = unit * rowsPacked;
    int to = Math.min(from + rowsPacked, k);
    for (int p = 0; p < panels.list().size(); p++) {
      Packing.rows(b, k, from, to, panels, panels.list().get(p), packed);
    }
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
   * {@code B · Aᵀ} in place of {@code A · Bᵀ}, where B has more rows than A: then A is packed, rows
   * of B are read where they lie, and products, which are fewer than B has elements, change places.
   */
  private void runSwapped(Tensor noBias) {
    float[] few = a;
    a = b;
    b = few;
    panels = panelsOf(m);
    packed = scratch.packed(k * panels.paddedChannels());
    start = scratch.start(panels.paddedChannels());
    Packing.start(noBias, panels, start);
    pool.run(packTransposed, panels.list().size());
    aOffsets = multiples(aOffsets, n, k);
    cOffsets = multiples(cOffsets, n, panels.paddedChannels());
    rowsInUnit = rowsInUnit(n);
    pool.run(rowsOfB, Math.ceilDiv(n, rowsInUnit));
  }

  private void rowsOfB(int unit, int worker) {
    int from = unit * rowsInUnit;
    int to = Math.min(from + rowsInUnit, n);
    int padded = panels.paddedChannels();
    float[] columns = scratch.image(worker, rowsInUnit * padded);
    for (int p = 0; p < panels.list().size(); p++) {
      Panel panel = panels.list().get(p);
      OutputTiles.Span s = outputSpans[worker];
      s.write(columns, panel, false);
      s.yBase = panel.at() - cOffsets[from];
      product(s, panel, from, to, packed, k * panel.at(), panel.width());
    }
    int i = from;
    for (; i + 4 <= to && !accumulate; i += 4) {
      Packing.fourRows(columns, (i - from) * padded, padded, m, c, i, n);
    }
    for (; i < to; i++) {
      for (int row = 0; row < m; row++) {
        float sum = columns[(i - from) * padded + row];
        c[row * n + i] = accumulate ? c[row * n + i] + sum : sum;
      }
    }
  }

  /** Columns of A side by side, and where they and the rows of B begin. */
  private void transposeA() {
    packed = scratch.packed(k * m);
    pool.run(transposeColumns, Math.ceilDiv(k, COLUMNS_IN_UNIT));
    columnOffsets = pixels(columnOffsets, Math.min(k, PAGES), m, n / widest());
  }

  private void transposeColumns(int unit, int worker) {
    int first = unit * COLUMNS_IN_UNIT;
    int count = Math.min(COLUMNS_IN_UNIT, k - first);
    int row = 0;
    for (; row + 4 <= m; row += 4) {
      Packing.fourRows(a, row * k + first, k, count, packed, first * m + row, m);
    }
    for (; row < m; row++) {
      for (int i = first; i < first + count; i++) {
        packed[i * m + row] = a[row * k + i];
      }
    }
  }

  /**
   * Some panels of {@code A · B}, B read where it lies: some rows of it by all panels before the
   * next rows, so that each page is found once and not once for each panel. Sums lie in C from one
   * portion of rows to the next.
   */
  private void byPages(int unit, int worker) {
    int first = unit * panelsInUnit;
    int last = Math.min(first + panelsInUnit, panels.list().size());
    int begin = panels.list().get(first).first();
    for (int row = 0; row < m; row++) {
      System.arraycopy(start, begin, c, row * n + begin, (last - first) * widest());
    }
    WeightTiles.Span s = weightSpans[worker];
    s.x = packed;
    s.pixels = columnOffsets;
    s.dY = b;
    s.sums = c;
    s.sumsStride = n;
    s.fresh = false;
    for (int from = 0; from < k; from += PAGES) {
      s.xBase = from * m;
      for (int p = first; p < last; p++) {
        Panel panel = panels.list().get(p);
        s.dYAt = from * n + panel.first();
        s.sumsAt = panel.first();
        panel.kind().weights().run(s, panel.vectors(), Math.min(PAGES, k - from), m);
      }
    }
  }

  private void product(Panel panel, int from, int to, float[] w, int wAt, int wStride, int worker) {
    OutputTiles.Span s = outputSpans[worker];
    s.write(c, panel, accumulate);
    s.yBase = panel.first();
    product(s, panel, from, to, w, wAt, wStride);
  }

  private void product(
      OutputTiles.Span s, Panel panel, int from, int to, float[] w, int wAt, int wStride) {
    s.x = a;
    s.xBase = 0;
    s.xOffsets = aOffsets;
    s.rows = 1;
    s.rowStride = 0;
    s.rowLength = k;
    s.w = w;
    s.wAt = wAt;
    s.wStride = wStride;
    s.wSkip = 0;
    s.start = start;
    s.startAt = panel.at();
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

  /**
   * For each row of A and B where it begins and its number, as {@link WeightTiles} count rows.
   *
   * @param apart rows as wide as a panel from one row of B to the next
   */
  private static int[] pixels(int[] table, int count, int step, int apart) {
    int[] room = table.length >= 2 * count ? table : new int[2 * count];
    for (int i = 0; i < count; i++) {
      room[2 * i] = i * step;
      room[2 * i + 1] = i * apart;
    }
    return room;
  }
}
