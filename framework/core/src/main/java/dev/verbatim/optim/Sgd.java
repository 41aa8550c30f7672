package dev.verbatim.optim;

import dev.verbatim.nn.Parameter;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum (Sutskever et al., 2013, in PyTorch's form), weight
 * decay added to the gradient, and Nesterov's variant. The arithmetic is {@link
 * dev.verbatim.tensor.Kernels#sgd}.
 */
public final class Sgd extends ParameterUpdates {
  /**
   * What does not change while training.
   *
   * @param momentum share of the last step that is kept, in [0, 1)
   * @param nesterov whether to look ahead; needs momentum
   */
  public record Options(float momentum, boolean nesterov, GradientRules rules) {
    /** Plain gradient descent. */
    public static final Options PLAIN = new Options(0f, false, GradientRules.NONE);
  }

  private final Options options;
  private final List<Tensor> velocities;

  /** An optimizer of these parameters (by their path in the network), its velocities 0. */
  public Sgd(
      Backend backend, Map<String, Parameter> parameters, float learningRate, Options options) {
    super(backend, parameters, learningRate, options.rules, 1);
    this.options = options;
    this.velocities = keep("velocity");
  }

  @Override
  void advance(float learningRate, float[] numbers) {
    numbers[0] = learningRate;
  }

  @Override
  void update(Kernels k, int i, Tensor p, Tensor dP, Tensor numbers, float weightDecay) {
    k.sgd(p, dP, velocities.get(i), numbers, options.momentum, weightDecay, options.nesterov);
  }
}
