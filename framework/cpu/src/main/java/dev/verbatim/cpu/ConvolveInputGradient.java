package dev.verbatim.cpu;

import dev.verbatim.cpu.ConvolutionPlan.Phase;
import dev.verbatim.cpu.Panels.Panel;
import dev.verbatim.tensor.Tensor;

/**
 * Gradient of a convolution by its input: for each residue of row and column modulo the stride, a
 * convolution of stride 1 over the padded gradient of the output, with the kernel's pixels in
 * reverse and its channels transposed. A unit is a band of one image.
 */
final class ConvolveInputGradient implements Pool.Task {
  private final Pool pool;
  private final Scratch scratch;
  private final OutputTiles.Span[] spans;
  private ConvolutionPlan plan;
  private float[] dY = {};
  private float[] dX = {};
  private float[] packed = {};
  private float[] start = {};
  private boolean accumulate;

  ConvolveInputGradient(Pool pool, Scratch scratch, ConvolutionPlan any) {
    this.pool = pool;
    this.scratch = scratch;
    this.plan = any;
    this.spans = new OutputTiles.Span[pool.threads()];
    for (int i = 0; i < spans.length; i++) {
      spans[i] = new OutputTiles.Span();
    }
  }

  void run(
      ConvolutionPlan convolution,
      Tensor gradient,
      Tensor weights,
      boolean add,
      Tensor inputGradient) {
    plan = convolution;
    dY = CpuStorage.floats(gradient);
    dX = CpuStorage.floats(inputGradient);
    accumulate = add;
    packed = scratch.packed(plan.packedPhases());
    start = scratch.start(plan.inPanels.paddedChannels());
    Packing.start(Tensor.none(), plan.inPanels, start);
    for (int i = 0; i < plan.phases.size(); i++) {
      pack(plan.phases.get(i), CpuStorage.floats(weights));
    }
    pool.run(this, gradient.shape().dim(0) * plan.gradientBands);
  }

  private void pack(Phase phase, float[] w) {
    int stride = plan.window.stride();
    int out = plan.out;
    int taps = phase.rows() * phase.columns() * out;
    for (int p = 0; p < plan.inPanels.list().size(); p++) {
      Panel panel = plan.inPanels.list().get(p);
      int at = phase.packedAt() + taps * panel.at();
      for (int r = 0; r < phase.rows(); r++) {
        for (int c = 0; c < phase.columns(); c++, at += out * panel.width()) {
          int pixel =
              (phase.lastRow() - r * stride) * plan.window.kernelWidth()
                  + phase.lastColumn()
                  - c * stride;
          Packing.transposedPanel(
              w, (pixel * plan.in + panel.first()) * out, out, out, panel, packed, at);
        }
      }
    }
  }

  @Override
  public void run(int unit, int worker) {
    int image = unit / plan.gradientBands;
    int bandTop = unit % plan.gradientBands * plan.gradientBandRows;
    int stride = plan.window.stride();
    Strip strip = plan.gradient;
    OutputTiles.Span s = spans[worker];
    s.x = scratch.image(worker, plan.gradientStripRows * strip.rowStride());
    s.xBase = 0;
    int dYAt = image * plan.outHeight * plan.outWidth * plan.out;
    strip.copy(dY, dYAt, plan.gradientTop + bandTop, plan.gradientStripRows, s.x);
    s.rowStride = strip.rowStride();
    s.w = packed;
    s.start = start;
    s.y = dX;
    s.accumulate = accumulate;
    for (int i = 0; i < plan.phases.size(); i++) {
      Phase phase = plan.phases.get(i);
      int rows =
          Math.min(
              plan.gradientBandRows, Math.ceilDiv(plan.height - phase.row(), stride) - bandTop);
      s.xOffsets = phase.from();
      s.yOffsets = phase.to();
      s.rows = phase.rows();
      s.rowLength = phase.columns() * plan.out;
      int firstPixel =
          (image * plan.height + bandTop * stride + phase.row()) * plan.width + phase.column();
      for (int p = 0; p < plan.inPanels.list().size(); p++) {
        Panel panel = plan.inPanels.list().get(p);
        s.wAt = phase.packedAt() + phase.rows() * phase.columns() * plan.out * panel.at();
        s.wStride = panel.width();
        s.startAt = panel.at();
        s.yBase = firstPixel * plan.in + panel.first();
        panel
            .kind()
            .outputs()
            .run(s, panel.vectors(), panel.channels(), 0, rows * phase.columnCount());
      }
    }
  }
}
