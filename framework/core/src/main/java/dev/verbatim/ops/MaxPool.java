package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import dev.verbatim.tensor.Window;

/**
 * The largest value of each window of {@code x[n,h,w,c]}, channel by channel; padding is never the
 * largest. The gradient goes to the first of equals.
 */
public record MaxPool(Window window) implements Op {
  /** Refuses a padding as large as the window, where a window could lie in it alone. */
  public MaxPool {
    ShapeException.require(
        2 * window.padding() <= Math.min(window.kernelHeight(), window.kernelWidth()),
        "max_pool needs a padding of at most half its window %d x %d, got %d",
        window.kernelHeight(),
        window.kernelWidth(),
        window.padding());
  }

  @Override
  public Shape outputShape(Shape... in) {
    Shape x = in[0];
    ShapeException.require(x.rank() == 4, "max_pool needs x[n,h,w,c], got x%s", x);
    int height = window.outputHeight(x.dim(1));
    int width = window.outputWidth(x.dim(2));
    ShapeException.require(
        height >= 1 && width >= 1,
        "max_pool needs images of at least its window %d x %d, got x%s",
        window.kernelHeight(),
        window.kernelWidth(),
        x);
    return Shape.of(x.dim(0), height, width, x.dim(3));
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.maxPool(window, call.in(0), call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    k.maxPoolGradient(
        window,
        call.in(0),
        call.out(),
        grads.dOut(),
        grads.adds(0),
        grads.into(0)); // [n,h',w',c] -> [n,h,w,c]
  }
}
