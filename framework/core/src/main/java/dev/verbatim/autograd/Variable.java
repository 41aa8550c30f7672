package dev.verbatim.autograd;

import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;

/**
 * A tensor in a computation, with the gradient of the loss by it once {@link Tape#backward} has
 * run.
 */
public class Variable {
  private Tensor tensor;
  private final boolean wantsGradient;
  private Tensor gradient = Tensor.none();
  private boolean hasGradient;

  /** A leaf of a computation. */
  public Variable(Tensor tensor, boolean wantsGradient) {
    this.tensor = tensor;
    this.wantsGradient = wantsGradient;
  }

  /** The value. */
  public final Tensor tensor() {
    return tensor;
  }

  /** The shape of the value. */
  public Shape shape() {
    return tensor.shape();
  }

  /** Whether the loss is differentiated by it. */
  public final boolean wantsGradient() {
    return wantsGradient;
  }

  /** The gradient of the loss by it; {@link Tensor#none} before it has one. */
  public final Tensor gradient() {
    return hasGradient ? gradient : Tensor.none();
  }

  /** Forgets the gradient: the next one overwrites it. */
  public final void clearGradient() {
    hasGradient = false;
  }

  /** Gives a leaf its memory, once. */
  protected final void place(Tensor value, Tensor gradientMemory) {
    this.tensor = value;
    this.gradient = gradientMemory;
  }

  final Tensor gradientMemory() {
    return gradient;
  }

  final void setGradientMemory(Tensor memory) {
    gradient = memory;
  }

  final boolean hasGradient() {
    return hasGradient;
  }

  final void markGradient() {
    hasGradient = true;
  }
}
