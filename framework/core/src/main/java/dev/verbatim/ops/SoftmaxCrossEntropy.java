package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import java.util.List;

/**
 * Mean over the images of the cross-entropy between the softmax of {@code logits[n,classes]} and
 * {@code labels[n]} (class indices), in the form that cannot overflow. Saves the probabilities (0)
 * and the loss of each image (1).
 *
 * @param smoothing share of the label's weight that is spread over all classes, in [0, 1): Szegedy
 *     et al. (2016)
 */
public record SoftmaxCrossEntropy(float smoothing) implements Op {
  /** Without label smoothing. */
  public SoftmaxCrossEntropy() {
    this(0f);
  }

  @Override
  public Shape outputShape(Shape... in) {
    ShapeException.require(
        in[0].rank() == 2 && in[1].equals(Shape.of(in[0].dim(0))),
        "cross_entropy needs logits[n,classes] and labels[n], got logits%s and labels%s",
        in[0],
        in[1]);
    return Shape.of(1);
  }

  @Override
  public List<Shape> saved(Shape... in) {
    return List.of(in[0], in[1]);
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.softmaxCrossEntropy(
        call.in(0), call.in(1), smoothing, call.saved(0), call.saved(1), call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    if (grads.wants(0)) {
      k.softmaxCrossEntropyGradient(
          call.saved(0),
          call.in(1),
          smoothing,
          grads.dOut(),
          grads.adds(0),
          grads.into(0)); // [n,k] -> [n,k]
    }
  }
}
