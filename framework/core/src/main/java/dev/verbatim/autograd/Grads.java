package dev.verbatim.autograd;

import dev.verbatim.tensor.Tensor;

/**
 * Where the gradients of one call come from and go to. For each input an op writes
 *
 * <pre>{@code if (grads.wants(i)) k.kernel(..., grads.adds(i), grads.into(i));}</pre>
 *
 * The first gradient that reaches a variable in a step overwrites its memory, later ones are added:
 * the sum is the same as adding to zero, without a pass to clear the memory.
 */
public final class Grads {
  private final Call call;
  private final Tape tape;

  Grads(Call call, Tape tape) {
    this.call = call;
    this.tape = tape;
  }

  /** The gradient of the loss by the call's result. */
  public Tensor dOut() {
    return call.output().gradientMemory();
  }

  /** Whether a gradient by this input is asked for. */
  public boolean wants(int input) {
    return call.input(input).wantsGradient();
  }

  /** Whether the kernel is to add to what is there; ask before {@link #into}. */
  public boolean adds(int input) {
    return call.input(input).hasGradient();
  }

  /** The memory of the gradient by this input; the kernel must fill all of it. */
  public Tensor into(int input) {
    return tape.gradientFor(call.input(input));
  }
}
