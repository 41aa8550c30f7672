package dev.verbatim.cpu;

import dev.verbatim.cpu.Panels.Panel;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;
import java.util.Arrays;

/**
 * Gradient of a convolution by its weights. A unit is a block of images and, where there are few
 * blocks, a part of the window's taps: sums stay in registers over all pixels of a band and in the
 * cache over the images of the block. The blocks' sums are added in a second pass.
 */
final class ConvolveWeightGradient implements Pool.Task {
  private static final int TAPS_IN_UNIT = 24;
  private static final int ROWS_IN_UNIT = 64;

  private final Pool pool;
  private final Scratch scratch;
  private final WeightTiles.Span[] spans;
  private final Pool.Task reduction = this::reduce;
  private ConvolutionPlan plan;
  private float[] x = {};
  private float[] dY = {};
  private float[] sums = {};
  private float[] dW = {};
  private boolean accumulate;
  private int images;
  private int imagesPerBlock;
  private int blocks;
  private int parts;
  private int partsPerRow;

  ConvolveWeightGradient(Pool pool, Scratch scratch, ConvolutionPlan any) {
    this.pool = pool;
    this.scratch = scratch;
    this.plan = any;
    this.spans = new WeightTiles.Span[pool.threads()];
    for (int i = 0; i < spans.length; i++) {
      spans[i] = new WeightTiles.Span();
    }
  }

  void run(
      ConvolutionPlan convolution,
      Tensor input,
      Tensor gradient,
      boolean add,
      Tensor weightGradient) {
    plan = convolution;
    x = CpuStorage.floats(input);
    dY = CpuStorage.floats(gradient);
    dW = CpuStorage.floats(weightGradient);
    accumulate = add;
    images = input.shape().dim(0);
    imagesPerBlock = Kernels.imagesPerBlock(images, plan.taps() * plan.out);
    blocks = Math.ceilDiv(images, imagesPerBlock);
    int rowLength = plan.window.kernelWidth() * plan.in;
    partsPerRow = blocks >= 4 * pool.threads() ? 1 : Math.ceilDiv(rowLength, TAPS_IN_UNIT);
    parts = blocks >= 4 * pool.threads() ? 1 : partsPerRow * plan.window.kernelHeight();
    sums = scratch.sums(blocks * plan.taps() * plan.outPanels.paddedChannels());
    pool.run(this, blocks * parts);
    pool.run(reduction, Math.ceilDiv(plan.taps(), ROWS_IN_UNIT));
  }

  @Override
  public void run(int unit, int worker) {
    int block = unit / parts;
    int part = unit % parts;
    int rowLength = plan.window.kernelWidth() * plan.in;
    int firstRow = parts == 1 ? 0 : part / partsPerRow;
    int lastRow = parts == 1 ? plan.window.kernelHeight() : firstRow + 1;
    int firstTap = parts == 1 ? 0 : part % partsPerRow * TAPS_IN_UNIT;
    int lastTap = parts == 1 ? rowLength : Math.min(firstTap + TAPS_IN_UNIT, rowLength);
    int padded = plan.outPanels.paddedChannels();
    WeightTiles.Span s = spans[worker];
    s.sums = sums;
    s.sumsStride = padded;
    int blockAt = block * plan.taps() * padded;
    for (int row = firstRow; row < lastRow; row++) {
      int from = blockAt + (row * rowLength + firstTap) * padded;
      Arrays.fill(sums, from, from + (lastTap - firstTap) * padded, 0f);
    }
    int lastImage = Math.min((block + 1) * imagesPerBlock, images);
    for (int image = block * imagesPerBlock; image < lastImage; image++) {
      for (int band = 0; band < plan.bands; band++) {
        int xBase = placeInput(s, image, band, worker);
        int pixels = plan.rowsOf(band) * plan.outWidth;
        int dYAt = (image * plan.outHeight + band * plan.bandRows) * plan.outWidth * plan.out;
        for (int p = 0; p < plan.outPanels.list().size(); p++) {
          Panel panel = plan.outPanels.list().get(p);
          placeGradient(s, panel, dYAt, pixels, worker);
          for (int row = firstRow; row < lastRow; row++) {
            s.xBase = xBase + row * plan.input.rowStride();
            s.sumsAt = blockAt + row * rowLength * padded + panel.at();
            panel.kind().weights().run(s, panel.vectors(), 0, pixels, firstTap, lastTap);
          }
        }
      }
    }
  }

  private int placeInput(WeightTiles.Span s, int image, int band, int worker) {
    Strip strip = plan.input;
    int xAt = image * plan.height * plan.width * plan.in;
    int top = band * plan.bandRows * plan.window.stride() - plan.window.padding();
    s.xOffsets = plan.inputOffsets;
    if (strip.isWhole()) {
      s.x = x;
      return xAt + top * strip.rowStride();
    }
    int rows = (plan.rowsOf(band) - 1) * plan.window.stride() + plan.window.kernelHeight();
    s.x = scratch.image(worker, rows * strip.rowStride());
    strip.copy(x, xAt, top, rows, s.x);
    return 0;
  }

  /**
   * A panel that is wider than its channels would read beyond them, so its gradients are copied
   * first.
   */
  private void placeGradient(WeightTiles.Span s, Panel panel, int dYAt, int pixels, int worker) {
    if (panel.isFull()) {
      s.dY = dY;
      s.dYAt = dYAt + panel.first();
      s.dYStride = plan.out;
    } else {
      s.dY = scratch.panel(worker, pixels * panel.width());
      s.dYAt = 0;
      s.dYStride = panel.width();
      for (int q = 0; q < pixels; q++) {
        System.arraycopy(
            dY, dYAt + q * plan.out + panel.first(), s.dY, q * panel.width(), panel.channels());
      }
    }
  }

  private void reduce(int unit, int worker) {
    int padded = plan.outPanels.paddedChannels();
    int blockSize = plan.taps() * padded;
    int lastRow = Math.min((unit + 1) * ROWS_IN_UNIT, plan.taps());
    int from = unit * ROWS_IN_UNIT * padded;
    int to = lastRow * padded;
    for (int block = 1; block < blocks; block++) {
      int shift = block * blockSize;
      for (int i = from; i < to; i++) {
        sums[i] += sums[shift + i];
      }
    }
    for (int row = unit * ROWS_IN_UNIT; row < lastRow; row++) {
      Panels.unpackRow(plan.outPanels, sums, row * padded, accumulate, dW, row * plan.out);
    }
  }
}
