package dev.verbatim.optim;

import dev.verbatim.nn.Parameter;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum (Sutskever et al., 2013, in PyTorch's form), weight
 * decay added to the gradient, and Nesterov's variant. The arithmetic is {@link
 * dev.verbatim.tensor.Kernels#sgd}.
 */
public final class Sgd implements Optimizer {
  /**
   * What does not change while training.
   *
   * @param momentum share of the last step that is kept, in [0, 1)
   * @param weightDecay factor of the weight in its gradient, at least 0
   * @param nesterov whether to look ahead; needs momentum
   */
  public record Options(float momentum, float weightDecay, boolean nesterov) {
    /** Plain gradient descent. */
    public static final Options PLAIN = new Options(0f, 0f, false);
  }

  private final Backend backend;
  private final Options options;
  private final List<Parameter> parameters;
  private final List<Tensor> velocities;
  private final Map<String, Tensor> state = new LinkedHashMap<>();
  private final Tensor rate;
  private final float[] rateOnHost = new float[1];

  /**
   * An optimizer of these parameters, its velocities 0.
   *
   * @param parameters by their path in the network
   */
  public Sgd(
      Backend backend, Map<String, Parameter> parameters, float learningRate, Options options) {
    this.backend = backend;
    this.options = options;
    this.parameters = List.copyOf(parameters.values());
    parameters.forEach(
        (path, parameter) ->
            state.put("velocity." + path, backend.allocate(DType.FLOAT32, parameter.shape())));
    this.velocities = List.copyOf(state.values());
    this.rate = backend.allocate(DType.FLOAT32, Shape.of(1));
    learningRate(learningRate);
  }

  @Override
  public void learningRate(float rate) {
    rateOnHost[0] = rate;
    backend.write(this.rate, rateOnHost);
  }

  @Override
  public Map<String, Tensor> state() {
    return Collections.unmodifiableMap(state);
  }

  @Override
  public void step() {
    for (int i = 0; i < parameters.size(); i++) {
      Parameter p = parameters.get(i);
      if (p.gradient().isPresent()) {
        backend
            .kernels()
            .sgd(
                p.tensor(),
                p.gradient(),
                velocities.get(i),
                rate,
                options.momentum(),
                options.weightDecay(),
                options.nesterov());
        p.clearGradient();
      }
    }
  }
}
