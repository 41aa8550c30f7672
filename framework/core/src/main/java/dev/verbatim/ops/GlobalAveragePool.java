package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import dev.verbatim.tensor.Window;

/** The mean over all pixels of each channel, {@code x[n,h,w,c] -> y[n,c]}: Lin et al. (2014). */
public final class GlobalAveragePool implements Op {
  private Window whole = Window.square(1, 1, 0);

  @Override
  public Shape outputShape(Shape... in) {
    Shape x = in[0];
    ShapeException.require(x.rank() == 4, "global_average_pool needs x[n,h,w,c], got x%s", x);
    return Shape.of(x.dim(0), x.dim(3));
  }

  /** The window of a whole image; kept, so that a step makes none. */
  private Window whole(Shape x) {
    if (whole.kernelHeight() != x.dim(1) || whole.kernelWidth() != x.dim(2)) {
      whole = new Window(x.dim(1), x.dim(2), 1, 0);
    }
    return whole;
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.averagePool(whole(call.in(0).shape()), call.in(0), call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    if (grads.wants(0)) {
      k.averagePoolGradient(
          whole(call.in(0).shape()),
          grads.dOut(),
          grads.adds(0),
          grads.into(0)); // [n,c] -> [n,h,w,c]
    }
  }
}
