package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;

/**
 * Rectified linear unit {@code y = max(x, 0)}, element by element; NaN stays NaN. Its gradient at 0
 * is 0.
 */
public record Relu() implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    return in[0];
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.relu(call.in(0), call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    k.reluGradient(call.out(), grads.dOut(), grads.adds(0), grads.into(0)); // [...] -> [...]
  }
}
