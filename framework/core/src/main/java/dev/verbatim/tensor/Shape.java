package dev.verbatim.tensor;

import java.util.Arrays;

/** The sizes of a tensor's axes, outermost first: {@code [n,h,w,c]} for images. Immutable. */
public final class Shape {
  private final int[] dims;
  private final int size;

  private Shape(int[] dims) {
    long product = 1;
    for (int dim : dims) {
      ShapeException.require(
          dim >= 1, "a shape needs sizes of at least 1, got %s", Arrays.toString(dims));
      product *= dim;
      ShapeException.require(
          product <= Integer.MAX_VALUE,
          "a shape needs at most 2^31 - 1 elements, got %s",
          Arrays.toString(dims));
    }
    this.dims = dims;
    this.size = (int) product;
  }

  /**
   * A shape of these sizes.
   *
   * @throws ShapeException if a size is below 1 or the elements are more than an array can hold
   */
  public static Shape of(int... dims) {
    return new Shape(dims.clone());
  }

  /** How many axes there are. */
  public int rank() {
    return dims.length;
  }

  /** The size of one axis; negative positions count from the end. */
  public int dim(int axis) {
    return dims[axis < 0 ? dims.length + axis : axis];
  }

  /** How many elements there are. */
  public int size() {
    return size;
  }

  /** The sizes, as a fresh array. */
  public int[] toArray() {
    return dims.clone();
  }

  /** This shape with another outermost size. */
  public Shape withBatch(int batch) {
    int[] other = dims.clone();
    other[0] = batch;
    return new Shape(other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** {@code [2,3]}. */
  @Override
  public String toString() {
    return Arrays.toString(dims).replace(" ", "");
  }
}
