package dev.verbatim.nn;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.ops.Convolve;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import dev.verbatim.tensor.Window;

/**
 * Convolution layer: {@code weight[kernelHeight,kernelWidth,in,out]} and {@code bias[out]}, the
 * width of the input found by itself.
 */
public final class Conv2d extends Layer {
  private final int out;
  private final boolean bias;
  private final Convolve op;

  /** A convolution to {@code out} channels. */
  public Conv2d(int out, Window window, boolean bias) {
    this.out = out;
    this.bias = bias;
    this.op = new Convolve(window);
  }

  /** A square convolution with bias, stride 1 and no padding. */
  public Conv2d(int out, int kernel) {
    this(out, Window.square(kernel, 1, 0), true);
  }

  @Override
  public String type() {
    return "conv2d";
  }

  @Override
  protected void build(Shape input) {
    ShapeException.require(input.rank() == 4, "conv2d needs x[n,h,w,c], got x%s", input);
    int in = input.dim(3);
    int taps = op.window().taps();
    Shape shape = Shape.of(op.window().kernelHeight(), op.window().kernelWidth(), in, out);
    parameter("weight", shape, (long) taps * in, (long) taps * out);
    if (bias) {
      parameter("bias", Shape.of(out), 0, 0);
    }
  }

  /** Whether batch normalization can follow on its way. */
  boolean hasBias() {
    return bias;
  }

  Window window() {
    return op.window();
  }

  Parameter weight() {
    return own(0);
  }

  @Override
  protected Variable forward(Tape tape, Variable x) {
    return bias ? tape.call(op, x, own(0), own(1)) : tape.call(op, x, own(0));
  }
}
