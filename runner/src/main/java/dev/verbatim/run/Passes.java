package dev.verbatim.run;

import dev.verbatim.autograd.Op;
import dev.verbatim.data.ImageSet;
import dev.verbatim.nn.Network;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Passes of one network over splits of a dataset, on one device. */
public final class Passes implements AutoCloseable {
  private final Backend backend;
  private final Network network;
  private final Gathering forTraining;
  private final Gathering forEvaluation;
  private final int batchSize;
  private final Op lossOp;
  private final DType activations;
  private final List<Step> trainingSteps = new ArrayList<>();
  private final List<Step> evaluationSteps = new ArrayList<>();
  private final Map<MemorySegment, Tensor> pixels = new HashMap<>();
  private Tensor totals = Tensor.none();

  Passes(
      Backend backend,
      Network network,
      Gathering gathering,
      Op lossOp,
      DType activations,
      int batchSize) {
    this(backend, network, gathering, gathering, lossOp, activations, batchSize);
  }

  Passes(
      Backend backend,
      Network network,
      Gathering forTraining,
      Gathering forEvaluation,
      Op lossOp,
      DType activations,
      int batchSize) {
    this.backend = backend;
    this.network = network;
    this.forTraining = forTraining;
    this.forEvaluation = forEvaluation;
    this.lossOp = lossOp;
    this.activations = activations;
    this.batchSize = batchSize;
  }

  /**
   * The score of a split, in order, without changing anything; empty if the listener stopped it
   * before its end.
   */
  Optional<Score> evaluate(ImageSet split, BatchListener listener) {
    if (!totals.isPresent()) {
      totals = backend.allocate(DType.FLOAT64, Shape.of(3));
    }
    double[] sums = new double[3];
    backend.write(totals, sums);
    boolean whole = forEachBatch(split, totals, listener);
    backend.read(totals, sums);
    return whole ? Optional.of(Score.of(sums, split.images())) : Optional.empty();
  }

  /** Hears of every batch of an evaluation. */
  interface BatchListener {
    /** Whether to go on. */
    boolean batch(Step step, int from);
  }

  /** Runs forward over a split in order; false if the listener ended it. */
  boolean forEachBatch(ImageSet split, Tensor sums, BatchListener listener) {
    int[] order = new int[split.images()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    for (int from = 0; from < order.length; from += batchSize) {
      Step step = stepFor(Math.min(batchSize, order.length - from), false);
      step.load(split, pixelsOf(split), order, from);
      step.forwardAgain(sums);
      if (!listener.batch(step, from)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The order of images in an epoch: a Fisher-Yates shuffle by Philox(seed, SHUFFLE, epoch, 0),
   * from the last position down.
   */
  public static int[] shuffled(int images, long seed, int epoch) {
    var random = new Philox(seed, Philox.Purpose.SHUFFLE, epoch, 0);
    int[] order = new int[images];
    for (int i = 0; i < images; i++) {
      order[i] = i;
    }
    for (int i = images - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }

  Step stepFor(int batch, boolean training) {
    List<Step> steps = training ? trainingSteps : evaluationSteps;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).batch() == batch) {
        return steps.get(i);
      }
    }
    Gathering gathering = training ? forTraining : forEvaluation;
    Step step =
        new Step(backend, network, gathering, lossOp, activations, batch, training, trainingSteps);
    steps.add(step);
    return step;
  }

  Tensor pixelsOf(ImageSet split) {
    Tensor known = pixels.get(split.pixels()); // splits of one dataset may share them
    if (known != null) {
      return known;
    }
    Shape image = network.image();
    Shape shape = Shape.of(split.storedImages(), image.dim(0), image.dim(1), image.dim(2));
    Tensor wrapped = backend.wrap(split.pixels(), shape);
    pixels.put(split.pixels(), wrapped);
    return wrapped;
  }

  @Override
  public void close() {
    trainingSteps.forEach(Step::close);
    evaluationSteps.forEach(Step::close);
    trainingSteps.clear();
    evaluationSteps.clear();
    pixels.values().forEach(backend::release);
    pixels.clear();
    if (totals.isPresent()) {
      backend.release(totals);
      totals = Tensor.none();
    }
  }
}
