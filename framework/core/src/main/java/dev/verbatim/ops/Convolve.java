package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;

/**
 * Convolution (cross-correlation) of images {@code x[n,h,w,c]} with weights {@code
 * [kernelHeight,kernelWidth,c,out]} and, as a third operand where there is one, {@code bias[out]}.
 * Orders of additions: {@link Kernels#convolve}, {@link Kernels#convolveInputGradient}, {@link
 * Kernels#convolveWeightGradient}; the gradient by the bias is {@link Kernels#sumRows} with a block
 * for each image.
 */
public record Convolve(Window window) implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    Shape x = in[0];
    Shape w = in[1];
    ShapeException.require(
        x.rank() == 4
            && w.rank() == 4
            && x.dim(3) == w.dim(2)
            && w.dim(0) == window.kernelHeight()
            && w.dim(1) == window.kernelWidth(),
        "conv2d needs x[n,h,w,c] and weights[%d,%d,c,out], got x%s and weights%s",
        window.kernelHeight(),
        window.kernelWidth(),
        x,
        w);
    ShapeException.require(
        in.length < 3 || in[2].equals(Shape.of(w.dim(3))),
        "conv2d needs bias[%d], got bias%s",
        w.dim(3),
        in[in.length - 1]);
    int height = window.outputHeight(x.dim(1));
    int width = window.outputWidth(x.dim(2));
    ShapeException.require(
        height >= 1 && width >= 1,
        "conv2d needs images of at least %d x %d with padding %d, got x%s",
        window.kernelHeight(),
        window.kernelWidth(),
        window.padding(),
        x);
    return Shape.of(x.dim(0), height, width, w.dim(3));
  }

  @Override
  public long macs(Shape... in) {
    Shape w = in[1];
    return (long) outputShape(in).size() * w.dim(0) * w.dim(1) * w.dim(2);
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.convolve(
        window, call.in(0), call.in(1), call.arity() > 2 ? call.in(2) : Tensor.none(), call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    Tensor dY = grads.dOut();
    if (grads.wants(0)) {
      k.convolveInputGradient(
          window,
          dY,
          call.in(1),
          grads.adds(0),
          grads.into(0)); // [n,h',w',o] * [i,j,c,o] -> [n,h,w,c]
    }
    if (grads.wants(1)) {
      k.convolveWeightGradient(
          window,
          call.in(0),
          dY,
          grads.adds(1),
          grads.into(1)); // [n,h,w,c] * [n,h',w',o] -> [i,j,c,o]
    }
    if (call.arity() > 2 && grads.wants(2)) {
      k.sumRows(dY, dY.shape().dim(0), grads.adds(2), grads.into(2)); // [n,h'·w',o] -> [o]
    }
  }
}
