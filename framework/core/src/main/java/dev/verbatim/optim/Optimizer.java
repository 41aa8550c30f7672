package dev.verbatim.optim;

import dev.verbatim.tensor.Tensor;
import java.util.Map;

/** Changes parameters by their gradients. */
public interface Optimizer {
  /** Sets the learning rate of the following steps. */
  void learningRate(float rate);

  /** Puts on the device what the next {@link #update} needs and changes from step to step. */
  void prepare();

  /**
   * Changes the parameters by the gradients of the last backward pass, which are then forgotten:
   * kernels alone, which a device may {@linkplain dev.verbatim.tensor.Backend#repeated repeat}.
   */
  void update();

  /** One step. */
  default void step() {
    prepare();
    update();
  }

  /**
   * What it keeps between steps, FLOAT32, by names such as {@code velocity.conv2d_1.weight} in an
   * order that does not change. Writing the values back, and {@link #continueAfter}, continue where
   * they were read.
   */
  Map<String, Tensor> state();

  /** Says how many steps have been done, where training goes on with written-back values. */
  void continueAfter(long steps);
}
