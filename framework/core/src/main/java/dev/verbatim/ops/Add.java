package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;

/** Sum of two tensors of one shape, element by element. */
public record Add() implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    ShapeException.require(
        in[0].equals(in[1]), "add needs two tensors of one shape, got %s and %s", in[0], in[1]);
    return in[0];
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.add(call.in(0), call.in(1), call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    for (int i = 0; i < 2; i++) {
      if (grads.wants(i)) {
        k.copy(grads.dOut(), grads.adds(i), grads.into(i)); // [...] -> [...]
      }
    }
  }
}
