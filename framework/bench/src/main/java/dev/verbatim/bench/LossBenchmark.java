package dev.verbatim.bench;

import dev.verbatim.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The loss of a batch. */
public class LossBenchmark extends KernelBenchmark {
  /** Classes of an image of one pixel, see {@link Images}. */
  @Param("100@1x1 batch 128")
  public String shape = "";

  private Tensor logits;
  private Tensor labels;
  private Tensor probabilities;
  private Tensor losses;
  private Tensor loss;

  /** Makes logits and labels. */
  @Setup
  public void place(Beside figures) {
    open(figures);
    Images images = Images.parse(shape);
    logits = tensor(images.batch(), images.channels());
    probabilities = tensor(logits.shape());
    labels = labels(images.batch(), images.channels());
    losses = tensor(images.batch());
    loss = tensor(1);
    beside.operation(0, 2 * bytes(logits, probabilities), images.batch());
  }

  /** Softmax, cross-entropy and the gradient by the logits. */
  @Benchmark
  public void softmaxCrossEntropy() {
    k.softmaxCrossEntropy(logits, labels, 0f, probabilities, losses, loss);
    k.softmaxCrossEntropyGradient(probabilities, labels, 0f, loss, false, logits);
  }
}
