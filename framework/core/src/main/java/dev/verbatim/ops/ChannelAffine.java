package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import dev.verbatim.tensor.Tensor;

/**
 * {@code y = x · scale[c] + shift[c]}, plus a fourth operand {@code residual} where there is one,
 * through ReLU where {@code relu}: batch normalization with running statistics, for evaluation. It
 * has no gradients.
 */
public record ChannelAffine(boolean relu) implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    Shape x = in[0];
    Shape channels = Shape.of(x.dim(x.rank() - 1));
    ShapeException.require(
        in[1].equals(channels) && in[2].equals(channels) && (in.length < 4 || in[3].equals(x)),
        "batch_norm needs x[...,c], scale[c], shift[c] and a residual of x's shape, got x%s, scale%s, shift%s and %s",
        x,
        in[1],
        in[2],
        in[in.length - 1]);
    return x;
  }

  @Override
  public void forward(Kernels k, Call call) {
    Tensor residual = call.arity() > 3 ? call.in(3) : Tensor.none();
    k.norms().channelAffine(call.in(0), call.in(1), call.in(2), residual, relu, call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    throw noGradients();
  }

  static IllegalStateException noGradients() {
    return new IllegalStateException(
        "batch_norm with running statistics has no gradients; training needs tape.train(true)");
  }
}
