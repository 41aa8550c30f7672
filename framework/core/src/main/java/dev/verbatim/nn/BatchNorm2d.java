package dev.verbatim.nn;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.ops.BatchNorm;
import dev.verbatim.ops.ChannelAffine;
import dev.verbatim.ops.ConvolveAffine;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import dev.verbatim.tensor.Tensor;
import java.util.Optional;

/**
 * Batch normalization of {@code x[...,c]}: {@code weight[c]} and {@code bias[c]} are trained,
 * {@code running_mean[c]} and {@code running_variance[c]} follow the batches; the width is found by
 * itself. In training it normalizes with the batch's statistics, else with the running ones. Ioffe
 * and Szegedy (2015), with PyTorch's defaults.
 */
public final class BatchNorm2d extends Layer {
  private static final float EPSILON = 1e-5f;
  private static final float MOMENTUM = 0.1f;
  private static final Variable NO_RESIDUAL = new Variable(Tensor.none(), false);
  private static final ChannelAffine EVALUATION = new ChannelAffine(false);
  private static final ChannelAffine EVALUATION_WITH_RELU = new ChannelAffine(true);

  private final float epsilon;
  private final float momentum;
  private BatchNorm plain = new BatchNorm(0f, false);
  private BatchNorm withRelu = plain;
  private Variable scale = new Variable(Tensor.none(), false);
  private Variable shift = new Variable(Tensor.none(), false);
  private Tensor inverse = Tensor.none();
  private Optional<ConvolveAffine> onConvolution = Optional.empty();

  /** With epsilon 1e-5 and momentum 0.1. */
  public BatchNorm2d() {
    this(EPSILON, MOMENTUM);
  }

  /**
   * A normalization.
   *
   * @param epsilon added to the variance
   * @param momentum share of the batch in the new running statistics
   */
  public BatchNorm2d(float epsilon, float momentum) {
    this.epsilon = epsilon;
    this.momentum = momentum;
  }

  @Override
  public String type() {
    return "batch_norm";
  }

  @Override
  protected void build(Shape input) {
    ShapeException.require(input.rank() >= 2, "batch_norm needs x[...,c], got x%s", input);
    Shape channels = Shape.of(input.dim(input.rank() - 1));
    var _ = parameter("weight", channels, 1f);
    var _ = parameter("bias", channels, 0f);
    var running =
        new BatchNorm.Running(
            momentum,
            buffer("running_mean", channels, 0f),
            buffer("running_variance", channels, 1f));
    plain = new BatchNorm(epsilon, false, running);
    withRelu = new BatchNorm(epsilon, true, running);
  }

  @Override
  void place(Backend backend) {
    Shape channels = own(0).shape();
    scale = new Variable(backend.allocate(DType.FLOAT32, channels), false);
    shift = new Variable(backend.allocate(DType.FLOAT32, channels), false);
    inverse = backend.allocate(DType.FLOAT32, channels);
    onConvolution = Optional.empty();
  }

  @Override
  protected Variable forward(Tape tape, Variable x) {
    return normalize(tape, x, false, NO_RESIDUAL);
  }

  /** The result through ReLU. */
  Variable applyWithRelu(Tape tape, Variable x) {
    enter(tape, x);
    Variable y = normalize(tape, x, true, NO_RESIDUAL);
    tape.exit();
    return y;
  }

  /** The result plus a residual, through ReLU where asked. */
  Variable applyWithResidual(Tape tape, Variable x, boolean relu, Variable residual) {
    enter(tape, x);
    Variable y = normalize(tape, x, relu, residual);
    tape.exit();
    return y;
  }

  /** The result of a convolution without a bias through this one; for evaluation. */
  Variable applyToConvolution(Tape tape, Conv2d convolution, Variable x, boolean relu) {
    return applyToConvolution(tape, convolution, x, relu, NO_RESIDUAL);
  }

  /** The result of a convolution without a bias through this one, plus a residual. */
  Variable applyToConvolution(
      Tape tape, Conv2d convolution, Variable x, boolean relu, Variable residual) {
    tape.enter(this);
    fold(tape);
    if (onConvolution.isEmpty()) {
      onConvolution = Optional.of(new ConvolveAffine(convolution.window(), scale, shift, relu));
    }
    ConvolveAffine op = onConvolution.get();
    Parameter w = convolution.weight();
    Variable y = residual == NO_RESIDUAL ? tape.call(op, x, w) : tape.call(op, x, w, residual);
    tape.exit();
    return y;
  }

  private void fold(Tape tape) {
    kernels(tape)
        .fold(
            own(0).tensor(),
            own(1).tensor(),
            ownBuffer(0).tensor(),
            ownBuffer(1).tensor(),
            epsilon,
            inverse,
            scale.tensor(),
            shift.tensor());
  }

  private Variable normalize(Tape tape, Variable x, boolean relu, Variable residual) {
    boolean added = residual != NO_RESIDUAL;
    if (!tape.isTraining()) {
      fold(tape);
      var op = relu ? EVALUATION_WITH_RELU : EVALUATION;
      return added ? tape.call(op, x, scale, shift, residual) : tape.call(op, x, scale, shift);
    }
    BatchNorm op = relu ? withRelu : plain;
    return added ? tape.call(op, x, own(0), own(1), residual) : tape.call(op, x, own(0), own(1));
  }

  private static NormKernels kernels(Tape tape) {
    return tape.backend().kernels().norms();
  }
}
