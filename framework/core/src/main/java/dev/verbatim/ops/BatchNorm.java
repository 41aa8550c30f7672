package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.autograd.Variable;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Batch normalization of {@code x[..., c]} with the statistics of the batch, {@code gamma[c]} and
 * {@code beta[c]}: Ioffe and Szegedy (2015). With {@code relu}, and with a fourth operand {@code
 * residual} of x's shape, it is {@code relu(norm(x) + residual)} in one pass over memory; the same
 * bits as the ops one after another. Saves mean (0), variance (1), inverse deviation (2), scale
 * (3), shift (4) and the sums of backward (5).
 *
 * @param running what forward also moves towards the statistics of the batch
 */
public record BatchNorm(float epsilon, boolean relu, Running running) implements Op {
  /**
   * Running statistics, {@code [c]} each.
   *
   * @param momentum share of the batch in the new ones
   */
  public record Running(float momentum, Variable mean, Variable variance) {
    private static final Variable ABSENT = new Variable(Tensor.none(), false);

    /** There are none. */
    public static final Running NONE = new Running(0f, ABSENT, ABSENT);
  }

  /** Without running statistics. */
  public BatchNorm(float epsilon, boolean relu) {
    this(epsilon, relu, Running.NONE);
  }

  @Override
  public Shape outputShape(Shape... in) {
    Shape x = in[0];
    Shape channels = Shape.of(x.dim(x.rank() - 1));
    ShapeException.require(
        x.rank() >= 2 && in[1].equals(channels) && in[2].equals(channels),
        "batch_norm needs x[...,c], gamma[c] and beta[c], got x%s, gamma%s and beta%s",
        x,
        in[1],
        in[2]);
    ShapeException.require(
        in.length < 4 || in[3].equals(x),
        "batch_norm needs a residual of its input's shape, got x%s and residual%s",
        x,
        in[in.length - 1]);
    return x;
  }

  @Override
  public List<Shape> saved(Shape... in) {
    List<Shape> saved = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      saved.add(in[1]);
    }
    saved.add(Shape.of(2, in[1].size()));
    return saved;
  }

  @Override
  public void forward(Kernels kernels, Call call) {
    NormKernels k = kernels.norms();
    k.statistics(
        call.in(0),
        call.in(1),
        call.in(2),
        epsilon,
        running.momentum,
        call.saved(0),
        call.saved(1),
        call.saved(2),
        call.saved(3),
        call.saved(4),
        running.mean.tensor(),
        running.variance.tensor());
    k.channelAffine(call.in(0), call.saved(3), call.saved(4), residual(call), relu, call.out());
  }

  private static Tensor residual(Call call) {
    return call.arity() > 3 ? call.in(3) : Tensor.none();
  }

  @Override
  public void backward(Kernels kernels, Call call, Grads grads) {
    NormKernels k = kernels.norms();
    Tensor x = call.in(0);
    // without a residual its sign follows from x, which is read in any case
    Tensor y = relu && call.arity() > 3 ? call.out() : Tensor.none();
    Tensor dY = grads.dOut();
    Tensor sums = call.saved(5);
    boolean wantsParameters = grads.wants(1) && grads.wants(2);
    if (wantsParameters) {
      k.sumsAndParameterGradients(
          relu,
          x,
          y,
          dY,
          call.saved(0),
          call.saved(2),
          call.saved(3),
          call.saved(4),
          sums,
          grads.adds(1),
          grads.into(1),
          grads.adds(2),
          grads.into(2)); // [rows,c] -> [2,c] -> [c], [c]
    } else {
      k.gradientSums(
          relu, x, y, dY, call.saved(0), call.saved(3), call.saved(4), sums); // [rows,c] -> [2,c]
    }
    boolean wantsX = grads.wants(0);
    boolean wantsResidual = call.arity() > 3 && grads.wants(3);
    if (wantsX || wantsResidual) {
      k.inputGradient(
          relu,
          x,
          y,
          dY,
          call.saved(0),
          call.saved(2),
          call.saved(3),
          call.saved(4),
          sums,
          wantsX && grads.adds(0),
          wantsX ? grads.into(0) : Tensor.none(),
          wantsResidual && grads.adds(3),
          wantsResidual ? grads.into(3) : Tensor.none()); // [rows,c] -> [rows,c], [rows,c]
    }
  }
}
