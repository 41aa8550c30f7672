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
import dev.verbatim.tensor.KernelTimes;
import dev.verbatim.tensor.OutOfDeviceMemory;
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
 * written. What is timed is laps of as many steps as the device is given ahead: the host waits for
 * the device at the end of each and at no other time, as in training.
 */
public final class StepTimes {
  /** Steps and images of one epoch, which is as far as steps are timed. */
  private static final int MOST_STEPS = 1 << 13;

  private static final int MOST_IMAGES = 1 << 24;
  private static final int STORED_IMAGES = 256;
  private static final int LEAST_LAPS = 8;

  /**
   * What was measured.
   *
   * @param device as it describes itself
   * @param kernels of one training step, {@link KernelTimes#NONE} unless asked for
   * @param tensorBytes on the device
   * @param peakBytes of the program's memory so far
   */
  public record Result(
      String device,
      int batch,
      Times training,
      Times inference,
      KernelTimes kernels,
      long tensorBytes,
      long peakBytes) {}

  /**
   * Times of one kind of step; what was done before them is not counted.
   *
   * @param batch images of a step
   * @param medianNanos of a step: of a lap, divided by its steps
   * @param bestNanos of a step of the fastest lap
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

    /** Of the fastest lap. */
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
   * @param kernels whether to time each kernel too, on a device that can
   * @param steps how many are timed at least, after as many that are not; 0 for as many as fill a
   *     few seconds
   * @throws SpecException if there are more steps than can be timed
   */
  public static Result measure(
      ResolvedConfig config, String device, int threads, int steps, boolean kernels)
      throws IOException {
    var _ = RunIdentity.hardware(config, device); // refuses what the device cannot
    int batch = config.train().batchSize();
    int most = most(batch);
    if (2L * steps > most) {
      throw new SpecException(
          "at most " + most / 2 + " steps of " + batch + " images can be timed, got " + steps);
    }
    try (Backend backend = Backends.open(device, threads)) {
      return measure(config, backend, steps, kernels);
    } catch (OutOfDeviceMemory e) {
      throw MemoryCount.explained(e, config, (count, smaller) -> measure(smaller, count, 1, false));
    }
  }

  private static int most(int batch) {
    return Math.min(MOST_STEPS, MOST_IMAGES / batch);
  }

  private static Result measure(ResolvedConfig config, Backend backend, int steps, boolean kernels)
      throws IOException {
    Network described = Runs.describe(config);
    int classes = described.output().dim(described.output().rank() - 1);
    Network network = Runs.network(config, classes);
    int batch = config.train().batchSize();
    int most = most(batch);
    int lap = Math.clamp(steps > 0 ? steps : most / LEAST_LAPS, 1, backend.stepsAhead());
    ImageSet images = images(config, classes, (most + 2 * lap) * batch);
    Dataset dataset = new Dataset(images, images, List.of(), List.of(), List.of());
    try (Trainer trainer =
        new Trainer(goingOn(config), dataset, network, backend, System::nanoTime)) {
      Watch watch = new Watch(steps, most, lap);
      var _ =
          trainer.epoch(
              watch::isDone,
              (e, s, n, loss, rate) -> {
                if (watch.step()) {
                  trainer.lookAtSteps();
                  watch.lap();
                }
              });
      Times training = watch.times(batch, 3 * network.macs());
      Times inference = inference(config, images, network, backend, new Watch(steps, most, lap));
      long tensorBytes = backend.allocatedBytes();
      long peakBytes = ProcessMemory.peakBytes(); // what times kernels needs memory of its own
      return new Result(
          backend.description(),
          batch,
          training,
          inference,
          kernels ? trainer.kernelTimes() : KernelTimes.NONE,
          tensorBytes,
          peakBytes);
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
            Catalogue.activations(config.train()),
            batch)) {
      boolean _ =
          passes.forEachBatch(
              images,
              totals,
              (step, from) -> {
                if (watch.step()) {
                  backend.read(totals, sums); // waits for the device
                  watch.lap();
                }
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

  /** Hears of each step that the device was given and of laps that are done; allocates nothing. */
  private static final class Watch {
    private static final long WARM_UP_NANOS = 3_000_000_000L;
    private static final long NANOS = 5_000_000_000L;
    private static final int LEAST_LAPS = 3;

    private final ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final int laps;
    private final int most;
    private final int stepsInLap;
    private final long[] ends;
    private final long created = System.nanoTime();
    private int given;
    private int warmUps;
    private int counted = -1;
    private long allocated;

    /** Of so many steps after as many others, or of 0 for some seconds of each. */
    Watch(int steps, int most, int stepsInLap) {
      this.laps = Math.ceilDiv(steps, stepsInLap);
      this.most = Math.ceilDiv(most, stepsInLap);
      this.stepsInLap = stepsInLap;
      this.ends = new long[this.most + 1];
    }

    /** The device was given one more; whether that is the last of a lap. */
    boolean step() {
      given++;
      return given % stepsInLap == 0;
    }

    /** All that the device was given is done. */
    void lap() {
      if (counted < 0) {
        warmUps++;
        if (laps > 0
            ? warmUps < laps
            : warmUps < LEAST_LAPS
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
      return laps > 0
          ? counted == laps
          : counted >= LEAST_LAPS
              && (ends[counted] - ends[0] >= NANOS || warmUps + counted >= most);
    }

    Times times(int batch, long macsPerImage) {
      long[] nanos = new long[counted];
      for (int i = 0; i < counted; i++) {
        nanos[i] = ends[i + 1] - ends[i];
      }
      Arrays.sort(nanos);
      int steps = counted * stepsInLap;
      return new Times(
          steps,
          batch,
          (double) nanos[(counted - 1) / 2] / stepsInLap,
          (double) nanos[0] / stepsInLap,
          macsPerImage,
          allocated / steps);
    }
  }
}
