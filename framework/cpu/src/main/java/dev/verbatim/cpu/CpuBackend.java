package dev.verbatim.cpu;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.BackendException;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.KernelTimes;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** The CPU: Java arrays as memory, a pool of threads, vectors of one width and narrower. */
public final class CpuBackend implements Backend {
  private final Pool pool;
  private final VectorWidth width;
  private final CpuKernels cpuKernels;
  private Kernels kernels;
  private long allocatedBytes;

  /**
   * A device of this many threads, the calling one included.
   *
   * @param width the widest vectors to use; may be wider than the machine's, which is slow
   */
  public CpuBackend(int threads, VectorWidth width) {
    this.pool = new Pool(threads);
    this.width = width;
    this.cpuKernels = new CpuKernels(pool, width);
    this.kernels = cpuKernels;
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public String description() {
    String vectors = width == VectorWidth.SCALAR ? "scalar" : width.bits() + "-bit vectors";
    return "CPU, " + pool.threads() + (pool.threads() == 1 ? " thread, " : " threads, ") + vectors;
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  /** The median of each call over some rounds of the work. Scalar loops are not timed. */
  @Override
  public KernelTimes kernelTimes(Runnable work) {
    if (width == VectorWidth.SCALAR) {
      return KernelTimes.NONE;
    }
    var times = new CallTimes(cpuKernels);
    kernels = times.kernels();
    try (VectorLimits limits = new VectorLimits(pool.threads())) {
      return times.of(work, limits);
    } finally {
      kernels = cpuKernels;
    }
  }

  @Override
  public Tensor allocate(DType type, Shape shape) {
    allocatedBytes += (long) shape.size() * type.bytes();
    int n = shape.size();
    return new Tensor(
        shape,
        switch (type) {
          case FLOAT32 -> new CpuStorage.Floats(new float[n]);
          case FLOAT64 -> new CpuStorage.Doubles(new double[n]);
          case BFLOAT16 -> throw new BackendException("cpu: does not compute in bf16");
          case INT32 -> new CpuStorage.Ints(new int[n]);
          case UINT8 -> new CpuStorage.Bytes(MemorySegment.ofArray(new byte[n]));
        });
  }

  @Override
  public void release(Tensor tensor) {
    allocatedBytes -= (long) tensor.size() * tensor.type().bytes();
  }

  @Override
  public long allocatedBytes() {
    return allocatedBytes;
  }

  @Override
  public void write(Tensor tensor, float[] values) {
    System.arraycopy(values, 0, CpuStorage.floats(tensor), 0, tensor.size());
  }

  @Override
  public void write(Tensor tensor, int[] values) {
    System.arraycopy(values, 0, CpuStorage.ints(tensor), 0, tensor.size());
  }

  @Override
  public void write(Tensor tensor, double[] values) {
    System.arraycopy(values, 0, CpuStorage.doubles(tensor), 0, tensor.size());
  }

  @Override
  public void read(Tensor tensor, float[] values) {
    System.arraycopy(CpuStorage.floats(tensor), 0, values, 0, tensor.size());
  }

  @Override
  public void read(Tensor tensor, double[] values) {
    System.arraycopy(CpuStorage.doubles(tensor), 0, values, 0, tensor.size());
  }

  @Override
  public Tensor wrap(MemorySegment bytes, Shape shape) {
    allocatedBytes += shape.size();
    return new Tensor(shape, new CpuStorage.Bytes(bytes));
  }

  @Override
  public void close() {
    pool.close();
  }
}
