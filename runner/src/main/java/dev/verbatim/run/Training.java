package dev.verbatim.run;

import dev.verbatim.autograd.Variable;
import dev.verbatim.data.ImageSet;
import dev.verbatim.nn.Network;
import dev.verbatim.optim.Optimizer;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Passes of one network over splits of a dataset, on one device. */
final class Training implements AutoCloseable {
  /** Hears of every training step. */
  interface StepListener {
    void step(int step, int steps, float loss, double imagesPerSecond);
  }

  /** One epoch of training: its score while the weights changed, and where the time went. */
  record Epoch(
      Score score, int steps, double seconds, double dataSeconds, double imagesPerSecond) {}

  private final Backend backend;
  private final Network network;
  private final Normalization normalization;
  private final int batchSize;
  private final LongSupplier nanoClock;
  private final Map<Integer, Step> steps = new HashMap<>();
  private final IdentityHashMap<ImageSet, Tensor> pixels = new IdentityHashMap<>();
  private final float[] lossOnHost = new float[1];

  Training(
      Backend backend,
      Network network,
      Normalization normalization,
      int batchSize,
      LongSupplier nanoClock) {
    this.backend = backend;
    this.network = network;
    this.normalization = normalization;
    this.batchSize = batchSize;
    this.nanoClock = nanoClock;
  }

  /**
   * One epoch in an order that depends on (seed, epoch) alone.
   *
   * @param dropLast whether a last batch that does not fill is left out
   * @throws DivergedException if a loss is not finite
   */
  Epoch train(
      ImageSet split,
      Optimizer optimizer,
      long seed,
      int epoch,
      boolean dropLast,
      StepListener listener) {
    int[] order = shuffled(split.images(), seed, epoch);
    int count = dropLast ? split.images() / batchSize : Math.ceilDiv(split.images(), batchSize);
    Tensor totals = backend.allocate(DType.FLOAT64, Shape.of(3));
    long begin = nanoClock.getAsLong();
    long dataNanos = 0;
    int images = 0;
    for (int i = 0; i < count; i++) {
      Step step = stepFor(Math.min(batchSize, split.images() - i * batchSize));
      long before = nanoClock.getAsLong();
      step.load(split, pixelsOf(split), order, i * batchSize);
      dataNanos += nanoClock.getAsLong() - before;
      Variable loss = step.forward(totals);
      step.backward(loss);
      optimizer.step();
      images += step.batch();
      backend.read(loss.tensor(), lossOnHost);
      if (!Float.isFinite(lossOnHost[0])) {
        throw new DivergedException(epoch, i + 1, lossOnHost[0]);
      }
      listener.step(i + 1, count, lossOnHost[0], images * 1e9 / (nanoClock.getAsLong() - begin));
    }
    double[] sums = new double[3];
    backend.read(totals, sums);
    backend.release(totals);
    double seconds = (nanoClock.getAsLong() - begin) / 1e9;
    return new Epoch(Score.of(sums, images), count, seconds, dataNanos / 1e9, images / seconds);
  }

  /** The score of a split, in order, without changing anything. */
  Score evaluate(ImageSet split) {
    Tensor totals = backend.allocate(DType.FLOAT64, Shape.of(3));
    forEachBatch(split, totals, (step, from) -> {});
    double[] sums = new double[3];
    backend.read(totals, sums);
    backend.release(totals);
    return Score.of(sums, split.images());
  }

  /** Hears of every batch of an evaluation. */
  interface BatchListener {
    void batch(Step step, int from);
  }

  /** Runs forward over a split in order. */
  void forEachBatch(ImageSet split, Tensor totals, BatchListener listener) {
    int[] order = new int[split.images()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    for (int from = 0; from < order.length; from += batchSize) {
      Step step = stepFor(Math.min(batchSize, order.length - from));
      step.load(split, pixelsOf(split), order, from);
      var _ = step.forward(totals);
      listener.batch(step, from);
    }
  }

  /**
   * The order of images in an epoch: a Fisher-Yates shuffle by Philox(seed, SHUFFLE, epoch, 0),
   * from the last position down.
   */
  static int[] shuffled(int images, long seed, int epoch) {
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

  private Step stepFor(int batch) {
    return steps.computeIfAbsent(batch, size -> new Step(backend, network, normalization, size));
  }

  private Tensor pixelsOf(ImageSet split) {
    Shape image = network.image();
    return pixels.computeIfAbsent(
        split,
        s ->
            backend.wrap(
                s.pixels(), Shape.of(s.storedImages(), image.dim(0), image.dim(1), image.dim(2))));
  }

  @Override
  public void close() {
    steps.values().forEach(Step::close);
    steps.clear();
  }
}
