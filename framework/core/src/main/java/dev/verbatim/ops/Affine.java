package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Kernels.Transpose;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import dev.verbatim.tensor.Tensor;

/**
 * Affine map {@code y[m,n] = x[m,k] · w[k,n] + bias[n]}; each element starts at its bias and adds
 * over k in index order. The gradient by the bias adds over m in index order.
 */
public record Affine() implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    Shape x = in[0];
    Shape w = in[1];
    Shape bias = in[2];
    ShapeException.require(
        x.rank() == 2 && w.rank() == 2 && x.dim(1) == w.dim(0) && bias.equals(Shape.of(w.dim(1))),
        "linear needs x[m,k], w[k,n] and bias[n], got x%s, w%s and bias%s",
        x,
        w,
        bias);
    return Shape.of(x.dim(0), w.dim(1));
  }

  @Override
  public long macs(Shape... in) {
    return (long) in[0].size() * in[1].dim(1);
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.affine(call.in(0), call.in(1), call.in(2), call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    Tensor dY = grads.dOut();
    if (grads.wants(0)) {
      k.gemm(Transpose.NT, dY, call.in(1), grads.adds(0), grads.into(0)); // [m,n] · [k,n]ᵀ -> [m,k]
    }
    if (grads.wants(1)) {
      k.gemm(Transpose.TN, call.in(0), dY, grads.adds(1), grads.into(1)); // [m,k]ᵀ · [m,n] -> [k,n]
    }
    if (grads.wants(2)) {
      k.sumRows(dY, 1, grads.adds(2), grads.into(2)); // [1,m,n] -> [n]
    }
  }
}
