package dev.verbatim.optim;

import dev.verbatim.nn.Parameter;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Adam (Kingma and Ba, 2015), and AdamW (Loshchilov and Hutter, 2019), whose weight decay is apart
 * from the gradient; both in PyTorch's form. The arithmetic is {@link
 * dev.verbatim.tensor.Kernels#adam}.
 */
public final class Adam extends ParameterUpdates {
  /**
   * What does not change while training.
   *
   * @param beta1 share of the mean of gradients that is kept, in [0, 1)
   * @param beta2 share of the mean of their squares that is kept, in [0, 1)
   * @param epsilon added to the root
   * @param decoupled whether it is AdamW
   */
  public record Options(
      double beta1, double beta2, double epsilon, boolean decoupled, GradientRules rules) {
    /** PyTorch's defaults of Adam. */
    public static final Options ADAM = new Options(0.9, 0.999, 1e-8, false, GradientRules.NONE);
  }

  private final Options options;
  private final List<Tensor> means;
  private final List<Tensor> squares;
  private double power1 = 1;
  private double power2 = 1;

  /** An optimizer of these parameters (by their path in the network), its means 0. */
  public Adam(
      Backend backend, Map<String, Parameter> parameters, float learningRate, Options options) {
    super(backend, parameters, learningRate, options.rules, 4);
    this.options = options;
    this.means = keep("mean");
    this.squares = keep("square");
  }

  @Override
  public void continueAfter(long steps) {
    power1 = 1;
    power2 = 1;
    for (long step = 0; step < steps; step++) {
      power1 *= options.beta1;
      power2 *= options.beta2;
    }
  }

  @Override
  void advance(float learningRate, float[] numbers) {
    power1 *= options.beta1;
    power2 *= options.beta2;
    numbers[0] = learningRate;
    numbers[1] = (float) (learningRate / (1 - power1));
    numbers[2] = (float) (1 / Math.sqrt(1 - power2));
    numbers[3] = (float) (1 - (double) learningRate * options.rules.weightDecay());
  }

  @Override
  void update(Kernels k, int i, Tensor p, Tensor dP, Tensor numbers, float weightDecay) {
    k.adam(
        p,
        dP,
        means.get(i),
        squares.get(i),
        numbers,
        (float) (1 - options.beta1),
        (float) options.beta2,
        (float) (1 - options.beta2),
        (float) options.epsilon,
        weightDecay,
        options.decoupled);
  }
}
