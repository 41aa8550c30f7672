package dev.verbatim.run;

import dev.verbatim.data.Dataset;
import dev.verbatim.nn.Parameter;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.spec.TrainSpec;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.BackendException;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.OutOfDeviceMemory;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Storage;
import dev.verbatim.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;

/** A device that computes nothing and counts the memory that it is asked for. */
final class MemoryCount implements Backend {
  /** Of a device's memory, what is left to kernels and to the driver. */
  private static final double MARGIN = 0.05;

  /**
   * Of weights of convolutions, what kernels may keep beside them: 6x6 values of 3x3, for both
   * directions.
   */
  private static final int TRANSFORMED = 2 * 36 / 9;

  /** The same of the largest gradient by them, until it is added up. */
  private static final int SUMS = 36 / 9;

  private record Nothing(DType type, long capacity) implements Storage {}

  private final Kernels kernels;
  private long now;
  private long most;

  private MemoryCount() {
    NormKernels norms = idle(NormKernels.class, new Object());
    kernels = idle(Kernels.class, norms);
  }

  /** An object whose methods do nothing; those that give something give this. */
  private static <T> T idle(Class<T> kind, Object given) {
    return kind.cast(
        Proxy.newProxyInstance(
            kind.getClassLoader(), new Class<?>[] {kind}, (proxy, method, arguments) -> given));
  }

  /** What takes memory of a device for a configuration. */
  interface Work {
    void on(Backend device, ResolvedConfig config) throws IOException;
  }

  /** A training step and its evaluation. */
  static Work training(Dataset dataset) {
    return (device, config) -> {
      int[] asked = {0};
      try (Trainer trainer =
          new Trainer(config, dataset, Runs.describe(config), device, System::nanoTime)) {
        var _ = trainer.epoch(() -> asked[0]++ > 0, (e, s, n, loss, rate) -> {});
      }
    };
  }

  /**
   * What to tell when memory ran out: the same, with the largest half, quarter and so on of the
   * batch with which the work would fit.
   */
  static BackendException explained(OutOfDeviceMemory e, ResolvedConfig config, Work work)
      throws IOException {
    double left = (1 - MARGIN) * e.capacity() - besideWeights(config);
    for (int batch = config.train().batchSize() / 2; batch > 0; batch /= 2) {
      MemoryCount count = new MemoryCount();
      work.on(count, with(config, batch));
      if (count.most < left) {
        return new BackendException(e.getMessage() + "; train.batch_size " + batch + " would fit");
      }
    }
    return new BackendException(e.getMessage() + "; no train.batch_size would fit");
  }

  /** Bytes that kernels may keep beside the weights of convolutions. */
  private static long besideWeights(ResolvedConfig config) {
    long all = 0;
    long largest = 0;
    for (Parameter parameter : Runs.describe(config).parameters().values()) {
      if (parameter.shape().rank() == 4) {
        long bytes = (long) parameter.shape().size() * DType.FLOAT32.bytes();
        all += bytes;
        largest = Math.max(largest, bytes);
      }
    }
    return TRANSFORMED * all + SUMS * largest;
  }

  private static ResolvedConfig with(ResolvedConfig c, int batch) {
    TrainSpec t = c.train();
    var train =
        new TrainSpec(
            t.epochs(), batch, t.seeds(), t.precision(), false, t.onDivergence(), t.loss());
    return c.with(train);
  }

  @Override
  public String name() {
    return "none";
  }

  @Override
  public String description() {
    return "memory alone";
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public int stepsAhead() {
    return 2; // as many as need a state to go back to
  }

  @Override
  public Tensor allocate(DType type, Shape shape) {
    now += (long) shape.size() * type.bytes();
    most = Math.max(most, now);
    return new Tensor(shape, new Nothing(type, shape.size()));
  }

  @Override
  public void release(Tensor tensor) {
    now -= tensor.storage().capacity() * tensor.type().bytes();
  }

  @Override
  public long allocatedBytes() {
    return now;
  }

  @Override
  public void write(Tensor tensor, float[] values) {}

  @Override
  public void write(Tensor tensor, int[] values) {}

  @Override
  public void write(Tensor tensor, double[] values) {}

  @Override
  public void read(Tensor tensor, float[] values) {}

  @Override
  public void read(Tensor tensor, double[] values) {}

  @Override
  public Tensor wrap(MemorySegment bytes, Shape shape) {
    return allocate(DType.UINT8, shape);
  }

  @Override
  public void close() {}
}
