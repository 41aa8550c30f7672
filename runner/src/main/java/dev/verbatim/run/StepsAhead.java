package dev.verbatim.run;

import dev.verbatim.nn.Parameter;
import dev.verbatim.store.Divergence;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Training steps that a device was given and nobody has looked at yet: what in them is not finite,
 * counted on the device, and the state before them, to which one can go back.
 */
final class StepsAhead implements AutoCloseable {
  private final Backend backend;
  private final List<Tensor> state;
  private final List<Parameter> parameters;
  private final Tensor totals;
  private final List<Tensor> kept = new ArrayList<>();
  private final double[] keptTotals = new double[3];
  private final Tensor losses;
  private final Tensor weights;
  private final double[] lossesOnHost = new double[1];
  private final double[] weightsOnHost = new double[1];
  private final float[] lossOnHost = new float[1];
  private final Runnable keeping;
  private final Runnable counting;
  private Tensor watched = Tensor.none();
  private Tensor loss = Tensor.none();
  private int count;

  /**
   * None yet.
   *
   * @param state FLOAT32, all that a step changes
   * @param parameters what of it must stay finite
   * @param totals FLOAT64, three sums that a step changes too
   */
  StepsAhead(Backend backend, List<Tensor> state, List<Parameter> parameters, Tensor totals) {
    this.backend = backend;
    this.state = state;
    this.parameters = parameters;
    this.totals = totals;
    this.losses = backend.allocate(DType.FLOAT64, Shape.of(1));
    this.weights = backend.allocate(DType.FLOAT64, Shape.of(1));
    if (backend.stepsAhead() > 1) {
      state.forEach(tensor -> kept.add(backend.allocate(DType.FLOAT32, tensor.shape())));
    }
    this.keeping = backend.repeated(() -> copy(state, kept));
    this.counting = this::countNotFinite;
  }

  private void copy(List<Tensor> from, List<Tensor> to) {
    Kernels k = backend.kernels();
    k.together(
        () -> {
          for (int i = 0; i < kept.size(); i++) {
            k.copy(from.get(i), false, to.get(i));
          }
        });
  }

  /** Counts what is not finite after a step: kernels alone. */
  void watch(Tensor lossOfStep) {
    watched = lossOfStep;
    backend.kernels().together(counting);
  }

  private void countNotFinite() {
    Kernels k = backend.kernels();
    k.countNotFinite(watched, losses);
    for (int i = 0; i < parameters.size(); i++) {
      k.countNotFinite(parameters.get(i).tensor(), weights);
    }
  }

  /** The device was given one more. */
  void add(Tensor lossOfStep) {
    loss = lossOfStep;
    count++;
  }

  int count() {
    return count;
  }

  /** Waits for all of them; whether everything in them was finite. */
  boolean areFinite() {
    backend.read(loss, lossOnHost);
    backend.read(losses, lossesOnHost);
    backend.read(weights, weightsOnHost);
    return lossesOnHost[0] == 0 && weightsOnHost[0] == 0;
  }

  /** The loss of the last step that was looked at. */
  float loss() {
    return lossOnHost[0];
  }

  /** What was not finite in a step, the only one since the last look. */
  Optional<Divergence> divergence(int epoch, int step) {
    if (!Float.isFinite(lossOnHost[0])) {
      return Optional.of(new Divergence(epoch, step, "the loss is " + lossOnHost[0]));
    }
    if (weightsOnHost[0] > 0) {
      return Optional.of(
          new Divergence(epoch, step, (long) weightsOnHost[0] + " weights are not finite"));
    }
    return Optional.empty();
  }

  /** They were looked at: from here on it goes on. */
  void keep() {
    count = 0;
    if (!kept.isEmpty()) {
      keeping.run();
      backend.read(totals, keptTotals);
    }
  }

  /** Forgets them: everything is as it was at the last {@link #keep}. */
  void goBack() {
    count = 0;
    copy(kept, state);
    backend.write(totals, keptTotals);
    backend.write(losses, new double[1]);
    backend.write(weights, new double[1]);
  }

  @Override
  public void close() {
    kept.forEach(backend::release);
    backend.release(losses);
    backend.release(weights);
  }
}
