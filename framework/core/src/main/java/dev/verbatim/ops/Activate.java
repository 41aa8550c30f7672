package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;

/** A function of each element: {@code y = f(x)}. */
public record Activate(Activation function) implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    return in[0];
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.activate(function, call.in(0), call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    if (grads.wants(0)) {
      k.activateGradient(
          function,
          call.in(0),
          call.out(),
          grads.dOut(),
          grads.adds(0),
          grads.into(0)); // [...] -> [...]
    }
  }
}
