package dev.verbatim.autograd;

import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import java.util.List;

/**
 * A differentiable operation: its shape rule, its cost, its value and its gradients, beside each
 * other. Implementations are records whose components are the op's attributes; they hold no state
 * of a call.
 */
public interface Op {
  /**
   * The shape of the result. The only check of shapes there is.
   *
   * @throws ShapeException naming the shapes, if they do not fit
   */
  Shape outputShape(Shape... in);

  /**
   * The type of the result, and of the gradient by it, for a first operand of this type: the same,
   * unless said otherwise. The other operands and what is saved keep their types.
   */
  default DType outputType(DType first) {
    return first;
  }

  /** Multiply-accumulates of one forward call. */
  default long macs(Shape... in) {
    return 0;
  }

  /** Shapes of what forward leaves for backward, in FLOAT32, beside its inputs and its output. */
  default List<Shape> saved(Shape... in) {
    return List.of();
  }

  /**
   * Whether the result is the input's memory under another shape; then neither forward nor backward
   * is called.
   */
  default boolean isView() {
    return false;
  }

  /** Computes {@code call.out()}. */
  void forward(Kernels k, Call call);

  /** Adds to the gradient of each input that wants one. */
  void backward(Kernels k, Call call, Grads grads);
}
