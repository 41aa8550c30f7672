package dev.verbatim.cpu;

import dev.verbatim.cpu.Panels.Panel;
import dev.verbatim.cpu.WeightSums.Chunk;
import dev.verbatim.cpu.WeightSums.Run;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;

/**
 * Gradient of a convolution by its weights. A unit is a block of images and, where there are few
 * blocks, some of the taps: sums stay in registers over all pixels of a chunk and in the cache over
 * the chunks of the block. The blocks' sums are added in a second pass.
 */
final class ConvolveWeightGradient {
  /** Fewest taps of a run in a unit: a few tiles, which read the gradient of the output once. */
  private static final int TAPS_IN_UNIT = 24;

  private static final int ROWS_IN_UNIT = 64;

  /** So many that the last ones to be taken leave no thread without work for long. */
  private static final int UNITS_FOR_THREAD = 8;

  private final Pool pool;
  private final Scratch scratch;
  private final Lanes lanes;
  private final WeightTiles.Span[] spans;
  private final Pool.Task blockSums = this::blockSums;
  private final Pool.Task reduction = this::reduce;
  private WeightSums plan;
  private float[] x = {};
  private float[] dY = {};
  private float[] sums = {};
  private float[] dW = {};
  private boolean accumulate;
  private int images;
  private int imagesPerBlock;
  private int blocks;
  private int parts;
  private int runParts;

  ConvolveWeightGradient(Pool pool, Scratch scratch, ConvolutionPlan any, Lanes lanes) {
    this.lanes = lanes;
    this.pool = pool;
    this.scratch = scratch;
    this.plan = any.weights;
    this.spans = new WeightTiles.Span[pool.threads()];
    for (int i = 0; i < spans.length; i++) {
      spans[i] = new WeightTiles.Span();
    }
  }

  void run(WeightSums sumsPlan, Tensor input, Tensor gradient, boolean add, Tensor weightGradient) {
    plan = sumsPlan;
    x = CpuStorage.floats(input);
    dY = CpuStorage.floats(gradient);
    dW = CpuStorage.floats(weightGradient);
    accumulate = add;
    images = input.shape().dim(0);
    imagesPerBlock = Kernels.imagesPerBlock(images, plan.taps * plan.output.channels());
    blocks = Math.ceilDiv(images, imagesPerBlock);
    cutTaps();
    sums = scratch.sums(blocks * plan.taps * plan.panels.paddedChannels());
    pool.run(blockSums, blocks * parts);
    pool.run(reduction, Math.ceilDiv(plan.taps, ROWS_IN_UNIT));
  }

  /** Enough units for the threads: first the runs apart, then parts of runs. */
  private void cutTaps() {
    int wanted = UNITS_FOR_THREAD * pool.threads();
    int runs = plan.chunks.getFirst().runs().size();
    int most = Math.ceilDiv(plan.chunks.getFirst().runs().getFirst().taps(), TAPS_IN_UNIT);
    runParts = Math.clamp(Math.ceilDiv(wanted, blocks * runs), 1, most);
    parts = blocks >= wanted ? 1 : runs * runParts;
  }

  private void blockSums(int unit, int worker) {
    int block = unit / parts;
    int part = unit % parts;
    int padded = plan.panels.paddedChannels();
    WeightTiles.Span s = spans[worker];
    s.x = x;
    s.sums = sums;
    s.sumsStride = padded;
    int blockAt = block * plan.taps * padded;
    int lastImage = Math.min((block + 1) * imagesPerBlock, images);
    boolean fresh = true;
    for (int image = block * imagesPerBlock; image < lastImage; image += plan.images) {
      int count = Math.min(plan.images, lastImage - image);
      for (int c = 0; c < plan.chunks.size(); c++) {
        Chunk chunk = plan.chunks.get(c);
        int xAt = image * plan.input.size() + chunk.xAt();
        int dYAt = image * plan.output.size() + chunk.firstPixel() * plan.output.channels();
        for (int p = 0; p < plan.panels.list().size(); p++) {
          Panel panel = plan.panels.list().get(p);
          placeGradient(s, panel, dYAt, count * chunk.pixels(), worker);
          for (int r = 0; r < chunk.runs().size(); r++) {
            if (parts == 1 || part / runParts == r) {
              Run run = chunk.runs().get(r);
              int taps = parts == 1 ? run.taps() : Math.ceilDiv(run.taps(), runParts);
              int first = parts == 1 ? 0 : part % runParts * taps;
              s.xBase = xAt + run.xAt() + first;
              s.pixels = run.pixels();
              s.columns = run.columns();
              s.sumsAt = blockAt + (run.tap() + first) * padded + panel.at();
              s.fresh = fresh;
              panel
                  .kind()
                  .weights()
                  .run(s, panel.vectors(), count * run.count(), Math.min(taps, run.taps() - first));
            }
          }
        }
        fresh = false;
      }
    }
  }

  /**
   * The gradients of a panel's channels side by side: in place where the output has no others, else
   * in a copy, as wide as the panel.
   */
  private void placeGradient(WeightTiles.Span s, Panel panel, int dYAt, int pixels, int worker) {
    int channels = plan.output.channels();
    if (panel.width() == channels) {
      s.dY = dY;
      s.dYAt = dYAt;
      return;
    }
    s.dY = scratch.panel(worker, pixels * panel.width());
    s.dYAt = 0;
    int from = dYAt + panel.first();
    if (panel.isFull()) {
      panel.kind().elements().packRows(dY, from, channels, pixels, panel.width(), s.dY);
      return;
    }
    int to = 0;
    for (int q = 0; q < pixels; q++, from += channels, to += panel.width()) {
      System.arraycopy(dY, from, s.dY, to, panel.channels());
    }
  }

  private void reduce(int unit, int worker) {
    int padded = plan.panels.paddedChannels();
    int blockSize = plan.taps * padded;
    int lastRow = Math.min((unit + 1) * ROWS_IN_UNIT, plan.taps);
    int from = unit * ROWS_IN_UNIT * padded;
    int to = lastRow * padded;
    for (int block = 1; block < blocks; block++) {
      lanes.addInto(sums, block * blockSize + from, sums, from, to - from);
    }
    for (int row = unit * ROWS_IN_UNIT; row < lastRow; row++) {
      Panels.unpackRow(
          plan.panels, sums, row * padded, accumulate, dW, row * plan.output.channels());
    }
  }
}
