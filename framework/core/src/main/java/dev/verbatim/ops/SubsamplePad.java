package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;

/**
 * Every {@code stride}-th pixel of {@code x[n,h,w,c]}, with channels of +0 behind its own up to
 * {@code channels}: the shortcut without parameters of He et al. (2016), option A.
 */
public record SubsamplePad(int stride, int channels) implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    Shape x = in[0];
    ShapeException.require(
        x.rank() == 4 && x.dim(3) <= channels,
        "identity_pad needs x[n,h,w,c] with at most %d channels, got x%s",
        channels,
        x);
    return Shape.of(x.dim(0), (x.dim(1) - 1) / stride + 1, (x.dim(2) - 1) / stride + 1, channels);
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.subsamplePad(stride, call.in(0), call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    if (grads.wants(0)) {
      k.subsamplePadGradient(
          stride, grads.dOut(), grads.adds(0), grads.into(0)); // [n,h',w',o] -> [n,h,w,c]
    }
  }
}
