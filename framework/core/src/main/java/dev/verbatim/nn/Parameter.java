package dev.verbatim.nn;

import dev.verbatim.autograd.Variable;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.Arrays;

/**
 * A trained tensor of a layer. It has a shape from the start and memory once its network is placed
 * on a device.
 */
public final class Parameter extends Variable {
  private final String name;
  private final Shape shape;
  private final long fanIn;
  private final long fanOut;
  private final float start;

  Parameter(String name, Shape shape, long fanIn, long fanOut, float start) {
    super(Tensor.none(), true);
    this.name = name;
    this.shape = shape;
    this.fanIn = fanIn;
    this.fanOut = fanOut;
    this.start = start;
  }

  /** Name within its layer: {@code weight}, {@code bias}. */
  public String name() {
    return name;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  /**
   * Takes memory on the device and the first values: from the initializer, or one value where the
   * parameter has no fan-in.
   */
  void place(Backend backend, Initializer initializer, long seed, int position) {
    place(backend.allocate(DType.FLOAT32, shape), backend.allocate(DType.FLOAT32, shape));
    float[] values = new float[shape.size()];
    Arrays.fill(values, start);
    if (fanIn > 0) {
      initializer.fill(
          values, fanIn, fanOut, new Philox(seed, Philox.Purpose.WEIGHTS, 0, position));
    }
    backend.write(tensor(), values);
  }
}
