package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;

/**
 * The same values in another type, rounded to nearest, ties to even; the gradient likewise. Mixed
 * precision lies between two of them: what is computed in BFLOAT16 is what hangs on such a value.
 *
 * @param type FLOAT32 or BFLOAT16
 */
public record Cast(DType type) implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    return in[0];
  }

  @Override
  public DType outputType(DType first) {
    return type;
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.copy(call.in(0), false, call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    if (grads.wants(0)) {
      k.copy(grads.dOut(), grads.adds(0), grads.into(0)); // [...] -> [...]
    }
  }
}
