package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;

/**
 * Logarithm of the softmax of each row of {@code x[n,classes]}, in the form that cannot overflow.
 */
public record LogSoftmax() implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    ShapeException.require(in[0].rank() == 2, "log_softmax needs x[n,classes], got x%s", in[0]);
    return in[0];
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.logSoftmax(call.in(0), call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    if (grads.wants(0)) {
      k.logSoftmaxGradient(
          call.out(), grads.dOut(), grads.adds(0), grads.into(0)); // [n,k] -> [n,k]
    }
  }
}
