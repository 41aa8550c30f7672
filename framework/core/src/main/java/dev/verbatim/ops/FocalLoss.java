package dev.verbatim.ops;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Grads;
import dev.verbatim.autograd.Op;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import java.util.List;

/**
 * Mean over the images of the sigmoid focal loss between {@code logits[n,classes]} and one-hot
 * {@code labels[n]} (class indices): Lin et al. (2017). Saves the loss of each image (1); the first
 * saved tensor is unused, so that the losses lie where those of {@link SoftmaxCrossEntropy} do.
 *
 * @param alpha weight of the label's class, in [0, 1]; others have 1 - alpha
 * @param gamma how much easy examples count less, at least 0
 */
public record FocalLoss(float alpha, float gamma) implements Op {
  @Override
  public Shape outputShape(Shape... in) {
    ShapeException.require(
        in[0].rank() == 2 && in[1].equals(Shape.of(in[0].dim(0))),
        "focal_loss needs logits[n,classes] and labels[n], got logits%s and labels%s",
        in[0],
        in[1]);
    return Shape.of(1);
  }

  @Override
  public List<Shape> saved(Shape... in) {
    return List.of(Shape.of(1), in[1]);
  }

  @Override
  public void forward(Kernels k, Call call) {
    k.focalLoss(call.in(0), call.in(1), alpha, gamma, call.saved(1), call.out());
  }

  @Override
  public void backward(Kernels k, Call call, Grads grads) {
    if (grads.wants(0)) {
      k.focalLossGradient(
          call.in(0),
          call.in(1),
          alpha,
          gamma,
          grads.dOut(),
          grads.adds(0),
          grads.into(0)); // [n,k] -> [n,k]
    }
  }
}
