package dev.verbatim.optim;

import dev.verbatim.nn.Parameter;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all optimizers share: clipping, which parameters decay, and state of the parameters' shapes.
 * The learning rate and what else changes from step to step lie in device memory, so that a
 * recorded step can be replayed.
 */
abstract class ParameterUpdates implements Optimizer {
  private final Backend backend;
  private final GradientRules rules;
  private final List<Parameter> parameters;
  private final Map<String, Parameter> byPath;
  private final Map<String, Tensor> state = new LinkedHashMap<>();
  private final Tensor scalars;
  private final float[] scalarsOnHost;
  private final Tensor squares;
  private final Tensor clip;
  private final Runnable updates = this::updateAll;
  private float rate;

  /**
   * An optimizer.
   *
   * @param parameters by their path in the network
   * @param scalars how many numbers change from step to step, the learning rate among them
   */
  ParameterUpdates(
      Backend backend,
      Map<String, Parameter> parameters,
      float learningRate,
      GradientRules rules,
      int scalars) {
    this.backend = backend;
    this.rules = rules;
    this.byPath = new LinkedHashMap<>(parameters);
    this.parameters = List.copyOf(parameters.values());
    this.rate = learningRate;
    this.scalars = backend.allocate(DType.FLOAT32, Shape.of(scalars));
    this.scalarsOnHost = new float[scalars];
    this.squares = backend.allocate(DType.FLOAT64, Shape.of(1));
    this.clip = backend.allocate(DType.FLOAT32, Shape.of(1));
  }

  /** A tensor of 0 for each parameter, kept in the state under this name and the path. */
  final List<Tensor> keep(String name) {
    List<Tensor> tensors = new ArrayList<>();
    byPath.forEach(
        (path, parameter) -> {
          Tensor tensor = backend.allocate(DType.FLOAT32, parameter.shape());
          state.put(name + "." + path, tensor);
          tensors.add(tensor);
        });
    return List.copyOf(tensors);
  }

  @Override
  public final Map<String, Tensor> state() {
    return Collections.unmodifiableMap(state);
  }

  @Override
  public final void learningRate(float newRate) {
    rate = newRate;
  }

  @Override
  public void continueAfter(long steps) {}

  @Override
  public final void prepare() {
    advance(rate, scalarsOnHost);
    backend.write(scalars, scalarsOnHost);
  }

  @Override
  public final void update() {
    backend.kernels().together(updates);
  }

  private void updateAll() {
    Kernels k = backend.kernels();
    clip(k);
    for (int i = 0; i < parameters.size(); i++) {
      Parameter p = parameters.get(i);
      if (p.gradient().isPresent()) {
        boolean decays = rules.decaysBiasAndNorm() || p.shape().rank() > 1;
        update(k, i, p.tensor(), p.gradient(), scalars, decays ? rules.weightDecay() : 0f);
        p.clearGradient();
      }
    }
  }

  private void clip(Kernels k) {
    if (rules.clipValue() > 0) {
      for (int i = 0; i < parameters.size(); i++) {
        if (parameters.get(i).gradient().isPresent()) {
          k.clamp(parameters.get(i).gradient(), rules.clipValue());
        }
      }
    }
    if (rules.clipNorm() > 0) {
      k.startSquares(squares);
      for (int i = 0; i < parameters.size(); i++) {
        if (parameters.get(i).gradient().isPresent()) {
          k.addSquares(parameters.get(i).gradient(), squares);
        }
      }
      k.clipFactor(squares, rules.clipNorm(), clip);
      for (int i = 0; i < parameters.size(); i++) {
        if (parameters.get(i).gradient().isPresent()) {
          k.scale(parameters.get(i).gradient(), clip);
        }
      }
    }
  }

  /** The numbers of the next step; the first is the learning rate. */
  abstract void advance(float learningRate, float[] numbers);

  /**
   * Changes one parameter.
   *
   * @param index its position, as in the lists of {@link #keep}
   */
  abstract void update(
      Kernels k, int index, Tensor p, Tensor dP, Tensor numbers, float weightDecay);
}
