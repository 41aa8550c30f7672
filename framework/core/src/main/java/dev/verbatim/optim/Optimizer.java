package dev.verbatim.optim;

/** Changes parameters by their gradients. */
public interface Optimizer {
  /** Sets the learning rate of the following steps. */
  void learningRate(float rate);

  /** One step on the gradients of the last backward pass, which are then forgotten. */
  void step();
}
