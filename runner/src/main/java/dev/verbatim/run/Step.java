package dev.verbatim.run;

import dev.verbatim.autograd.Op;
import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.data.ImageSet;
import dev.verbatim.nn.Network;
import dev.verbatim.ops.Cast;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.List;

/**
 * One pass of a network over batches of one size: where the batch lies, and the record of the
 * computation, which every batch reuses.
 */
final class Step implements AutoCloseable {
  private static final Cast TO_FLOAT32 = new Cast(DType.FLOAT32);
  private static final Cast TO_BFLOAT16 = new Cast(DType.BFLOAT16);

  private final Backend backend;
  private final Network network;
  private final Gathering gathering;
  private final Op lossOp;
  private final DType activations;
  private final Tape tape;
  private final Variable x;
  private final Variable labels;
  private final Tensor indices;
  private final int[] batchIndices;
  private final int[] batchLabels;
  private Tensor pixels = Tensor.none();
  private Variable loss;
  private Tensor scored = Tensor.none();
  private Tensor gathered = Tensor.none();
  private Runnable repeatedForward = () -> {};

  /**
   * A pass.
   *
   * @param activations the type of everything between the images and the logits
   * @param training whether layers behave as in training
   * @param before passes of the same network for training: one for evaluation uses their memory
   */
  Step(
      Backend backend,
      Network network,
      Gathering gathering,
      Op lossOp,
      DType activations,
      int batch,
      boolean training,
      List<Step> before) {
    this.backend = backend;
    this.network = network;
    this.gathering = gathering;
    this.lossOp = lossOp;
    this.activations = activations;
    this.tape =
        training || before.isEmpty() ? new Tape(backend) : Tape.inPlaceOf(before.getFirst().tape);
    tape.train(training);
    Shape image = network.image();
    this.x =
        new Variable(
            backend.allocate(
                DType.FLOAT32, Shape.of(batch, image.dim(0), image.dim(1), image.dim(2))),
            false);
    this.labels = new Variable(backend.allocate(DType.INT32, Shape.of(batch)), false);
    this.indices = backend.allocate(DType.INT32, Shape.of(batch));
    this.batchIndices = new int[batch];
    this.batchLabels = new int[batch];
    this.loss = x;
  }

  int batch() {
    return batchLabels.length;
  }

  /** Says which images {@link #forward} gathers: those at {@code order[from]} and on. */
  void load(ImageSet split, Tensor pixelsOfSplit, int[] order, int from) {
    for (int i = 0; i < batchIndices.length; i++) {
      int position = order[from + i];
      batchIndices[i] = split.indices()[position];
      batchLabels[i] = split.labels()[position];
    }
    backend.write(indices, batchIndices);
    backend.write(labels.tensor(), batchLabels);
    pixels = pixelsOfSplit;
  }

  /** Takes images that were made on the host, those at {@code order[from]} and on. */
  void load(ImageSet split, float[] images, int[] order, int from) {
    for (int i = 0; i < batchLabels.length; i++) {
      batchLabels[i] = split.labels()[order[from + i]];
    }
    backend.write(labels.tensor(), batchLabels);
    backend.write(x.tensor(), images);
    pixels = Tensor.none();
  }

  /** What random numbers of the next {@link #forward} depend on. */
  void randomness(long seed, int epoch, int step) {
    tape.randomness(seed, epoch, step);
  }

  /**
   * Computes the loss of the batch that was loaded; its sum, top-1 and top-5 counts are added to
   * {@code totals}.
   */
  void forward(Tensor totals) {
    tape.reset();
    if (pixels.isPresent()) {
      gathering.gather(backend.kernels(), pixels, indices, tape.random().tensor(), x.tensor());
    }
    Variable logits = as(DType.FLOAT32, network.apply(tape, as(activations, x)));
    loss = tape.call(lossOp, logits, labels);
    backend.kernels().score(logits.tensor(), labels.tensor(), tape.latest().saved(1), totals);
  }

  private Variable as(DType type, Variable v) {
    return v.tensor().type() == type
        ? v
        : tape.call(type == DType.FLOAT32 ? TO_FLOAT32 : TO_BFLOAT16, v);
  }

  /** As {@link #forward}, which a device may record where it is the same as the last time. */
  void forwardAgain(Tensor totals) {
    if (totals != scored || pixels != gathered) {
      scored = totals;
      gathered = pixels;
      repeatedForward = backend.repeated(() -> forward(totals));
    }
    repeatedForward.run();
  }

  /** The loss of the last {@link #forward}. */
  Tensor loss() {
    return loss.tensor();
  }

  /** The gradients of the loss from {@link #forward}. */
  void backward() {
    tape.backward(loss);
  }

  /** Logits of the batch that {@link #forward} ran on. */
  Tensor logits() {
    return tape.latest().in(0);
  }

  @Override
  public void close() {
    tape.close();
    backend.release(x.tensor());
    backend.release(labels.tensor());
    backend.release(indices);
  }
}
