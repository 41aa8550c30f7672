package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.autograd.Variable;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;

/**
 * {@link Convolve} without a bias and {@link ChannelAffine} of its result in one pass over memory,
 * for evaluation; a third operand is the residual. It has no gradients.
 *
 * @param scale {@code [out]}
 * @param shift {@code [out]}
 */
public record ConvolveAffine(Window window, Variable scale, Variable shift, boolean relu)
    implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    Shape y = new Convolve(window).outputShape(in[0], in[1]);
    var affine = new ChannelAffine(relu);
    return in.length > 2
        ? affine.outputShape(y, scale.shape(), shift.shape(), in[2])
        : affine.outputShape(y, scale.shape(), shift.shape());
  }

  @Override
  public void forward(Kernels k, Call call) {
    Tensor residual = call.arity() > 2 ? call.in(2) : Tensor.none();
    k.convolveAffine(
        window,
        call.in(0),
        call.in(1),
        scale.tensor(),
        shift.tensor(),
        residual,
        relu,
        call.out()); // [n,h,w,c] * [i,j,c,o] -> [n,h',w',o]
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    throw ChannelAffine.noGradients();
  }
}
