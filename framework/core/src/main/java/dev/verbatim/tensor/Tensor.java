package dev.verbatim.tensor;

/**
 * Elements of one type in a shape, row-major, in the memory of a device. Immutable as a handle;
 * what it points to is written by kernels. Two tensors may share a storage ({@link #view}).
 */
public final class Tensor {
  private static final Tensor NONE =
      new Tensor(
          Shape.of(1),
          new Storage() {
            @Override
            public DType type() {
              return DType.FLOAT32;
            }

            @Override
            public long capacity() {
              return 0;
            }
          });

  private final Shape shape;
  private final Storage storage;

  /** A tensor over the first elements of a storage. */
  public Tensor(Shape shape, Storage storage) {
    this.shape = shape;
    this.storage = storage;
  }

  /**
   * The tensor that stands for an operand that is not there, such as the bias of a convolution
   * without one.
   */
  public static Tensor none() {
    return NONE;
  }

  /** Whether there is a tensor at all. */
  public boolean isPresent() {
    return this != NONE;
  }

  /** The sizes of the axes. */
  public Shape shape() {
    return shape;
  }

  /** How many elements there are. */
  public int size() {
    return shape.size();
  }

  /** The type of the elements. */
  public DType type() {
    return storage.type();
  }

  /** The memory behind it. */
  public Storage storage() {
    return storage;
  }

  /**
   * The same elements in another shape.
   *
   * @throws ShapeException if the element counts differ
   */
  public Tensor view(Shape other) {
    ShapeException.require(
        other.size() == shape.size(), "a view needs as many elements as %s, got %s", shape, other);
    return new Tensor(other, storage);
  }

  @Override
  public String toString() {
    return this == NONE ? "none" : type() + shape.toString();
  }
}
