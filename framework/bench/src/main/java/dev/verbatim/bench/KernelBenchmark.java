package dev.verbatim.bench;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A benchmark on the CPU backend, with random tensors. */
@SuppressWarnings("NullAway.Init") // open comes first
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public abstract class KernelBenchmark {
  /** Threads of the backend; JMH itself calls from one. */
  @Param("1")
  public int threads;

  private final SplittableRandom random = new SplittableRandom(1);
  Backend cpu;
  Kernels k;
  Beside beside;

  /** Opens the backend: the first thing that each benchmark sets up. */
  void open(Beside figures) {
    beside = figures;
    cpu = Backends.open("cpu", threads);
    k = cpu.kernels();
  }

  /** Closes it. */
  @TearDown
  public void close() {
    cpu.close();
  }

  /** Float32 values in [-1, 1). */
  Tensor tensor(int... shape) {
    return tensor(Shape.of(shape));
  }

  Tensor tensor(Shape shape) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    Tensor tensor = cpu.allocate(DType.FLOAT32, shape);
    cpu.write(tensor, values);
    return tensor;
  }

  /** A class for each image. */
  Tensor labels(int images, int classes) {
    int[] values = random.ints(images, 0, classes).toArray();
    Tensor tensor = cpu.allocate(DType.INT32, Shape.of(images));
    cpu.write(tensor, values);
    return tensor;
  }

  /** Bytes of all elements together. */
  static double bytes(Tensor... tensors) {
    double bytes = 0;
    for (Tensor tensor : tensors) {
      bytes += (double) tensor.size() * tensor.type().bytes();
    }
    return bytes;
  }
}
