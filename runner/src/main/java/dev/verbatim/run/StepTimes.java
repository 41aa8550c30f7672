package dev.verbatim.run;

import com.sun.management.ThreadMXBean;
import dev.verbatim.data.Dataset;
import dev.verbatim.data.ImageSet;
import dev.verbatim.data.ImageSize;
import dev.verbatim.nn.Network;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.spec.SpecException;
import dev.verbatim.spec.TrainSpec;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Times of an experiment's training step and of its inference, on random images of its shape: the
 * code that trains and evaluates runs, augmentation included; no dataset is read and nothing is
 * written.
 */
public final class StepTimes {
  /** Steps and images of one epoch, which is as far as steps are timed. */
  private static final int MOST_STEPS = 1 << 13;

  private static final int MOST_IMAGES = 1 << 24;
  private static final int STORED_IMAGES = 256;

  /**
   * What was measured.
   *
   * @param device as it describes itself
   * @param tensorBytes on the device
   * @param peakBytes of the program's memory so far
   */
  public record Result(
      String device,
      int batch,
      Times training,
      Times inference,
      long tensorBytes,
      long peakBytes) {}

  /**
   * Times of one kind of step; what was done before them is not counted.
   *
   * @param batch images of a step
   * @param macsPerImage multiply-accumulates of an image: those of the network for inference, three
   *     times that for training
   * @param allocatedBytes of a step, by all threads of the Java machine
   */
  public record Times(
      int steps,
      int batch,
      double medianNanos,
      double bestNanos,
      long macsPerImage,
      long allocatedBytes) {
    /** At the median. */
    public double imagesPerSecond() {
      return batch * 1e9 / medianNanos;
    }

    /** Of the fastest step. */
    public double bestImagesPerSecond() {
      return batch * 1e9 / bestNanos;
    }

    /** At the median, two FLOPs for a multiply-accumulate. */
    public double gflops() {
      return 2.0 * macsPerImage * batch / medianNanos;
    }
  }

  private StepTimes() {}

  /**
   * Measures a configuration.
   *
   * @param threads 0 takes one for each core
   * @param steps how many are timed, after as many that are not; 0 for as many as fill a few
   *     seconds
   * @throws SpecException if there are more steps than can be timed
   */
  public static Result measure(ResolvedConfig config, String device, int threads, int steps)
      throws IOException {
    Network described = Runs.describe(config);
    int classes = described.output().dim(described.output().rank() - 1);
    Network network = Runs.network(config, classes);
    int batch = config.train().batchSize();
    int most = Math.min(MOST_STEPS, MOST_IMAGES / batch);
    if (2L * steps > most) {
      throw new SpecException(
          "at most " + most / 2 + " steps of " + batch + " images can be timed, got " + steps);
    }
    ImageSet images = images(config, classes, (most + 1) * batch);
    Dataset dataset = new Dataset(images, images, List.of(), List.of(), List.of());
    try (Backend backend = Backends.open(device, threads);
        Trainer trainer =
            new Trainer(goingOn(config), dataset, network, backend, System::nanoTime)) {
      Watch watch = new Watch(steps, most);
      var _ = trainer.epoch(watch::isDone, (e, s, n, loss, rate) -> watch.step());
      Times training = watch.times(batch, 3 * network.macs());
      Times inference = inference(config, images, network, backend, new Watch(steps, most));
      return new Result(
          backend.description(),
          batch,
          training,
          inference,
          backend.allocatedBytes(),
          ProcessMemory.peakBytes());
    }
  }

  private static Times inference(
      ResolvedConfig config, ImageSet images, Network network, Backend backend, Watch watch) {
    int batch = config.train().batchSize();
    Tensor totals = backend.allocate(DType.FLOAT64, Shape.of(3));
    double[] sums = new double[3];
    try (Passes passes =
        new Passes(
            backend,
            network,
            Runs.normalization(config.dataset(), backend),
            Catalogue.loss(config.train()),
            batch)) {
      boolean _ =
          passes.forEachBatch(
              images,
              totals,
              (step, from) -> {
                backend.read(totals, sums); // waits for the device
                watch.step();
                return !watch.isDone();
              });
      return watch.times(batch, network.macs());
    }
  }

  /** Labels that cannot be learned may make a loss infinite, which takes no less time. */
  private static ResolvedConfig goingOn(ResolvedConfig c) {
    TrainSpec t = c.train();
    var train =
        new TrainSpec(
            1, t.batchSize(), t.seeds(), t.precision(), t.dropLast(), "continue", t.loss());
    return c.with(train);
  }

  /** A few images over and over. */
  private static ImageSet images(ResolvedConfig config, int classes, int count) {
    List<Integer> shape = config.dataset().image();
    var size = new ImageSize(shape.get(0), shape.get(1), shape.get(2));
    var random = new SplittableRandom(1);
    byte[] pixels = new byte[STORED_IMAGES * size.bytes()];
    random.nextBytes(pixels);
    int[] indices = new int[count];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = i % STORED_IMAGES;
      labels[i] = random.nextInt(classes);
    }
    return new ImageSet(size, MemorySegment.ofArray(pixels), STORED_IMAGES, indices, labels);
  }

  /** Hears of each step when it is done; allocates nothing while it counts. */
  private static final class Watch {
    private static final long WARM_UP_NANOS = 3_000_000_000L;
    private static final long NANOS = 5_000_000_000L;
    private static final int LEAST_STEPS = 3;

    private final ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final int steps;
    private final int most;
    private final long[] ends;
    private final long created = System.nanoTime();
    private int warmUps;
    private int counted = -1;
    private long allocated;

    /** Of so many steps after as many others, or of 0 for some seconds of each. */
    Watch(int steps, int most) {
      this.steps = steps;
      this.most = most;
      this.ends = new long[most + 1];
    }

    void step() {
      if (counted < 0) {
        warmUps++;
        if (steps > 0
            ? warmUps < steps
            : warmUps < LEAST_STEPS
                || (warmUps < most / 2 && System.nanoTime() - created < WARM_UP_NANOS)) {
          return;
        }
        allocated = -bean.getTotalThreadAllocatedBytes();
      }
      counted++;
      ends[counted] = System.nanoTime();
      if (isDone()) {
        allocated += bean.getTotalThreadAllocatedBytes();
      }
    }

    boolean isDone() {
      return steps > 0
          ? counted == steps
          : counted >= LEAST_STEPS
              && (ends[counted] - ends[0] >= NANOS || warmUps + counted >= most);
    }

    Times times(int batch, long macsPerImage) {
      long[] nanos = new long[counted];
      for (int i = 0; i < counted; i++) {
        nanos[i] = ends[i + 1] - ends[i];
      }
      Arrays.sort(nanos);
      return new Times(
          counted, batch, nanos[(counted - 1) / 2], nanos[0], macsPerImage, allocated / counted);
    }
  }
}
