package dev.verbatim.nn;

import dev.verbatim.autograd.Op;
import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.ops.Activate;
import dev.verbatim.ops.AveragePool;
import dev.verbatim.ops.GlobalAveragePool;
import dev.verbatim.ops.MaxPool;
import dev.verbatim.ops.Relu;
import dev.verbatim.ops.Reshape;
import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.Window;
import java.util.List;
import java.util.Locale;

/** A layer without parameters: one op of one operand. */
public final class Apply extends Layer {
  private final String type;
  private final Op op;

  /** A layer of this type that calls this op. */
  public Apply(String type, Op op) {
    this.type = type;
    this.op = op;
  }

  /** Rectified linear units. */
  public static Apply relu() {
    return new Apply("relu", new Relu());
  }

  /** Max pooling with square windows, without padding. */
  public static Apply maxPool(int kernel, int stride) {
    return maxPool(Window.square(kernel, stride, 0));
  }

  /** Max pooling. */
  public static Apply maxPool(Window window) {
    return new Apply("max_pool", new MaxPool(window));
  }

  /** A function of each element; its type is the function's name. */
  public static Apply activation(Activation function) {
    return new Apply(function.name().toLowerCase(Locale.ROOT), new Activate(function));
  }

  /** Average pooling with square windows. */
  public static Apply averagePool(int kernel, int stride) {
    return new Apply("average_pool", new AveragePool(Window.square(kernel, stride, 0)));
  }

  /** The mean over all pixels of each channel. */
  public static Apply globalAveragePool() {
    return new Apply("global_average_pool", new GlobalAveragePool());
  }

  /** Images to rows of features. */
  public static Apply flatten() {
    return new Apply("flatten", Reshape.flatten());
  }

  /** Another shape for each image. */
  public static Apply reshape(List<Integer> perImage) {
    return new Apply("reshape", new Reshape(perImage));
  }

  /** Whether it is ReLU, which batch normalization can do on its way. */
  boolean isRelu() {
    return op instanceof Relu;
  }

  /** Whether it is max pooling, which can change places with a ReLU before it. */
  boolean isMaxPool() {
    return op instanceof MaxPool;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  protected Variable forward(Tape tape, Variable x) {
    return tape.call(op, x);
  }
}
