package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import java.util.List;

/**
 * The same elements in another shape, image by image; the outermost axis stays. Nothing is copied.
 *
 * @param perImage sizes of the axes after the first; empty flattens them into one
 */
public record Reshape(List<Integer> perImage) implements Op {
  /** Flattens everything after the first axis. */
  public static Reshape flatten() {
    return new Reshape(List.of());
  }

  @Override
  public Shape outputShape(Shape... in) {
    Shape x = in[0];
    int batch = x.dim(0);
    if (perImage.isEmpty()) {
      return Shape.of(batch, x.size() / batch);
    }
    int[] dims = new int[perImage.size() + 1];
    dims[0] = batch;
    for (int i = 1; i < dims.length; i++) {
      dims[i] = perImage.get(i - 1);
    }
    Shape out = Shape.of(dims);
    ShapeException.require(
        out.size() == x.size(),
        "reshape needs as many elements on both sides, got x%s and %s",
        x,
        out);
    return out;
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public void forward(Kernels k, Call call) {}

  @Override
  public void backward(Kernels k, Call call, Grads grads) {}
}
