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
 * Matrix product {@code C[m,n] = A[m,k] · B[k,n]}; each element adds over k in index order.
 * Gradients: Giles (2008), NA-08/01.
 */
public record MatMul() implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    Shape a = in[0];
    Shape b = in[1];
    ShapeException.require(
        a.rank() == 2 && b.rank() == 2 && a.dim(1) == b.dim(0),
        "matmul needs A[m,k] and B[k,n], got A%s and B%s",
        a,
        b);
    return Shape.of(a.dim(0), b.dim(1));
  }

  @Override
  public long macs(Shape... in) {
    return (long) in[0].size() * in[1].dim(1);
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.gemm(Transpose.NN, call.in(0), call.in(1), false, call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    Tensor dC = grads.dOut();
    if (grads.wants(0)) {
      k.gemm(Transpose.NT, dC, call.in(1), grads.adds(0), grads.into(0)); // [m,n] · [k,n]ᵀ -> [m,k]
    }
    if (grads.wants(1)) {
      k.gemm(Transpose.TN, call.in(0), dC, grads.adds(1), grads.into(1)); // [m,k]ᵀ · [m,n] -> [k,n]
    }
  }
}
