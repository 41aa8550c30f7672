package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;

/**
 * Sets each element to 0 with probability {@code rate} and scales the others by {@code 1 / (1 -
 * rate)}: Srivastava et al. (2014), in its inverted form. The second operand is {@link
 * dev.verbatim.autograd.Tape#random}; the mask is drawn from Philox in forward and drawn again in
 * backward, never stored.
 *
 * @param rate in [0, 1), as a multiple of 2⁻¹⁶
 * @param layer which dropout of the network it is, in [0, 256)
 */
public record Dropout(double rate, int layer) implements Op {
  private static final int STEPS = 1 << 16; // a mask takes 16 random bits for an element

  /** Checks the ranges. */
  public Dropout {
    ShapeException.require(
        rate >= 0 && rate < 1 && layer >= 0 && layer < 256,
        "dropout needs a rate in [0, 1) and at most 256 layers, got rate %s, layer %d",
        rate,
        layer);
  }

  @Override
  public Shape outputShape(Shape... in) {
    return in[0];
  }

  private int threshold() {
    return (int) Math.rint(rate * STEPS);
  }

  private float scale() {
    return (float) ((double) STEPS / (STEPS - threshold()));
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.dropout(call.in(0), call.in(1), layer, threshold(), scale(), false, call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    if (grads.wants(0)) {
      k.dropout(
          grads.dOut(),
          call.in(1),
          layer,
          threshold(),
          scale(),
          grads.adds(0),
          grads.into(0)); // [...] -> [...]
    }
  }
}
