package dev.verbatim.cpu;

import dev.verbatim.cpu.Panels.Panel;
import dev.verbatim.cpu.Sweep.Region;
import dev.verbatim.tensor.Tensor;

/**
 * Convolution, and its gradient by the input, which is one too: over the gradient of the output,
 * with the kernel's pixels in reverse and its channels transposed. A unit is a few images or a part
 * of one, which each panel of channels sweeps; or that for one panel alone.
 */
final class Convolve {
  /** What is done with pixels of the result while they are in the cache. */
  interface Ending {
    /** Does the pixels from one to before another; the first image has the first ones. */
    void pixels(int from, int to);

    /** Nothing. */
    Ending NONE = (from, to) -> {};
  }

  private final Pool pool;
  private final Scratch scratch;
  private final OutputTiles.Span[] spans;
  private final Pool.Task packForward = this::packForward;
  private final Pool.Task packGradient = this::packGradient;
  private final Pool.Task sweepUnit = this::sweep;
  private Sweep sweep;
  private float[] weights = {};
  private float[] source = {};
  private float[] target = {};
  private float[] packed = {};
  private float[] start = {};
  private boolean accumulate;
  private Ending ending = Ending.NONE;
  private int images;
  private int imagesInUnit;
  private int unitsInPanel;

  Convolve(Pool pool, Scratch scratch, ConvolutionPlan any) {
    this.pool = pool;
    this.scratch = scratch;
    this.sweep = any.forward;
    this.spans = new OutputTiles.Span[pool.threads()];
    for (int i = 0; i < spans.length; i++) {
      spans[i] = new OutputTiles.Span();
    }
  }

  void forward(ConvolutionPlan plan, Tensor x, Tensor w, Tensor bias, Tensor y) {
    run(plan.forward, packForward, x, w, bias, false, y, Ending.NONE);
  }

  /** Forward without a bias, for a sweep of whole images. */
  void forward(ConvolutionPlan plan, Tensor x, Tensor w, Tensor y, Ending last) {
    run(plan.forward, packForward, x, w, Tensor.none(), false, y, last);
  }

  void inputGradient(ConvolutionPlan plan, Tensor dY, Tensor w, boolean add, Tensor dX) {
    run(plan.gradient, packGradient, dY, w, Tensor.none(), add, dX, Ending.NONE);
  }

  private void run(
      Sweep over,
      Pool.Task pack,
      Tensor from,
      Tensor w,
      Tensor bias,
      boolean add,
      Tensor to,
      Ending last) {
    sweep = over;
    source = CpuStorage.floats(from);
    target = CpuStorage.floats(to);
    weights = CpuStorage.floats(w);
    accumulate = add;
    ending = last;
    packed = scratch.packed(sweep.packedRows() * sweep.panels.paddedChannels());
    start = scratch.start(sweep.panels.paddedChannels());
    Packing.start(bias, sweep.panels, start);
    pool.run(pack, sweep.panels.list().size());
    images = from.shape().dim(0);
    imagesInUnit = Math.clamp(images / (8 * pool.threads()), 1, sweep.images);
    unitsInPanel = Math.ceilDiv(images, imagesInUnit) * sweep.parts;
    pool.run(
        sweepUnit, sweep.panelsApart ? unitsInPanel * sweep.panels.list().size() : unitsInPanel);
  }

  private void packForward(int panel, int worker) {
    int rows = sweep.packedRows();
    Packing.rows(weights, rows, 0, rows, sweep.panels, sweep.panels.list().get(panel), packed);
  }

  private void packGradient(int number, int worker) {
    Panel panel = sweep.panels.list().get(number);
    int in = sweep.target.channels();
    int out = sweep.source.channels();
    int at = sweep.packedRows() * panel.at();
    for (int i = 0; i < sweep.kernelPixels.size(); i++, at += out * panel.width()) {
      int pixel = sweep.kernelPixels.get(i);
      Packing.transposed(weights, (pixel * in + panel.first()) * out, out, panel, packed, at);
    }
  }

  private void sweep(int number, int worker) {
    int firstPanel = sweep.panelsApart ? number / unitsInPanel : 0;
    int lastPanel = sweep.panelsApart ? firstPanel + 1 : sweep.panels.list().size();
    int unit = number % unitsInPanel;
    int firstImage = unit / sweep.parts * imagesInUnit;
    int part = unit % sweep.parts;
    int count = Math.min(imagesInUnit, images - firstImage);
    OutputTiles.Span s = spans[worker];
    s.x = source;
    s.xBase = firstImage * sweep.source.size();
    s.rowStride = sweep.source.at(1, 0);
    s.w = packed;
    s.start = start;
    for (int p = firstPanel; p < lastPanel; p++) {
      Panel panel = sweep.panels.list().get(p);
      s.startAt = panel.at();
      s.write(target, panel, accumulate);
      s.yBase = firstImage * sweep.target.size() + panel.first();
      for (int r = 0; r < sweep.regions.size(); r++) {
        Region region = sweep.regions.get(r);
        s.xOffsets = region.from();
        s.yOffsets = region.to();
        s.rows = region.rows();
        s.rowLength = region.rowLength();
        s.wAt = sweep.packedRows() * panel.at() + region.tapAt() * panel.width();
        s.wSkip = region.tapSkip() * panel.width();
        int pixels = region.pixels() * count;
        OutputTiles tiles = sweep.tiles.get(p).get(r);
        tiles.run(s, panel.vectors(), border(pixels, part), border(pixels, part + 1));
      }
    }
    int pixels = sweep.target.height() * sweep.target.width();
    ending.pixels(firstImage * pixels, (firstImage + count) * pixels);
  }

  /** The first pixel of a part; a part has whole strips, but for the last one. */
  private int border(int pixels, int part) {
    int strips = pixels / VectorStripTiles.PIXELS;
    return part == sweep.parts
        ? pixels
        : (int) ((long) strips * part / sweep.parts) * VectorStripTiles.PIXELS;
  }
}
