package dev.verbatim.optim;

import dev.verbatim.nn.Parameter;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * RMSprop (Tieleman and Hinton, 2012) with momentum, in PyTorch's form. The arithmetic is {@link
 * dev.verbatim.tensor.Kernels#rmsProp}.
 */
public final class RmsProp extends ParameterUpdates {
  /**
   * What does not change while training.
   *
   * @param alpha share of the mean of squares that is kept, in [0, 1)
   * @param epsilon added to the root
   * @param momentum share of the last step that is kept, in [0, 1)
   */
  public record Options(double alpha, double epsilon, float momentum, GradientRules rules) {}

  private final Options options;
  private final List<Tensor> squares;
  private final List<Tensor> velocities;

  /** An optimizer of these parameters (by their path in the network), its means 0. */
  public RmsProp(
      Backend backend, Map<String, Parameter> parameters, float learningRate, Options options) {
    super(backend, parameters, learningRate, options.rules, 1);
    this.options = options;
    this.squares = keep("square");
    this.velocities = keep("velocity");
  }

  @Override
  void advance(float learningRate, float[] numbers) {
    numbers[0] = learningRate;
  }

  @Override
  void update(Kernels k, int i, Tensor p, Tensor dP, Tensor numbers, float weightDecay) {
    k.rmsProp(
        p,
        dP,
        squares.get(i),
        velocities.get(i),
        numbers,
        (float) options.alpha,
        (float) (1 - options.alpha),
        (float) options.epsilon,
        options.momentum,
        weightDecay);
  }
}
