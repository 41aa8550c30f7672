package dev.verbatim.cpu;

import dev.verbatim.cpu.Panels.Panel;
import dev.verbatim.tensor.Tensor;

/**
 * Convolution. A unit is a band of one image: its padded input is copied next to each other, so
 * that a row of a window is one run of memory, and each panel of channels then sweeps the band.
 */
final class ConvolveForward implements Pool.Task {
  private final Pool pool;
  private final Scratch scratch;
  private final OutputTiles.Span[] spans;
  private ConvolutionPlan plan;
  private float[] x = {};
  private float[] y = {};
  private float[] packed = {};
  private float[] start = {};

  ConvolveForward(Pool pool, Scratch scratch, ConvolutionPlan any) {
    this.pool = pool;
    this.scratch = scratch;
    this.plan = any;
    this.spans = new OutputTiles.Span[pool.threads()];
    for (int i = 0; i < spans.length; i++) {
      spans[i] = new OutputTiles.Span();
    }
  }

  void run(ConvolutionPlan convolution, Tensor input, Tensor weights, Tensor bias, Tensor output) {
    plan = convolution;
    x = CpuStorage.floats(input);
    y = CpuStorage.floats(output);
    packed = scratch.packed(plan.taps() * plan.outPanels.paddedChannels());
    start = scratch.start(plan.outPanels.paddedChannels());
    Packing.rows(CpuStorage.floats(weights), plan.taps(), plan.outPanels, packed);
    Packing.start(bias, plan.outPanels, start);
    pool.run(this, input.shape().dim(0) * plan.bands);
  }

  @Override
  public void run(int unit, int worker) {
    int image = unit / plan.bands;
    int band = unit % plan.bands;
    int top = band * plan.bandRows;
    OutputTiles.Span s = spans[worker];
    Strip strip = plan.input;
    int xAt = image * plan.height * plan.width * plan.in;
    int inputTop = top * plan.window.stride() - plan.window.padding();
    if (strip.isWhole()) {
      s.x = x;
      s.xBase = xAt + inputTop * strip.rowStride();
    } else {
      int rows = (plan.rowsOf(band) - 1) * plan.window.stride() + plan.window.kernelHeight();
      s.x = scratch.image(worker, rows * strip.rowStride());
      s.xBase = 0;
      strip.copy(x, xAt, inputTop, rows, s.x);
    }
    s.xOffsets = plan.inputOffsets;
    s.rowStride = strip.rowStride();
    s.rows = plan.window.kernelHeight();
    s.rowLength = plan.window.kernelWidth() * plan.in;
    s.w = packed;
    s.start = start;
    s.y = y;
    s.yOffsets = plan.outputOffsets;
    s.accumulate = false;
    int yAt = (image * plan.outHeight + top) * plan.outWidth * plan.out;
    int pixels = plan.rowsOf(band) * plan.outWidth;
    for (int i = 0; i < plan.outPanels.list().size(); i++) {
      Panel panel = plan.outPanels.list().get(i);
      s.wAt = plan.taps() * panel.at();
      s.wStride = panel.width();
      s.startAt = panel.at();
      s.yBase = yAt + panel.first();
      panel.kind().outputs().run(s, panel.vectors(), panel.channels(), 0, pixels);
    }
  }
}
