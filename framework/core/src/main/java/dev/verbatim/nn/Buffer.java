package dev.verbatim.nn;

import dev.verbatim.autograd.Variable;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.Arrays;

/**
 * A tensor of a layer that is not trained but changes with training and is saved with it, such as
 * running statistics. Like a {@link Parameter} it has memory once its network is placed.
 */
public final class Buffer extends Variable {
  private final String name;
  private final Shape shape;
  private final float start;

  Buffer(String name, Shape shape, float start) {
    super(Tensor.none(), false);
    this.name = name;
    this.shape = shape;
    this.start = start;
  }

  /** Name within its layer: {@code running_mean}. */
  public String name() {
    return name;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  void place(Backend backend) {
    place(backend.allocate(DType.FLOAT32, shape), Tensor.none());
    float[] values = new float[shape.size()];
    Arrays.fill(values, start);
    backend.write(tensor(), values);
  }
}
